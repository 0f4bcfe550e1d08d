import assert from "node:assert/strict";
import { test } from "node:test";
import { followed } from "./smallWindow.js";

const [ana, ben, cleo] = [1, 2, 3].map((seat) => ({ seat, camera: true, screen: false }));

test("what is shared comes before people, and whom somebody chose before who speaks", () => {
  assert.deepEqual(followed([ana, { ...ben, screen: true }], { large: 1 }, [1]), { seat: 2, track: "screen" });
  const screens = [ana, { ...ben, screen: true }, { ...cleo, screen: true }];
  assert.deepEqual(followed(screens, { screen: 3 }, []), { seat: 3, track: "screen" });
  assert.deepEqual(followed([ana, ben, cleo], { large: 3 }, [2, 1]), { seat: 3, track: "camera" });
  assert.deepEqual(followed([ana, ben, cleo], {}, [2, 1]), { seat: 2, track: "camera" });
  assert.deepEqual(followed([ana, ben], {}, []), { seat: 1, track: "camera" });
});

test("nobody is followed who shows nothing, or is oneself, or has gone", () => {
  const dark = { ...ana, camera: false };
  assert.deepEqual(followed([dark, ben], { large: 1 }, [9, 1, 2]), { seat: 2, track: "camera" });
  assert.equal(followed([dark], { large: 1 }, [1]), undefined);
  assert.equal(followed([], {}, [1]), undefined);
});
