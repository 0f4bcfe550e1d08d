import assert from "node:assert/strict";
import { test } from "node:test";
import { DraftShelf } from "./drafts.js";
import { actionFor } from "./keys.js";
import { matching } from "./palette.js";
import { filled, find, mentioned, sought } from "./replies.js";
import { IDLE, OwnStatus } from "./status.js";
import { laterTimes } from "./steps.js";

const replies = [
  { id: "1", shortcut: "hello", text: "Good day" },
  { id: "2", shortcut: "hours", text: "We are open from nine" },
  { id: "3", shortcut: "réduction", text: "hello again" },
];

test("a reply is found by its shortcut first, accents or not", () => {
  assert.deepEqual(
    find(replies, "hello").map(({ id }) => id),
    ["1", "3"],
  );
  assert.deepEqual(
    find(replies, "redu").map(({ id }) => id),
    ["3"],
  );
});

test("names are filled in, and what is not known leaves no hole", () => {
  assert.equal(
    filled("Hello {visitor.name}, {agent.name} here.", { "visitor.name": "Cleo", "agent.name": "Dan" }),
    "Hello Cleo, Dan here.",
  );
  assert.equal(filled("Hello {visitor.name}!", { "visitor.name": undefined }), "Hello!");
  assert.equal(filled("{order.number}", {}), "{order.number}");
});

test("a slash finds a reply only at the beginning, an at-sign a colleague only in a note", () => {
  assert.equal(sought("/he", false)?.kind, "reply");
  assert.equal(sought("either/or", false), undefined);
  assert.equal(sought("ask @Ev", true)?.typed, "Ev");
  assert.equal(sought("ask @Ev", false), undefined);
});

test("a note names its colleagues", () => {
  const eve = { person: "e", name: "Eve Laurent", status: /** @type {"available"} */ ("available") };
  assert.deepEqual(mentioned("@eve laurent please look", [eve]), [eve]);
  assert.deepEqual(mentioned("eve@example.org", [eve]), []);
});

test("the palette finds every word, wherever it stands", () => {
  const commands = [
    { label: "Take", detail: "Cleo" },
    { label: "End", detail: "Cleo" },
  ];
  assert.deepEqual(matching(commands, "cleo ta"), [commands[0]]);
  assert.deepEqual(matching(commands, "end"), [commands[1]]);
});

test("single letters rest while one types and when they are off; Ctrl K never does", () => {
  const key = (/** @type {string} */ name, more = {}) => ({
    key: name,
    code: "",
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    ...more,
  });
  assert.equal(actionFor(key("t"), false, true), "take");
  assert.equal(actionFor(key("t"), true, true), undefined);
  assert.equal(actionFor(key("t"), false, false), undefined);
  assert.equal(actionFor(key("k", { ctrlKey: true }), true, false), "palette");
  assert.equal(actionFor(key("˜", { altKey: true, code: "KeyN" }), true, false), "note");
});

test("drafts of all conversations stand under one key, and nothing is left when all are sent", () => {
  /** @type {Map<string, string>} */
  const map = new Map();
  const storage = /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => map.set(key, value),
    removeItem: (/** @type {string} */ key) => map.delete(key),
  });
  const shelf = new DraftShelf(() => storage);
  const [one, two] = [shelf.kept("a"), shelf.kept("b")];
  one.draft = "first";
  two.draft = "second";
  assert.deepEqual([...map.keys()], ["sotto.desk.drafts"]);
  assert.equal(shelf.kept("a").draft, "first");
  one.draft = "";
  two.draft = "";
  assert.equal(map.size, 0);
});

test("whoever touches nothing is away by itself, and back with the first touch; who chose to be busy stays so", () => {
  /** @type {string[]} */
  const told = [];
  let now = 0;
  const status = new OwnStatus(
    /** @type {any} */ ({ command: async (/** @type {string} */ _, /** @type {any} */ fields) => told.push(fields.status) }),
    () => now,
  );
  status.learn("available");
  now = IDLE - 1;
  status.look();
  now = IDLE;
  status.look();
  status.touch();
  status.learn("busy");
  now = 5 * IDLE;
  status.look();
  assert.deepEqual(told, ["away", "available"]);
});

test("tomorrow is at nine, and Monday is never today", () => {
  const friday = new Date(2026, 10, 20, 15, 30).getTime();
  const monday = new Date(2026, 10, 23, 15, 30).getTime();
  assert.equal(new Date(laterTimes(friday).tomorrow).getHours(), 9);
  assert.equal(new Date(laterTimes(friday).monday).getDate(), 23);
  assert.equal(new Date(laterTimes(monday).monday).getDate(), 30);
});
