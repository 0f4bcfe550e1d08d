import assert from "node:assert/strict";
import { test } from "node:test";
import { base32, newID, uuid } from "./id.js";

test("a noun's id is 26 characters that sort by the time they were made", () => {
  const ids = [1, 1_000, 2 ** 32, 1_700_000_000_000, 1_700_000_000_001].map((now) => newID(now));
  assert.deepEqual(ids, ids.toSorted());
  for (const id of ids) assert.match(id, /^[0-9a-hjkmnp-tv-z]{26}$/u);
});

test("the bits of version and variant are where RFC 9562 wants them", () => {
  assert.equal(newID(0, new Uint8Array(16)), base32(Uint8Array.from([0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0])));
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
});

test("base 32 is the server's", () => {
  assert.equal(base32(new Uint8Array(16)), "0".repeat(26));
  assert.equal(base32(new Uint8Array(16).fill(255)), "zzzzzzzzzzzzzzzzzzzzzzzzzw");
  assert.equal(base32(Uint8Array.of(0x66, 0x6f, 0x6f)), "csqpy");
});
