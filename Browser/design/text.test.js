import assert from "node:assert/strict";
import { test } from "node:test";
import { textFrom } from "./text.js";

const catalogue = { asked: "{name}: {question}", page: "{page} / {of}" };

test("what goes the other way than the sentence keeps its order to itself", () => {
  const [english, arabic] = [textFrom(catalogue, "en"), textFrom(catalogue, "ar")];
  const asked = { name: "سعيد", question: "When do we rehearse?" };
  assert.equal(english("asked", asked), "\u2068سعيد\u2069: When do we rehearse?");
  assert.equal(arabic("asked", asked), "سعيد: \u2068When do we rehearse?\u2069");
  assert.equal(textFrom(catalogue, "ru")("asked", { name: "Ира", question: "Когда?" }), "Ира: Когда?");
});

test("numbers and what has no letters stay as they are", () => {
  for (const code of ["en", "ar"]) assert.equal(textFrom(catalogue, code)("page", { page: 1, of: "+49 30" }), "1 / +49 30");
});
