import assert from "node:assert/strict";
import { test } from "node:test";
import { MeetingPolls, namesOf, percentOf, showsResults } from "./meetingPolls.js";

/** @param {Partial<import("../live/protocol.js").MeetingPoll>} more */
function poll(more = {}) {
  const answers = [
    { text: "Yes", count: 2 },
    { text: "No", count: 1 },
  ];
  const usual = { allowsSeveral: false, isAnonymous: false, isOpen: true, isOwn: false, voters: 3, chosen: [] };
  return { number: 1, name: "Ana", question: "Well?", answers, ...usual, ...more };
}

function begin() {
  const polls = new MeetingPolls();
  /** @type {string[]} */
  const heard = [];
  for (const type of ["closed", "cleared"]) {
    polls.addEventListener(type, (event) => heard.push(`${type} ${/** @type {CustomEvent} */ (event).detail?.number ?? ""}`.trim()));
  }
  polls.enter(4, []);
  heard.length = 0;
  const waiting = () => polls.waiting.map((one) => one.number);
  return { polls, heard, waiting };
}

test("the end of a poll is told once", () => {
  const { polls, heard } = begin();
  polls.hear(poll());
  polls.hear(poll({ voters: 4 }));
  polls.hear(poll({ isOpen: false }));
  polls.hear(poll({ isOpen: false }));
  polls.hear(poll({ number: 2, isOpen: false }));
  assert.deepEqual(heard, ["closed 1"]);
});

test("nobody is called to answer by themself, nor what they answered or what is closed", () => {
  const { polls, waiting } = begin();
  polls.hear(poll({ isOwn: true }));
  polls.hear(poll({ number: 2, chosen: [1] }));
  polls.hear(poll({ number: 3, isOpen: false }));
  assert.deepEqual(waiting(), []);
  polls.hear(poll({ number: 4 }));
  polls.hear(poll({ number: 5 }));
  assert.deepEqual(waiting(), [5, 4]);
  polls.hear(poll({ number: 5, chosen: [0] }));
  assert.deepEqual(waiting(), [4]);
});

test("after a restart of the server the polls of before are gone; after a lost link they stay", () => {
  const { polls, heard, waiting } = begin();
  polls.hear(poll());
  polls.enter(4, [poll(), poll({ number: 2 })]);
  assert.deepEqual([heard, waiting()], [[], [2, 1]]);
  polls.enter(1, []);
  assert.deepEqual([heard, waiting()], [["cleared"], []]);
});

test("nobody sees how the others answered before they answered themself", () => {
  assert.equal(showsResults(poll()), false);
  assert.equal(showsResults(poll({ chosen: [0] })), true);
  assert.equal(showsResults(poll({ isOwn: true })), true);
  assert.equal(showsResults(poll({ isOpen: false })), true);
});

test("percent are of those who answered", () => {
  assert.deepEqual([percentOf(poll(), 0), percentOf(poll(), 1), percentOf(poll({ voters: 0 }), 0)], [67, 33, 0]);
});

test("of many who chose an answer the first are named, and it shows that there are others", () => {
  assert.equal(namesOf({ text: "Yes", count: 2, names: ["Ana", "Ben"] }), "Ana, Ben");
  assert.equal(namesOf({ text: "Yes", count: 31, names: ["Ana", "Ben"] }), "Ana, Ben …");
  assert.equal(namesOf({ text: "Yes", count: 31 }), "", "nobody is named where the poll goes without");
});
