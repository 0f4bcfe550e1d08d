import assert from "node:assert/strict";
import { test } from "node:test";
import { news, poorWords } from "./meetingNews.js";

const face = (/** @type {number} */ seat, /** @type {string} */ name, more = {}) =>
  /** @type {import("./meetingNews.js").Face} */ ({ seat, name, screen: false, ...more });
const there = (/** @type {import("./meetingNews.js").Face[]} */ people, waiting = /** @type {any[]} */ ([])) => ({ people, waiting });
const ana = face(1, "Ana");
const ben = face(2, "Ben");

test("who comes, goes, raises a hand or shares is told, one thing at a time", () => {
  assert.deepEqual(news(there([ana]), there([ana, ben]), 1), { key: "say.came", name: "Ben" });
  assert.deepEqual(news(there([ana, ben]), there([ana]), 1), { key: "say.left", name: "Ben" });
  assert.deepEqual(news(there([ana, ben]), there([ana, face(2, "Ben", { hand: 1 })]), 1), { key: "say.hand", name: "Ben" });
  const busy = face(2, "Ben", { hand: 1, screen: true });
  assert.deepEqual(news(there([ana, ben]), there([ana, busy]), 1), { key: "say.shares", name: "Ben" });
  assert.deepEqual(news(there([ana, ben]), there([ana, busy], [{ seat: 9, name: "Cleo" }]), 1), { key: "say.waits", name: "Cleo" });
});

test("nothing is told of oneself, of whom one finds there, or twice", () => {
  assert.deepEqual(news(there([ana, ben]), there([face(1, "Ana", { hand: 1, screen: true }), ben]), 1), undefined);
  assert.deepEqual(news(there([]), there([ana, ben]), 1), undefined);
  const cleo = [{ seat: 9, name: "Cleo" }];
  const busy = face(2, "Ben", { hand: 1, screen: true });
  assert.deepEqual(news(there([ana, busy], cleo), there([ana, busy], cleo), 1), undefined);
});

test("who has a poor connection is told once why, and of others it is told on their picture", () => {
  const poor = face(1, "Ana", { trouble: "sending" });
  assert.deepEqual(news(there([ana, ben]), there([poor, ben]), 1), { key: "tile.ownPoor.sending", name: "Ana" });
  assert.deepEqual(news(there([poor, ben]), there([poor, ben]), 1), undefined);
  assert.deepEqual(news(there([poor, ben]), there([ana, ben]), 1), undefined);
  assert.deepEqual(news(there([ana, ben]), there([poor, ben]), 2), undefined);
  assert.equal(poorWords(poor, false), "tile.poor.sending");
  assert.equal(poorWords(ana, false), undefined);
});

test("of a webinar it is told who has the word and who asks for it, and not who of hundreds comes and goes", () => {
  const host = face(1, "Ana", { role: "host" });
  const listens = face(2, "Ben", { role: "attendee" });
  const webinar = (/** @type {import("./meetingNews.js").Face[]} */ people) => ({ ...there(people), isWebinar: true });
  assert.deepEqual(news(webinar([host]), webinar([host, listens]), 1), undefined);
  assert.deepEqual(news(webinar([host, listens]), webinar([host]), 1), undefined);
  const asks = face(2, "Ben", { role: "attendee", hand: 1 });
  assert.deepEqual(news(webinar([host, listens]), webinar([host, asks]), 1), { key: "say.hand", name: "Ben" });
  // Whether somebody saw them before, as hosts do, or not.
  const speaks = face(2, "Ben", { role: "speaker" });
  const told = { key: "say.stage", name: "Ben" };
  assert.deepEqual(
    [news(webinar([host, listens]), webinar([host, speaks]), 1), news(webinar([host]), webinar([host, speaks]), 1)],
    [told, told],
  );
  assert.deepEqual(news(webinar([host, listens]), webinar([host, speaks]), 2), undefined, "who has it is told otherwise");
  assert.deepEqual(news(there([host, speaks]), webinar([host, listens]), 1), { key: "say.webinar.on", name: "" });
  assert.deepEqual(news(webinar([host]), there([host, speaks]), 1), { key: "say.webinar.off", name: "" });
  assert.deepEqual(news(there([]), webinar([host]), 1), undefined, "whoever comes finds it so");
});

test("that a meeting is locked, and is no longer, is said", () => {
  const [open, locked] = [there([ana]), { ...there([ana]), isLocked: true }];
  assert.equal(news(open, locked, 1)?.key, "say.locked");
  assert.equal(news(locked, open, 1)?.key, "say.unlocked");
  // Who comes in sees it.
  assert.equal(news(there([]), locked, 1), undefined);
});
