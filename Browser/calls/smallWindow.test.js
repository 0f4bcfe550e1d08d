import assert from "node:assert/strict";
import { test } from "node:test";
import { followed } from "./smallWindow.js";

const [ana, ben, cleo] = [1, 2, 3].map((seat) => ({ seat, camera: true, screen: false }));

test("what is shared comes before people, and whom somebody chose before who speaks", () => {
  assert.deepEqual(followed([ana, { ...ben, screen: true }], 1, [1]), { seat: 2, track: "screen" });
  assert.deepEqual(followed([ana, ben, cleo], 3, [2, 1]), { seat: 3, track: "camera" });
  assert.deepEqual(followed([ana, ben, cleo], undefined, [2, 1]), { seat: 2, track: "camera" });
  assert.deepEqual(followed([ana, ben], undefined, []), { seat: 1, track: "camera" });
});

test("nobody is followed who shows nothing, or is oneself, or has gone", () => {
  const dark = { ...ana, camera: false };
  assert.deepEqual(followed([dark, ben], 1, [9, 1, 2]), { seat: 2, track: "camera" });
  assert.equal(followed([dark], 1, [1]), undefined);
  assert.equal(followed([], undefined, [1]), undefined);
});
