import assert from "node:assert/strict";
import { test } from "node:test";
import { SequenceTracker } from "./sequence.js";

test("an event is delivered once, in order", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 41 });
  assert.equal(tracker.receive("notices", 42), "deliver");
  assert.equal(tracker.receive("notices", 42), "duplicate");
  assert.equal(tracker.receive("notices", 41), "duplicate");
  assert.equal(tracker.receive("notices", 43), "deliver");
  assert.deepEqual(tracker.positions, { notices: 43 });
});

test("a hole is noticed and does not move the position", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 10 });
  assert.equal(tracker.receive("notices", 12), "gap");
  assert.deepEqual(tracker.positions, { notices: 10 });
  assert.equal(tracker.receive("notices", 11), "deliver");
  assert.equal(tracker.receive("notices", 12), "deliver");
});

test("a welcome does not skip what was missed", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 10 });
  assert.deepEqual(tracker.greet({ notices: 13 }), []);
  for (const sequence of [11, 12, 13]) assert.equal(tracker.receive("notices", sequence), "deliver");
});

test("a snapshot leaps over what is too old to replay, and an old one changes nothing", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 10 });
  assert.equal(tracker.leap("notices", 99), "deliver");
  assert.equal(tracker.receive("notices", 50), "duplicate");
  assert.equal(tracker.receive("notices", 100), "deliver");
  assert.equal(tracker.leap("notices", 60), "duplicate");
  assert.deepEqual(tracker.positions, { notices: 100 });
});

test("a server put back from a backup is followed back", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 90, lobby: 4 });
  assert.deepEqual(tracker.greet({ notices: 70, lobby: 4 }), ["notices"]);
  assert.equal(tracker.receive("notices", 71), "deliver");
});

test("streams do not disturb each other", () => {
  const tracker = new SequenceTracker();
  tracker.greet({ notices: 1, lobby: 7 });
  assert.equal(tracker.receive("lobby", 8), "deliver");
  assert.equal(tracker.receive("notices", 2), "deliver");
});
