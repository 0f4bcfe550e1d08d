import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "./search.js";

const shown = (/** @type {string} */ said, /** @type {string} */ typed) =>
  pieces(said, typed)
    .map(({ words, fits }) => (fits ? `[${words}]` : words))
    .join("");

test("what was found is marked as the server finds it: by beginnings, without case and accents", () => {
  assert.equal(shown("Où est ma Théière émaillée?", "theiere emai"), "Où est ma [Théière] [émaillée]?");
  assert.equal(shown("Где мой заказ?", "заказ"), "Где мой [заказ]?");
});

test("a long message is cut so that the first word can be seen", () => {
  const cut = shown(`${"so it goes on and on ".repeat(5)}until the atlas came`, "atlas");
  assert.match(cut, /^….{1,30}\[atlas\] came$/u);
});

test("without a word that fits it begins at its beginning", () => {
  assert.equal(shown("Good day", "…"), "Good day");
});
