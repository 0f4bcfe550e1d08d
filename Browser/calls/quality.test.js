import assert from "node:assert/strict";
import { test } from "node:test";
import { measureFrom } from "./callStats.js";
import { judge, Steady } from "./quality.js";

const well = { isStrained: false, isBusy: false, isDecodingLate: false };
const strained = { ...well, isStrained: true };

/** @type {import("./callStats.js").Measure} */
const fine = {
  sendLoss: 0,
  receiveLoss: 0,
  roundTrip: 40,
  outgoing: 2_000_000,
  limitedBy: "none",
  isDecodingLate: false,
  heard: 50,
  shown: 15,
};

test("a call without trouble is good both ways", () => {
  assert.deepEqual(judge(fine, well, well), { sending: { level: "good", cause: "none" }, receiving: { level: "good", cause: "none" } });
});

test("loss is blamed on the line that is strained", () => {
  const lossy = { ...fine, sendLoss: 0.12, receiveLoss: 0.05 };
  assert.deepEqual(judge(lossy, strained, well), {
    sending: { level: "poor", cause: "yourUplink" },
    receiving: { level: "fair", cause: "yourDownlink" },
  });
  assert.deepEqual(judge(lossy, well, strained), {
    sending: { level: "poor", cause: "theirDownlink" },
    receiving: { level: "fair", cause: "theirUplink" },
  });
  assert.equal(judge(lossy, well, well).sending.cause, "between");
});

test("a delay alone is the length of the path", () => {
  const far = judge({ ...fine, roundTrip: 600 }, well, well);
  assert.deepEqual(far.sending, { level: "fair", cause: "distance" });
  assert.deepEqual(far.receiving, { level: "fair", cause: "distance" });
});

test("a device at its limit is named, on either side", () => {
  const busy = { ...well, isBusy: true };
  assert.deepEqual(judge(fine, busy, well).sending, { level: "fair", cause: "yourProcessor" });
  assert.deepEqual(judge(fine, well, busy).receiving, { level: "fair", cause: "theirProcessor" });
  assert.deepEqual(judge(fine, well, { ...well, isDecodingLate: true }).sending, { level: "fair", cause: "theirProcessor" });
});

test("little bandwidth matters only when the picture is held back by it", () => {
  const narrow = { ...fine, outgoing: 60_000 };
  assert.equal(judge(narrow, strained, well).sending.level, "good");
  assert.deepEqual(judge({ ...narrow, limitedBy: "bandwidth" }, strained, well).sending, { level: "poor", cause: "yourUplink" });
});

test("a level does not flicker", () => {
  const steady = new Steady();
  const good = /** @type {const} */ ({ level: "good", cause: "none" });
  const poor = /** @type {const} */ ({ level: "poor", cause: "between" });
  const shown = [poor, good, poor, poor, good, good, good, poor, good, good, good, good].map((verdict) => steady.feed(verdict).level);
  assert.deepEqual(shown, ["good", "good", "good", "poor", "poor", "poor", "poor", "poor", "poor", "poor", "poor", "good"]);
});

test("measures are what happened since the one before", () => {
  const stats = (/** @type {number} */ received, /** @type {number} */ lost) => [
    { type: "transport", id: "T", selectedCandidatePairId: "P" },
    {
      type: "candidate-pair",
      id: "P",
      localCandidateId: "L",
      remoteCandidateId: "R",
      currentRoundTripTime: 0.05,
      availableOutgoingBitrate: 9e5,
    },
    { type: "local-candidate", id: "L", candidateType: "host" },
    { type: "remote-candidate", id: "R", candidateType: "relay" },
    { type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: lost },
    { type: "remote-inbound-rtp", fractionLost: 0.02, roundTripTime: 0.06 },
    { type: "outbound-rtp", kind: "video", qualityLimitationReason: "cpu" },
  ];
  const first = measureFrom(stats(900, 100));
  const second = measureFrom(stats(1_000, 100), first.counters);
  assert.equal(first.measure.receiveLoss, 0.1);
  assert.deepEqual(second.measure, {
    sendLoss: 0.02,
    receiveLoss: 0,
    roundTrip: 50,
    outgoing: 9e5,
    limitedBy: "cpu",
    isDecodingLate: false,
    heard: 100,
    shown: 0,
    path: "relay",
  });
});

test("a browser that says little is not called bad", () => {
  const { measure } = measureFrom([]);
  assert.equal(measure.path, undefined);
  assert.equal(judge(measure, well, well).receiving.level, "good");
});

test("a report about a picture that is paused stops counting", () => {
  const stats = (/** @type {number} */ now) => [
    { type: "transport", id: "T", timestamp: now },
    { type: "remote-inbound-rtp", kind: "audio", timestamp: now - 4_000, fractionLost: 0.01 },
    { type: "remote-inbound-rtp", kind: "video", timestamp: 1_000, fractionLost: 0.6 },
  ];
  assert.equal(measureFrom(stats(5_000)).measure.sendLoss, 0.6);
  assert.equal(measureFrom(stats(60_000)).measure.sendLoss, 0.01);
});
