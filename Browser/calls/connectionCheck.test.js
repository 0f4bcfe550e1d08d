import assert from "node:assert/strict";
import { test } from "node:test";
import { goesByTCP, verdictOn } from "./connectionCheck.js";

const good = { isConnected: true, rate: 900_000, loss: 0, roundTrip: 30 };

test("a way is as good as the worst of what was found", () => {
  assert.equal(verdictOn(good), "video");
  assert.equal(verdictOn({ ...good, roundTrip: undefined }), "video");
  for (const worse of [{ rate: 299_999 }, { loss: 0.05 }, { roundTrip: 400 }]) assert.equal(verdictOn({ ...good, ...worse }), "small");
  for (const worse of [{ rate: 79_999 }, { loss: 0.1 }, { roundTrip: 800 }]) assert.equal(verdictOn({ ...good, ...worse }), "sound");
});

test("a way that was not found is blocked, whatever else is said", () => {
  assert.equal(verdictOn({ ...good, isConnected: false }), "blocked");
});

test("that packets go by TCP is told by the way that is used, not by those that were tried", () => {
  const pair = { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "U" };
  const ways = [
    { type: "local-candidate", id: "U", protocol: "udp" },
    { type: "local-candidate", id: "T", protocol: "tcp" },
  ];
  assert.equal(goesByTCP([pair, { ...pair, nominated: false, localCandidateId: "T" }, ...ways]), false);
  assert.equal(goesByTCP([{ ...pair, localCandidateId: "T" }, ...ways]), true);
});
