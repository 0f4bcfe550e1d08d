import assert from "node:assert/strict";
import { test } from "node:test";
import { MeetingWords } from "./meetingWords.js";

/** @param {(text: string) => Promise<boolean>} [send] */
function begin(send = () => Promise.resolve(true)) {
  const words = new MeetingWords(send);
  /** @type {Map<string, string>} */
  const shown = new Map();
  words.addEventListener("words", (event) => {
    const { id, text, isDelivered, isOwn } = /** @type {CustomEvent} */ (event).detail;
    shown.set(id, `${isOwn ? "own " : ""}${text}${isDelivered ? "" : " …"}`);
  });
  return { words, lines: () => [...shown.values()] };
}

/** @param {number} number @param {number} seat @param {string} text */
const said = (number, seat, text) => ({ number, seat, name: `Seat ${seat}`, text, at: number });

test("own words wait until they come back, and are shown once", () => {
  const { words, lines } = begin();
  words.enter(3, []);
  words.write("  Hello \n");
  assert.deepEqual(lines(), ["own Hello …"]);
  words.hear(said(1, 3, "Hello"));
  words.hear(said(1, 3, "Hello"));
  assert.deepEqual(lines(), ["own Hello"]);
});

test("the same words twice are two, and others' are not taken for own ones", () => {
  const { words, lines } = begin();
  words.enter(3, []);
  words.write("Yes");
  words.write("Yes");
  words.hear(said(1, 4, "Yes"));
  words.hear(said(2, 3, "Yes"));
  assert.deepEqual(lines(), ["own Yes", "own Yes …", "Yes"]);
  words.hear(said(3, 3, "Yes"));
  assert.deepEqual(lines(), ["own Yes", "own Yes", "Yes"]);
});

test("who comes back reads what was written meanwhile, and nothing twice", () => {
  const { words, lines } = begin();
  words.enter(3, [said(1, 4, "One")]);
  words.hear(said(2, 4, "Two"));
  words.enter(3, [said(1, 4, "One"), said(2, 4, "Two"), said(3, 4, "Three")]);
  assert.deepEqual(lines(), ["One", "Two", "Three"]);
  // After a restart of the server the numbers begin again, and so do the seats.
  words.enter(1, [said(1, 2, "Four")]);
  assert.deepEqual(lines(), ["One", "Two", "Three", "Four"]);
});

test("nothing is not written, and what was refused is never taken for what comes later", async () => {
  const { words, lines } = begin(() => Promise.resolve(false));
  words.enter(3, []);
  assert.equal(words.write(" \n "), false);
  assert.equal(words.write("Hello"), true);
  await Promise.resolve();
  words.hear(said(1, 3, "Hello"));
  assert.deepEqual(lines(), ["own Hello …", "own Hello"]);
});
