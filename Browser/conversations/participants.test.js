import assert from "node:assert/strict";
import { test } from "node:test";
import { Participants } from "./participants.js";

/** @param {string} person @param {"visitor" | "agent" | "observer"} part */
const one = (person, part) => ({ person, part, name: person, isPresent: true, delivered: 0, read: 0 });

test("a message is read when one of a team read it, and whoever only looks on reads nothing for them", () => {
  const participants = new Participants();
  participants.show([one("cleo", "visitor"), one("dan", "agent"), one("eve", "agent"), one("finn", "observer")]);
  participants.saw({ person: "finn", delivered: 9, read: 9 });
  participants.saw({ person: "cleo", delivered: 9, read: 9 });
  assert.equal(participants.reached(3, "cleo"), "sent");
  participants.saw({ person: "dan", delivered: 3, read: 2 });
  assert.equal(participants.reached(3, "cleo"), "delivered");
  participants.saw({ person: "eve", delivered: 3, read: 3 });
  assert.equal(participants.reached(3, "cleo"), "read");
});

test("who leaves and comes back keeps their receipts", () => {
  const participants = new Participants();
  participants.show([one("dan", "agent")]);
  participants.saw({ person: "dan", delivered: 5, read: 5 });
  for (const isPresent of [false, true]) participants.came({ person: "dan", part: "agent", name: "Dan" }, isPresent);
  assert.deepEqual(participants.at("dan"), { ...one("dan", "agent"), name: "Dan", delivered: 5, read: 5 });
  assert.equal(participants.saw({ person: "mallory", delivered: 1, read: 1 }), false);
});
