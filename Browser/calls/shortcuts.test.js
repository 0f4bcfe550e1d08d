import assert from "node:assert/strict";
import { test } from "node:test";
import { actionFor } from "./shortcuts.js";

const plain = { key: "m", ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false };

test("one key does one thing", () => {
  assert.equal(actionFor(plain, false), "microphone");
  assert.equal(actionFor({ ...plain, key: "H", shiftKey: true }, false), "hang-up");
  assert.equal(actionFor({ ...plain, key: "?", shiftKey: true }, false), "shortcuts");
});

test("typing, the browser's own keys and a held key do nothing", () => {
  assert.equal(actionFor(plain, true), undefined);
  assert.equal(actionFor({ ...plain, key: "s", ctrlKey: true }, false), undefined);
  assert.equal(actionFor({ ...plain, repeat: true }, false), undefined);
});

test("caps lock does not hang up", () => {
  assert.equal(actionFor({ ...plain, key: "H" }, false), undefined);
  assert.equal(actionFor({ ...plain, key: "M" }, false), "microphone");
});
