import assert from "node:assert/strict";
import { test } from "node:test";
import { MEETING_KEYS, actionFor } from "./shortcuts.js";

const plain = { key: "m", ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false };

test("one key does one thing", () => {
  assert.equal(actionFor(plain, false), "microphone");
  assert.equal(actionFor({ ...plain, key: "H", shiftKey: true }, false), "hang-up");
  assert.equal(actionFor({ ...plain, key: "?", shiftKey: true }, false), "shortcuts");
});

test("a meeting has the keys of a call where it has the same, and its own", () => {
  const meant = (/** @type {string} */ key) => actionFor({ ...plain, key, shiftKey: key === "H" }, false, MEETING_KEYS);
  assert.deepEqual(["f", "p", "H"].map(meant), ["full-screen", "people", "leave"]);
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
