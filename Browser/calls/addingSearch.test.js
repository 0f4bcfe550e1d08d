import assert from "node:assert/strict";
import { test } from "node:test";
import { found } from "./addingSearch.js";

const contacts = [
  { name: "Zoë Martin", presence: "online" },
  { name: "Cleo Marsh" },
  { name: "Ana María Ruiz", presence: "away" },
  { name: "Finn Amar", presence: "online" },
];
const names = (/** @type {string} */ typed) => found(contacts, typed).map(({ name }) => name);

test("whoever can be reached stands first, then by name", () => {
  assert.deepEqual(names("  "), ["Finn Amar", "Zoë Martin", "Ana María Ruiz", "Cleo Marsh"]);
});

test("each word typed begins a word of the name, whatever its case and accents", () => {
  assert.deepEqual(names("mar"), ["Zoë Martin", "Ana María Ruiz", "Cleo Marsh"]);
  assert.deepEqual(names("zoe MAR"), ["Zoë Martin"]);
  assert.deepEqual(names("artin"), []);
});
