import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf } from "./levelMeter.js";

test("silence is nothing, the loudest is all, and in between it follows the ear", () => {
  assert.equal(levelOf(new Float32Array(64)), 0);
  assert.equal(levelOf(new Float32Array(64).fill(1)), 1);
  assert.ok(Math.abs(levelOf(new Float32Array(64).fill(0.0316)) - 0.5) < 0.01);
  assert.equal(levelOf(new Float32Array(64).fill(0.0001)), 0);
});
