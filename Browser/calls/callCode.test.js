import assert from "node:assert/strict";
import { test } from "node:test";
import { CodeExchange, fingerprintOf, grouped, spelled } from "./callCode.js";

const anas = "sha-256 AA:01";
const bens = "sha-256 BB:02";
const mallorys = ["sha-256 CC:03", "sha-256 DD:04"];

/**
 * Runs both sides to the end.
 *
 * @param {CodeExchange} caller
 * @param {CodeExchange} callee
 */
async function codes(caller, callee) {
  const commitment = await caller.begin();
  assert.ok(commitment);
  const { reply: nonce } = await callee.receive(commitment);
  assert.ok(nonce);
  const atCaller = await caller.receive(nonce);
  assert.ok(atCaller.reply);
  return [atCaller.code, (await callee.receive(atCaller.reply)).code];
}

test("both sides get the same six digits", async () => {
  const [ana, ben] = await codes(new CodeExchange(true, [anas, bens]), new CodeExchange(false, [bens, anas]));
  assert.match(ana ?? "", /^\d{6}$/u);
  assert.equal(ana, ben);
});

test("the digits are new in every call", async () => {
  const seen = new Set();
  for (let call = 0; call < 20; call += 1) {
    seen.add((await codes(new CodeExchange(true, [anas, bens]), new CodeExchange(false, [anas, bens])))[0]);
  }
  assert.ok(seen.size > 18);
});

test("with Mallory's keys in between, the codes differ", async () => {
  let equal = 0;
  for (let call = 0; call < 50; call += 1) {
    // She passes every message on unchanged, which is the best she can do for equal numbers.
    const [ana, ben] = await codes(new CodeExchange(true, [anas, mallorys[0]]), new CodeExchange(false, [mallorys[1], bens]));
    equal += Number(ana === ben);
  }
  assert.equal(equal, 0);
});

test("a number that was not the promised one is noticed", async () => {
  const caller = new CodeExchange(true, [anas, bens]);
  const callee = new CodeExchange(false, [anas, bens]);
  const commitment = await caller.begin();
  assert.ok(commitment);
  await callee.receive(commitment);
  assert.deepEqual(await callee.receive({ reveal: "00" }), { isBroken: true });
});

test("a promise cannot be replaced by a second one", async () => {
  const callee = new CodeExchange(false, [anas, bens]);
  await callee.receive({ commitment: "aa" });
  assert.deepEqual(await callee.receive({ commitment: "bb" }), { isBroken: true });
});

test("a description with two fingerprints is not believed", () => {
  const line = "a=fingerprint:sha-256 AA:BB\r\n";
  assert.equal(fingerprintOf(`v=0\r\n${line}m=audio\r\na=fingerprint:SHA-256 aa:bb\r\n`), "sha-256 AA:BB");
  assert.throws(() => fingerprintOf(`v=0\r\n${line}a=fingerprint:sha-256 CC:DD\r\n`));
  assert.throws(() => fingerprintOf("v=0\r\na=fingerprint:sha-1 AA:BB\r\n"));
  assert.throws(() => fingerprintOf("v=0\r\n"));
});

test("a code is easy to see and to read aloud", () => {
  assert.equal(grouped("012345"), "012 345");
  assert.equal(spelled("012345"), "0 1 2, 3 4 5");
});
