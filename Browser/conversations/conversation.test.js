import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation } from "./conversation.js";
import { Kept } from "./kept.js";

/** A live link whose server is the test. */
class FakeLive {
  /** @type {Map<string, Set<(message: any) => void>>} */
  #subscribers = new Map();
  /** @type {{ type: string, fields: any, id?: string, resolve: (body?: any) => void, reject: (refusal: any) => void }[]} */
  commands = [];
  /** @type {[string, number][]} */
  heard = [];
  /** @type {any} */
  view;

  /**
   * @param {string} type
   * @param {any} fields
   * @param {{ id?: string }} [options]
   */
  command(type, fields, { id } = {}) {
    if (type === "conversation.open") return Promise.resolve(structuredClone(this.view));
    return new Promise((resolve, reject) => this.commands.push({ type, fields, id, resolve, reject }));
  }

  /**
   * @param {string} stream
   * @param {number} after
   */
  hear(stream, after) {
    this.heard.push([stream, after]);
    return Promise.resolve();
  }

  unhear() {
    return Promise.resolve();
  }

  /**
   * @param {string} type
   * @param {(message: any) => void} handler
   */
  on(type, handler) {
    const handlers = this.#subscribers.get(type) ?? new Set();
    this.#subscribers.set(type, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** @param {any} message */
  tell(message) {
    for (const handler of this.#subscribers.get(message.type) ?? []) handler(message);
  }

  /**
   * @param {number} sequence
   * @param {any} body
   */
  message(sequence, body, kind = "message.sent", stream = "conversation/c", at = sequence) {
    this.tell({ type: "event", stream, sequence, kind, at, body });
  }
}

const cleo = { person: "cleo", part: "visitor", name: "Cleo", isPresent: true, delivered: 0, read: 0 };
const dan = { person: "dan", part: "agent", name: "Dan", isPresent: true, delivered: 0, read: 0 };

/** A storage that lives as long as the test. */
function storage() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => values.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => values.set(key, value),
    removeItem: (/** @type {string} */ key) => values.delete(key),
  });
}

/** @param {Kept} [kept] */
async function opened(kept) {
  const live = new FakeLive();
  live.view = { id: "c", kind: "support", state: "open", me: "cleo", people: [cleo, dan], events: [], last: 0, hasOlder: false };
  const conversation = new Conversation(/** @type {any} */ (live), "c", kept);
  await conversation.open();
  return { live, conversation };
}

const texts = (/** @type {Conversation} */ conversation) => conversation.items.map((item) => item.text);

test("what is on its way stands last, and takes its place when the server says where", async () => {
  const { live, conversation } = await opened();
  conversation.say("mine");
  live.message(1, { id: "x", from: "dan", part: "agent", name: "Dan", text: "theirs" });
  assert.deepEqual(texts(conversation), ["theirs", "mine"]);
  const sent = live.commands.find((command) => command.type === "message.send");
  live.message(2, { id: sent?.id, from: "cleo", part: "visitor", name: "Cleo", text: "mine" });
  live.message(3, { id: "y", from: "dan", part: "agent", name: "Dan", text: "later" });
  assert.deepEqual(texts(conversation), ["theirs", "mine", "later"]);
  assert.equal(conversation.items.filter((item) => item.text === "mine").length, 1);
});

test("the server's order counts, not the clocks", async () => {
  const { live, conversation } = await opened();
  live.message(1, { id: "a", from: "dan", text: "first" }, "message.sent", "conversation/c", 2000);
  live.message(2, { id: "b", from: "dan", text: "second" }, "message.sent", "conversation/c", 1000);
  assert.deepEqual(texts(conversation), ["first", "second"]);
});

test("a note of the team stands where its time puts it", async () => {
  const { live, conversation } = await opened();
  live.message(1, { id: "a", from: "dan", text: "one" }, "message.sent", "conversation/c", 10);
  live.message(2, { id: "b", from: "dan", text: "two" }, "message.sent", "conversation/c", 30);
  live.message(1, { id: "n", from: "dan", text: "note" }, "note.added", "team/c", 20);
  assert.deepEqual(texts(conversation), ["one", "note", "two"]);
});

