import assert from "node:assert/strict";
import { test } from "node:test";
import { MeetingPeople } from "./meetingPeople.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */

/** @param {number} seat @param {string} name @param {Partial<Face>} [more] */
const face = (seat, name, more = {}) => /** @type {Face} */ ({ seat, name, screen: false, role: "speaker", ...more });
/** @param {Face[]} people @param {Partial<import("./meetingPeople.js").There>} [more] */
const there = (people, more = {}) => ({
  people,
  waiting: [],
  isShut: false,
  isLocked: false,
  isWebinar: false,
  unseen: 0,
  hasCaptions: false,
  ...more,
});
/** @param {Face[]} faces */
const names = (faces) => faces.map((one) => one.name);

test("who is told of others is not told of themself, and finds those there who came before", () => {
  const people = new MeetingPeople();
  people.seat = 1;
  assert.equal(people.change(there([face(1, "Ana"), face(2, "Ben")])), undefined);
  assert.equal(people.own?.name, "Ana");
  assert.deepEqual(
    people.others.map((one) => one.name),
    ["Ben"],
  );
  assert.deepEqual(people.change(there([face(1, "Ana"), face(3, "Dan")])), { key: "say.came", name: "Dan" });
  assert.equal(people.at(2), undefined);
});

test("whoever speaks is first of those who spoke, once", () => {
  const people = new MeetingPeople();
  for (const seats of [[2], [3, 1], [], [2]]) people.speak(seats);
  assert.deepEqual(people.spoke, [2, 3, 1]);
});

const webinar = { isWebinar: true };
const listener = /** @type {const} */ ({ role: "attendee" });

test("a listener of a webinar knows of who has the word, of themself, and how many others there are", () => {
  const people = new MeetingPeople();
  people.seat = 3;
  assert.equal(people.changeSelf(face(3, "Cleo", listener)), undefined);
  assert.equal(people.change(there([face(1, "Ana", { role: "host" })], { ...webinar, unseen: 200 })), undefined);
  assert.deepEqual(names(people.all), ["Ana", "Cleo"]);
  assert.deepEqual(names(people.stage), ["Ana"]);
  assert.deepEqual([people.own?.role, people.unseen, people.count], ["attendee", 199, 201]);
  people.changeSelf(face(3, "Cleo", { ...listener, hand: 4 }));
  assert.equal(people.own?.hand, 4);
  // With the word they are one of those whom everybody sees.
  people.change(there([face(1, "Ana", { role: "host" }), face(3, "Cleo")], { ...webinar, unseen: 199 }));
  assert.deepEqual([names(people.stage), people.own?.role, people.count], [["Ana", "Cleo"], "speaker", 201]);
  // The server has begun anew, and so have the seats.
  people.seat = 2;
  people.change(there([face(1, "Ana", { role: "host" }), face(2, "Cleo")], { ...webinar, unseen: 199 }));
  assert.deepEqual([names(people.all), people.unseen], [["Ana", "Cleo"], 199]);
  people.seat = 3;
  people.change(there([face(1, "Ana", { role: "host" }), face(2, "Ben"), face(3, "Cleo")]));
  assert.deepEqual([names(people.all), people.unseen], [["Ana", "Ben", "Cleo"], 0]);
});

test("a host of a webinar has those in front who have the word, then those who ask for it", () => {
  const people = new MeetingPeople();
  people.seat = 1;
  const all = [
    face(1, "Ana", { role: "host" }),
    face(2, "Ben", listener),
    face(3, "Cleo", { ...listener, hand: 2 }),
    face(4, "Dan"),
    face(5, "Eve", { ...listener, hand: 1 }),
  ];
  people.change(there(all, webinar));
  assert.deepEqual(names(people.listed), ["Ana", "Dan", "Eve", "Cleo", "Ben"]);
  assert.deepEqual(names(people.stage), ["Ana", "Dan"]);
  people.change(there(all));
  assert.deepEqual(names(people.listed), names(all), "elsewhere they stand as they came");
});
