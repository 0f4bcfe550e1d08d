import assert from "node:assert/strict";
import { test } from "node:test";
import { asShowing } from "./showing.js";

test("what Mallory's page says it gives is yes or no, and nothing besides", () => {
  const nothing = { microphone: false, camera: false, screen: false, isPaused: false };
  assert.deepEqual(asShowing({}), nothing);
  assert.deepEqual(asShowing({ microphone: "yes", camera: 1, screen: {}, isPaused: null, name: "Ana" }), nothing);
  assert.deepEqual(asShowing({ ...nothing, camera: true }), { ...nothing, camera: true });
});
