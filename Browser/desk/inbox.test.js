import assert from "node:assert/strict";
import { test } from "node:test";
import { belongs, compare, Inbox } from "./inbox.js";

/** A server that answers when it is told to. */
class FakeLive {
  /** @type {Map<string, (message: any) => void>} */
  handlers = new Map();
  /** @type {{ type: string, fields: any, resolve: (body: any) => void }[]} */
  asked = [];

  /** @param {string} type @param {(message: any) => void} handler */
  on(type, handler) {
    this.handlers.set(type, handler);
    return () => {};
  }

  /** @param {string} type @param {any} fields */
  command(type, fields) {
    return new Promise((resolve) => this.asked.push({ type, fields, resolve }));
  }

  /** @param {any} body */
  async answer(body) {
    this.asked.shift()?.resolve(body);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** @param {string} conversation @param {object} [more] */
const line = (conversation, more = {}) => ({
  conversation,
  state: "waiting",
  isMine: false,
  isInvited: false,
  isVouched: false,
  priority: 0,
  waitingSince: 1,
  lastAt: 1,
  tags: [],
  ...more,
});
const counts = { mine: 0, waiting: 0 };

/** @param {any[]} lines */
async function opened(lines) {
  const live = new FakeLive();
  const inbox = new Inbox(/** @type {any} */ (live));
  inbox.show("waiting");
  await live.answer({ lines, counts });
  return { live, inbox };
}

const shown = (/** @type {Inbox} */ inbox) => inbox.list.lines.map(({ conversation }) => conversation);

test("Complaint 2: a change asks for its one line and puts it where it belongs", async () => {
  const { live, inbox } = await opened([line("a"), line("b", { waitingSince: 2 })]);
  live.handlers.get("enquiry.changed")?.({ conversation: "a" });
  await live.answer({ line: line("a", { state: "active", isMine: true }), counts: { mine: 1, waiting: 1 } });
  assert.deepEqual(shown(inbox), ["b"]);
  assert.deepEqual(inbox.counts, { mine: 1, waiting: 1 });
});

test("Complaint 1: a new connection asks for the list again, and for what columns show", async () => {
  const { live, inbox } = await opened([line("a")]);
  inbox.watch((id) => id === "a");
  live.handlers.get("welcome")?.({});
  assert.deepEqual(
    live.asked.map(({ type }) => type),
    ["desk.inbox", "desk.line"],
  );
  await live.answer({ lines: [line("z")], counts });
  assert.deepEqual(shown(inbox), ["z"]);
});

test("many changes at once ask for the whole list, not for each line", async () => {
  const { live } = await opened([]);
  for (let number = 0; number < 40; number += 1) live.handlers.get("enquiry.changed")?.({ conversation: `c${number}` });
  await live.answer({ counts });
  assert.deepEqual(
    live.asked.map(({ type }) => type),
    ["desk.inbox"],
  );
});

test("what stands beyond the loaded page comes with the next one", async () => {
  const { live, inbox } = await opened([]);
  live.asked.length = 0;
  inbox.show("closed");
  await live.answer({ lines: [line("b", { state: "closed", lastAt: 9 })], next: "x", counts });
  live.handlers.get("enquiry.changed")?.({ conversation: "a" });
  await live.answer({ line: line("a", { state: "closed", lastAt: 3 }), counts });
  assert.deepEqual(shown(inbox), ["b"]);
  inbox.more();
  await live.answer({ lines: [line("a", { state: "closed", lastAt: 3 })], counts });
  assert.deepEqual(shown(inbox), ["b", "a"]);
});

test("who waits longest stands first, but for priority", () => {
  const lines = [line("late", { waitingSince: 9 }), line("early", { waitingSince: 2 }), line("urgent", { waitingSince: 99, priority: 5 })];
  const order = lines
    .toSorted((a, b) => compare("waiting", /** @type {any} */ (a), /** @type {any} */ (b)))
    .map(({ conversation }) => conversation);
  assert.deepEqual(order, ["urgent", "early", "late"]);
});

test("the title counts who waits and who wrote to me, each once", async () => {
  const { live, inbox } = await opened([line("a", { state: "offered", isMine: true, unread: 1 }), line("b")]);
  inbox.show("mine");
  live.asked.length = 0;
  for (const [id, more] of Object.entries({ c: { unread: 2 }, d: { unread: 0 }, e: { isMine: false, unread: 1 } })) {
    live.handlers.get("enquiry.changed")?.({ conversation: id });
    await live.answer({ line: line(id, { state: "active", isMine: true, ...more }), counts: { mine: 3, waiting: 2 } });
  }
  assert.equal(inbox.calling, 3);
});

test("mine is what I answer and where I was asked to help", () => {
  const is = (/** @type {object} */ more) => belongs("mine", /** @type {any} */ (line("a", more)));
  assert.equal(is({ state: "active", isMine: true }), true);
  assert.equal(is({ state: "snoozed", isMine: true }), false);
  assert.equal(is({ state: "active", isInvited: true }), true);
  assert.equal(is({ state: "closed", isInvited: true }), false);
});
