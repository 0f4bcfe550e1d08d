import assert from "node:assert/strict";
import { test } from "node:test";
import { Adaptation, LADDER } from "./adaptation.js";

/** @type {import("./callStats.js").Measure} */
const fine = { sendLoss: 0, roundTrip: 40, outgoing: 3_000_000, limitedBy: "none", isDecodingLate: false, heard: 50, shown: 15 };
const lossy = { ...fine, sendLoss: 0.2 };

/**
 * @param {Adaptation} adaptation
 * @param {import("./callStats.js").Measure} measure
 * @param {number} times
 */
function feed(adaptation, measure, times) {
  for (let time = 0; time < times; time += 1) adaptation.feed(measure);
  return adaptation.rung.name;
}

test("a good line keeps the full picture", () => {
  assert.equal(feed(new Adaptation(), fine, 100), "full");
});

test("a bad line gives up sharpness, motion, then the picture, one step at a time", () => {
  const adaptation = new Adaptation();
  assert.equal(feed(adaptation, lossy, 1), "full");
  assert.equal(feed(adaptation, lossy, 1), "reduced");
  assert.equal(feed(adaptation, lossy, 2), "small");
  assert.equal(feed(adaptation, lossy, 2), "soundOnly");
  assert.equal(feed(adaptation, lossy, 50), "soundOnly");
});

test("one bad moment changes nothing", () => {
  const adaptation = new Adaptation();
  for (let round = 0; round < 10; round += 1) {
    adaptation.feed(lossy);
    adaptation.feed(fine);
  }
  assert.equal(adaptation.rung.name, "full");
});

test("the picture comes back step by step when there is room", () => {
  const adaptation = new Adaptation();
  feed(adaptation, lossy, 6);
  assert.equal(feed(adaptation, { ...fine, outgoing: 30_000 }, Adaptation.UP_AFTER), "small");
  assert.equal(feed(adaptation, fine, Adaptation.UP_AFTER * 2), "full");
});

test("a step up that fails is tried again later, not at once", () => {
  const adaptation = new Adaptation();
  feed(adaptation, lossy, 2);
  feed(adaptation, fine, Adaptation.UP_AFTER);
  assert.equal(feed(adaptation, lossy, 2), "reduced");
  assert.equal(feed(adaptation, fine, Adaptation.UP_AFTER), "reduced");
  assert.equal(feed(adaptation, fine, Adaptation.UP_AFTER), "full");
});

test("a starved picture shrinks before packets are lost", () => {
  assert.equal(feed(new Adaptation(), { ...fine, outgoing: 100_000 }, 2), "reduced");
});

test("a browser that gives no estimate is judged by loss and delay", () => {
  const adaptation = new Adaptation();
  assert.equal(feed(adaptation, { ...lossy, outgoing: undefined }, 2), "reduced");
  assert.equal(feed(adaptation, { ...fine, outgoing: undefined }, Adaptation.UP_AFTER), "full");
});

test("every rung needs less than the one above", () => {
  for (const [index, rung] of LADDER.slice(1, 3).entries()) assert.ok(rung.rate < LADDER[index].rate);
  assert.equal(LADDER.at(-1)?.isActive, false);
});
