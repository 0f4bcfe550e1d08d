import assert from "node:assert/strict";
import { test } from "node:test";
import { MeetingCaptions } from "./meetingCaptions.js";

function begin() {
  const captions = new MeetingCaptions();
  captions.toggle();
  return captions;
}

test("words are put better until they are final, then a line follows", () => {
  const captions = begin();
  captions.hear({ seat: 1, text: "We shell", isFinal: false });
  captions.hear({ seat: 1, text: "We shall begin.", isFinal: true });
  captions.hear({ seat: 1, text: "First", isFinal: false });
  assert.deepEqual(captions.lines, ["We shall begin.", "First"]);
  captions.hear({ seat: 1, text: "First the list.", isFinal: true });
  captions.hear({ seat: 1, text: "Then", isFinal: false });
  assert.deepEqual(captions.lines, ["First the list.", "Then"]);
  captions.close();
});

test("two who write do not write into each other's words", () => {
  const captions = begin();
  captions.hear({ seat: 1, text: "Hello", isFinal: false });
  captions.hear({ seat: 2, text: "Bonjour", isFinal: false });
  captions.hear({ seat: 1, text: "Hello all.", isFinal: true });
  assert.deepEqual(captions.lines, ["Hello all.", "Bonjour"]);
  captions.close();
});

test("who did not switch captions on is shown none", () => {
  const captions = new MeetingCaptions();
  captions.hear({ seat: 1, text: "Hello", isFinal: true });
  assert.deepEqual(captions.lines, []);
  captions.toggle();
  assert.deepEqual(captions.lines, ["Hello"]);
  captions.close();
  assert.deepEqual(captions.lines, []);
});
