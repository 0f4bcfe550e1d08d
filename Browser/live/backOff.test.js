import assert from "node:assert/strict";
import { test } from "node:test";
import { BackOff, LONGEST, LONGEST_IN_CALL, SHORTEST } from "./backOff.js";

/** @param {number} seed a small deterministic generator (mulberry32) */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("each wait lies between half and all of a ceiling that doubles up to the longest", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const backOff = new BackOff(seeded(seed));
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const ceiling = Math.min(LONGEST, SHORTEST * 2 ** Math.min(attempt, 16));
      const wait = backOff.next();
      assert.ok(wait >= ceiling / 2 && wait <= ceiling, `seed ${seed}, attempt ${attempt}: ${wait}`);
    }
  }
});

/** @param {number} seed */
function firstWaits(seed) {
  const backOff = new BackOff(seeded(seed));
  return Array.from({ length: 8 }, () => backOff.next());
}

test("the same seed waits the same, two browsers do not", () => {
  assert.deepEqual(firstWaits(7), firstWaits(7));
  assert.notDeepEqual(firstWaits(7), firstWaits(8));
});

test("a connection that proved itself starts again at the shortest wait", () => {
  const backOff = new BackOff(seeded(1));
  for (let attempt = 0; attempt < 9; attempt += 1) backOff.next();
  backOff.reset();
  assert.equal(backOff.attempts, 0);
  assert.ok(backOff.next() <= SHORTEST);
});

test("the server's own advice is a floor", () => {
  const backOff = new BackOff(seeded(3));
  assert.ok(backOff.next(15_000) >= 15_000);
});

test("in a call no wait is longer than a few seconds", () => {
  const backOff = new BackOff(seeded(5));
  for (let attempt = 0; attempt < 40; attempt += 1) assert.ok(backOff.next(0, LONGEST_IN_CALL) <= LONGEST_IN_CALL);
  // The call is over: what failed in a row still counts.
  assert.ok(backOff.next() >= LONGEST / 2);
});
