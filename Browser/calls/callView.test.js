import assert from "node:assert/strict";
import { test } from "node:test";
import { clockFace, endingKey } from "./callView.js";

test("a duration reads like a clock", () => {
  assert.deepEqual([0, 7_400, 247_000, 3_847_000, -5].map(clockFace), ["0:00", "0:07", "4:07", "1:04:07", "0:00"]);
});

test("the same ending is told from each one's side", () => {
  assert.equal(endingKey("cancelled", true), "cancelled");
  assert.equal(endingKey("cancelled", false), "cancelledByPeer");
  assert.equal(endingKey("missed", false), "missedByYou");
  assert.equal(endingKey("hungUp", false), "hungUp");
});
