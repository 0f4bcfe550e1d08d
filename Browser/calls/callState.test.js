import assert from "node:assert/strict";
import { test } from "node:test";
import { OPENING, step } from "./callState.js";

/** @typedef {import("./callState.js").CallEvent} CallEvent */

/**
 * Lets the events happen one after the other.
 *
 * @param {CallEvent[]} events
 */
function after(...events) {
  let state = OPENING;
  /** @type {string[]} */
  let effects = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects = next.effects;
  }
  return { state, effects };
}

/** @type {Record<string, CallEvent>} */
const events = {
  unknown: { type: "unknown", canPlace: true },
  place: { type: "place" },
  placed: { type: "placed" },
  accepted: { type: "accepted" },
  open: { type: "path", state: "open", at: 1_000 },
  cut: { type: "path", state: "interrupted", at: 5_000 },
  back: { type: "path", state: "open", at: 7_000 },
  hangUp: { type: "hangUp", at: 61_000 },
  offered: { type: "joined", state: "ringing", role: "callee" },
  accept: { type: "accept" },
  rejoined: { type: "joined", state: "accepted", role: "callee" },
};
const { unknown, place, placed, accepted, open, cut, back, hangUp, offered, accept, rejoined } = events;
const calling = [unknown, place, placed];
const talking = [...calling, accepted, open];

test("Ana checks her devices, rings, Ben accepts, and they talk", () => {
  assert.deepEqual(after(unknown), { state: { name: "check", stage: "new" }, effects: [] });
  assert.deepEqual(after(unknown, place), { state: { name: "ringing", isPlaced: false }, effects: ["ring"] });
  assert.deepEqual(after(...calling), { state: { name: "ringing", isPlaced: true }, effects: ["join"] });
  assert.deepEqual(after(...calling, accepted), { state: { name: "connecting", isPeerAway: false }, effects: ["openPeer"] });
  assert.deepEqual(after(...talking), { state: { name: "connected", since: 1_000 }, effects: [] });
});

test("Ben sees the call on its page and accepts or declines in one step each", () => {
  assert.equal(after(offered).state.name, "offered");
  assert.deepEqual(after(offered, accept).effects, ["accept"]);
  const declined = after(offered, { type: "decline" });
  assert.deepEqual(declined.state, { name: "ended", reason: "declined", lasted: 0 });
  assert.deepEqual(declined.effects, ["freeDevices", "closePeer", "decline"]);
});

test("a page loaded again in the middle of a call goes back into it", () => {
  const again = after({ type: "joined", state: "accepted", role: "callee", since: 500 });
  assert.deepEqual(again, { state: { name: "connecting", isPeerAway: false, since: 500 }, effects: ["openPeer"] });
  assert.equal(after({ type: "joined", state: "accepted", role: "callee", since: 500 }, open, hangUp).state.name, "ended");
  assert.deepEqual(after(rejoined).effects, ["openPeer"]);
  assert.equal(after({ type: "joined", state: "ringing", role: "caller" }).state.name, "ringing");
});

test("hanging up frees the devices before it is told to the server", () => {
  assert.deepEqual(after(...talking, hangUp), {
    state: { name: "ended", reason: "hungUp", lasted: 60_000 },
    effects: ["freeDevices", "closePeer", "hangUp"],
  });
  assert.deepEqual(after(...calling, hangUp).effects, ["freeDevices", "closePeer", "hangUp"]);
  assert.deepEqual(after(unknown, hangUp).effects, ["freeDevices", "closePeer"]);
});

test("a call that becomes a group call lets go of its way, and of no device", () => {
  assert.deepEqual(after(...talking, { type: "moved", at: 61_000 }), {
    state: { name: "ended", reason: "upgraded", lasted: 60_000 },
    effects: ["closePeer"],
  });
});

test("a cut in the path keeps the call's beginning", () => {
  assert.deepEqual(after(...talking, cut).state, { name: "interrupted", since: 1_000, isPeerAway: false });
  assert.deepEqual(after(...talking, cut, back).state, { name: "connected", since: 1_000 });
});

test("the page says when the other side is away, and does not when media still flows", () => {
  const gone = /** @type {CallEvent} */ ({ type: "peer", isPresent: false, at: 6_000 });
  assert.deepEqual(after(...talking, cut, gone).state, { name: "interrupted", since: 1_000, isPeerAway: true });
  assert.equal(after(...talking, gone).state.name, "connected");
});

test("a path that cannot be mended ends the call and says so", () => {
  const broken = after(...talking, { type: "path", state: "broken", at: 31_000 });
  assert.deepEqual(broken.state, { name: "ended", reason: "failed", lasted: 30_000 });
  assert.ok(broken.effects.includes("hangUp"));
});

test("a call answered on another device stops here, and a call moved there ends here", () => {
  const elsewhere = /** @type {CallEvent} */ ({ type: "answered", byThisPage: false, at: 2_000 });
  assert.equal(after(offered, elsewhere).state.name, "ended");
  assert.deepEqual(after(offered, elsewhere).effects, ["freeDevices", "closePeer"]);
  const moved = after(...talking, elsewhere).state;
  assert.equal(moved.name === "ended" && moved.reason, "answeredElsewhere");
  assert.equal(after(...talking, { type: "answered", byThisPage: true, at: 2_000 }).state.name, "connected");
});

test("after a restart of the server the page learns what it missed", () => {
  assert.deepEqual(after(...calling, { type: "joined", state: "accepted", role: "caller" }).effects, ["openPeer"]);
  const missed = after(...calling, { type: "joined", state: "ended", role: "caller", reason: "declined" }).state;
  assert.equal(missed.name === "ended" && missed.reason, "declined");
  assert.equal(after(...talking, { type: "joined", state: "accepted", role: "caller" }).state.name, "connected");
});

test("a call that has ended never comes back", () => {
  const ended = [...talking, hangUp];
  for (const event of [...Object.values(events), /** @type {CallEvent} */ ({ type: "ended", reason: "missed", at: 9 })]) {
    assert.deepEqual(after(...ended, event), { state: after(...ended).state, effects: [] });
  }
});

test("a guest looks at their own picture first, whatever the host does meanwhile", () => {
  const came = /** @type {CallEvent} */ ({ type: "joined", state: "ringing", role: "caller", looksFirst: true });
  assert.deepEqual(after(came), { state: { name: "check", stage: "ringing" }, effects: [] });
  assert.deepEqual(after(came, place), { state: { name: "ringing", isPlaced: true }, effects: [] });
  assert.deepEqual(after(came, accepted), { state: { name: "check", stage: "accepted" }, effects: [] });
  assert.deepEqual(after(came, accepted, place).effects, ["openPeer"]);
  const left = after(came, hangUp);
  assert.deepEqual(left.effects, ["freeDevices", "closePeer", "hangUp"]);
  assert.equal(left.state.name === "ended" && left.state.reason, "cancelled");
});

test("a call nobody knows is gone when there is nobody to call", () => {
  const gone = after({ type: "unknown", canPlace: false }).state;
  assert.equal(gone.name === "ended" && gone.reason, "gone");
});
