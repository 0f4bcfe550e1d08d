import assert from "node:assert/strict";
import { test } from "node:test";
import { FADE, loudness } from "./fade.js";

test("at no moment of a fade are both silent, and at its end one is heard", () => {
  for (let elapsed = -20; elapsed <= FADE + 20; elapsed += 20) {
    const { falling, rising } = loudness(elapsed);
    assert.ok(Math.abs(falling + rising - 1) < 1e-9, `${elapsed}`);
  }
  assert.deepEqual(loudness(0), { falling: 1, rising: 0 });
  assert.deepEqual(loudness(FADE), { falling: 0, rising: 1 });
});
