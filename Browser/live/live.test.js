import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Live } from "./live.js";
import { Refusal } from "./refusal.js";

/** A socket whose other end is the test. */
class FakeSocket extends EventTarget {
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  closedWith = 0;

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1005) {
    this.readyState = 3;
    this.closedWith = code;
  }

  /** @param {Record<string, number>} [streams] */
  welcome(streams = {}) {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    this.hear({ type: "welcome", connection: "c", heartbeat: 20, streams });
  }

  /** @param {object} message */
  hear(message) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  /** @param {number} code */
  drop(code) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

/** @param {import("node:test").TestContext} context */
function link(context) {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  /** @type {FakeSocket[]} */
  const sockets = [];
  let made = 0;
  const live = new Live({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return /** @type {any} */ (socket);
    },
    random: () => 0.5,
    uuid: () => {
      made += 1;
      return `id-${made}`;
    },
  });
  const newest = () => /** @type {FakeSocket} */ (sockets.at(-1));
  context.after(() => {
    live.stop();
    mock.timers.reset();
  });
  return { live, sockets, newest };
}

const notice = (/** @type {number} */ sequence) => ({ type: "event", stream: "notices", sequence, kind: "call.missed", body: {}, at: 0 });

test("a command waits for the welcome, and its ack resolves it", async (context) => {
  const { live, newest } = link(context);
  live.connect();
  const answered = live.command("presence.set", { state: "busy" });
  assert.deepEqual(newest().sent, []);
  newest().welcome();
  assert.deepEqual(newest().sent, [
    { type: "resume", streams: {} },
    { type: "presence.set", id: "id-1", state: "busy" },
  ]);
  newest().hear({ type: "ack", id: "id-1", body: { state: "busy" } });
  assert.deepEqual(await answered, { state: "busy" });
});

test("a refusal carries the server's problem", async (context) => {
  const { live, newest } = link(context);
  live.connect();
  newest().welcome();
  const answered = live.command("call.ring", { call: "1", callee: "ben", relayOnly: false });
  newest().hear({ type: "refused", id: "id-1", problem: { type: "about:blank", title: "No such person", status: 404 } });
  await assert.rejects(answered, (error) => error instanceof Refusal && error.isNotFound);
});

test("after a cut the greeting goes first, then what was not answered, with the same ids", async (context) => {
  const { live, sockets, newest } = link(context);
  live.onWelcome(() => {
    live.command("call.join", { call: "1", device: "d" }, { id: `join-${sockets.length}` }).catch(() => {});
  });
  live.connect({ notices: 41 });
  newest().welcome({ notices: 41 });
  newest().hear({ type: "ack", id: "join-1" });
  const hangUp = live.command("call.hangUp", { call: "1" });
  newest().drop(1006);
  assert.equal(live.state.name, "waiting");
  mock.timers.tick(500);
  newest().welcome({ notices: 41 });
  assert.deepEqual(newest().sent, [
    { type: "resume", streams: { notices: 41 } },
    { type: "call.join", id: "join-2", call: "1", device: "d" },
    { type: "call.hangUp", id: "id-1", call: "1" },
  ]);
  newest().hear({ type: "ack", id: "id-1" });
  await hangUp;
});

test("an event is handed on once; a hole makes it reconnect and resume", (context) => {
  const { live, sockets, newest } = link(context);
  /** @type {number[]} */
  const seen = [];
  live.on("event", (event) => seen.push(event.sequence));
  live.connect();
  newest().welcome({ notices: 41 });
  for (const sequence of [42, 42, 43, 45]) newest().hear(notice(sequence));
  assert.deepEqual(seen, [42, 43]);
  assert.equal(newest().closedWith, 4900);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
  newest().welcome({ notices: 45 });
  assert.deepEqual(newest().sent[0], { type: "resume", streams: { notices: 43 } });
  for (const sequence of [44, 45]) newest().hear(notice(sequence));
  assert.deepEqual(seen, [42, 43, 44, 45]);
});

test("a ring that could not be brought in time is not brought later", async (context) => {
  const { live, newest } = link(context);
  live.connect();
  const ring = live.command("call.ring", { call: "1", callee: "ben", relayOnly: false }, { lifetime: 10_000 });
  const refused = assert.rejects(ring, (error) => error instanceof Refusal && error.isOwn);
  newest().drop(1006);
  mock.timers.tick(12_000);
  await refused;
  newest().welcome();
  assert.deepEqual(newest().sent, [{ type: "resume", streams: {} }]);
});

test("a connection that gives no sign of life is left", (context) => {
  const { live, sockets, newest } = link(context);
  live.connect();
  newest().welcome();
  mock.timers.tick(20_000);
  assert.equal(newest().sent.at(-1).type, "ping");
  for (let second = 0; second < 12; second += 1) mock.timers.tick(1_000);
  assert.equal(sockets[0].closedWith, 4900);
  assert.equal(sockets.length, 2);
});

test("being signed out ends everything and asks nobody again", async (context) => {
  const { live, sockets, newest } = link(context);
  live.connect();
  newest().welcome();
  const answered = assert.rejects(live.command("presence.set", { state: "away" }), Refusal);
  newest().drop(4001);
  await answered;
  mock.timers.tick(120_000);
  assert.equal(live.state.name, "signedOut");
  assert.equal(sockets.length, 1);
});

test("the server's advice sets the shortest wait, and hurrying shortens it", (context) => {
  const { live, sockets, newest } = link(context);
  live.connect();
  newest().welcome();
  newest().hear({ type: "goodbye", advice: "reconnect", after: 5_000 });
  newest().drop(1001);
  mock.timers.tick(4_999);
  assert.equal(sockets.length, 1);
  live.hurry();
  assert.equal(sockets.length, 2);
});
