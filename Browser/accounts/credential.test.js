import assert from "node:assert/strict";
import test from "node:test";

import { answer, creationOptions, decode, encode, requestOptions } from "./credential.js";

/** @param {number[]} bytes */
const buffer = (...bytes) => Uint8Array.from(bytes).buffer;

test("bytes come back from base64url as they went", () => {
  for (const bytes of [[], [0], [255, 255], [251, 239, 190], [1, 2, 3, 4]]) {
    assert.deepEqual([...decode(encode(buffer(...bytes)))], bytes);
  }
  assert.equal(encode(buffer(251, 255)), "-_8");
});

test("a question becomes what the browser is asked", () => {
  const options = requestOptions({
    challenge: "AQID",
    rpId: "talk.example.org",
    timeout: 300000,
    userVerification: "required",
    allowCredentials: [{ type: "public-key", id: "-_8" }],
  });
  assert.deepEqual([...new Uint8Array(/** @type {Uint8Array} */ (options.challenge))], [1, 2, 3]);
  assert.deepEqual([...new Uint8Array(/** @type {Uint8Array} */ (options.allowCredentials?.[0].id))], [251, 255]);
});

test("an order names the person by bytes", () => {
  const options = creationOptions({
    challenge: "AQID",
    rp: { id: "talk.example.org", name: "Talk" },
    user: { id: "BAU", name: "ana@example.org", displayName: "Ana" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    timeout: 300000,
    excludeCredentials: [],
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  });
  assert.deepEqual([...new Uint8Array(/** @type {Uint8Array} */ (options.user.id))], [4, 5]);
  assert.equal(options.user.displayName, "Ana");
});

test("an answer carries what was signed, and the handle only when there is one", () => {
  const response = { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3), userHandle: null };
  const credential = /** @type {any} */ ({ rawId: buffer(9), type: "public-key", response });
  assert.deepEqual(JSON.parse(answer(credential)), {
    rawId: "CQ",
    type: "public-key",
    response: { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw" },
  });
});
