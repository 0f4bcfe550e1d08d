import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOn } from "./connectionCheck.js";

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