test("a translation stands with its message, ends the wish for it, and loses its words with those it is of", async () => {
  const { live, conversation } = await opened();
  const mark = (/** @type {string} */ kind) => ({ about: 1, kind });
  live.message(1, { id: "a", from: "cleo", text: "un" }, "message.sent", "conversation/c", 10);
  live.message(2, { id: "b", from: "cleo", text: "deux" }, "message.sent", "conversation/c", 20);
  live.message(1, { id: "w", from: "dan", text: "", mark: mark("translationWanted") }, "note.added", "team/c", 30);
  assert.deepEqual(texts(conversation), ["un", "", "deux"]);
  assert.equal(conversation.wantsTranslation(1), true);
  assert.equal(conversation.wantsTranslation(2), false);
  live.message(2, { id: "t", from: "dan", text: "one", mark: mark("translation") }, "note.added", "team/c", 40);
  assert.deepEqual(texts(conversation), ["un", "one", "deux"]);
  assert.equal(conversation.wantsTranslation(), false);
  live.message(3, { message: 1, text: "une", at: 50 }, "message.edited");
  assert.deepEqual(texts(conversation), ["une", "deux"]);
});

test("a note that was refused is sent again as a note, to the same message", async () => {
  const { live, conversation } = await opened();
  const mark = { about: 1, kind: /** @type {const} */ ("translation") };
  conversation.say("one", [], "note.add", mark);
  live.commands.find((command) => command.type === "note.add")?.reject({ problem: { title: "Not now" } });
  await new Promise((resolve) => setTimeout(resolve));
  conversation.again(conversation.items[0].key);
  const [first, again] = live.commands.filter((command) => command.type === "note.add");
  assert.deepEqual([again.id, again.fields], [first.id, { conversation: "c", text: "one", mark }]);
  assert.equal(
    live.commands.some((command) => command.type === "message.send"),
    false,
  );
});

test("Complaint 14: receipts only move forward", async () => {
  const { live, conversation } = await opened();
  live.message(1, { id: "a", from: "cleo", text: "hello" });
  const [item] = conversation.items;
  assert.equal(conversation.progress(item), "sent");
  const seen = (/** @type {number} */ delivered, /** @type {number} */ read) =>
    live.tell({ type: "conversation.seen", conversation: "c", person: "dan", delivered, read });
  seen(1, 0);
  assert.equal(conversation.progress(item), "delivered");
  seen(1, 1);
  assert.equal(conversation.progress(item), "read");
  seen(1, 0);
  assert.equal(conversation.progress(item), "read");
});

test("what the server did not acknowledge is sent by the next page, with the same id", async () => {
  const store = storage();
  const { live, conversation } = await opened(new Kept("k", () => store));
  conversation.say("almost lost");
  const first = live.commands.find((command) => command.type === "message.send");
  const next = await opened(new Kept("k", () => store));
  const again = next.live.commands.find((command) => command.type === "message.send");
  assert.equal(again?.id, first?.id);
  again?.resolve({ sequence: 1 });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(new Kept("k", () => store).unsent, []);
});

test("what was refused stays with its reason, and can be sent again or taken back", async () => {
  const { live, conversation } = await opened();
  conversation.say("too late");
  live.commands.find((command) => command.type === "message.send")?.reject({ problem: { title: "This conversation has ended" } });
  await new Promise((resolve) => setTimeout(resolve));
  const [item] = conversation.items;
  assert.equal(conversation.progress(item), "failed");
  assert.equal(conversation.discard(item.key), "too late");
  assert.deepEqual(conversation.items, []);
});

test("an edit and a withdrawal change the message and add no line", async () => {
  const { live, conversation } = await opened();
  live.message(1, { id: "a", from: "dan", text: "helo" });
  live.message(2, { message: 1, text: "hello", at: 5 }, "message.edited");
  assert.deepEqual(texts(conversation), ["hello"]);
  live.message(3, { message: 1, at: 6 }, "message.withdrawn");
  assert.equal(conversation.items[0].isWithdrawn, true);
  assert.deepEqual(texts(conversation), [""]);
});

test("a browser that refuses storage loses nothing while the page lives", async () => {
  const refusing = () => {
    throw new Error("refused");
  };
  const kept = new Kept("k", refusing);
  kept.draft = "typed";
  assert.equal(kept.draft, "typed");
});

test("who says something has read what is before it", async () => {
  const { live, conversation } = await opened();
  live.message(1, { id: "a", from: "cleo", text: "hello" });
  live.message(2, { id: "b", from: "dan", part: "agent", name: "Dan", text: "good day" });
  assert.equal(conversation.progress(conversation.items[0]), "read");
});
