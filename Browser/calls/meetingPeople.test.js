import assert from "node:assert/strict";
import { test } from "node:test";
import { MeetingPeople } from "./meetingPeople.js";

/** @param {number} seat @param {string} name */
const face = (seat, name) => /** @type {import("../live/protocol.js").MeetingFace} */ ({ seat, name, screen: false });

test("who is told of others is not told of themself, and finds those there who came before", () => {
  const people = new MeetingPeople();
  people.seat = 1;
  assert.equal(people.change({ people: [face(1, "Ana"), face(2, "Ben")], waiting: [] }), undefined);
  assert.equal(people.own?.name, "Ana");
  assert.deepEqual(
    people.others.map((one) => one.name),
    ["Ben"],
  );
  assert.deepEqual(people.change({ people: [face(1, "Ana"), face(3, "Dan")], waiting: [] }), { key: "say.came", name: "Dan" });
  assert.equal(people.at(2), undefined);
});

test("whoever speaks is first of those who spoke, once", () => {
  const people = new MeetingPeople();
  for (const seats of [[2], [3, 1], [], [2]]) people.speak(seats);
  assert.deepEqual(people.spoke, [2, 3, 1]);
});
