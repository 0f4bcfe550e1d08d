import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "./heartbeat.js";

test("a silent connection is asked once and given up when nothing comes back", () => {
  const heartbeat = new Heartbeat();
  heartbeat.start(20_000, 0);
  assert.equal(heartbeat.check(19_999), "rest");
  assert.equal(heartbeat.check(20_000), "ask");
  heartbeat.asked(20_000);
  assert.equal(heartbeat.check(20_000 + Heartbeat.PATIENCE), "rest");
  assert.equal(heartbeat.check(20_001 + Heartbeat.PATIENCE), "giveUp");
});

test("any message is a sign of life", () => {
  const heartbeat = new Heartbeat();
  heartbeat.start(20_000, 0);
  heartbeat.asked(20_000);
  heartbeat.heard(20_500);
  assert.equal(heartbeat.check(40_499), "rest");
  assert.equal(heartbeat.check(40_500), "ask");
});

test("a line three times slower than its best is strained, a single slow answer is not", () => {
  const heartbeat = new Heartbeat();
  heartbeat.start(20_000, 0);
  for (const trip of [30, 32, 31, 400]) heartbeat.answered(trip);
  assert.equal(heartbeat.isStrained, false);
  heartbeat.answered(500);
  assert.equal(heartbeat.isStrained, true);
  heartbeat.answered(33);
  assert.equal(heartbeat.isStrained, false);
});
