import assert from "node:assert/strict";
import { test } from "node:test";
import { MutedSpeaker } from "./mutedSpeaker.js";

test("speech into a muted microphone is remarked once in a while, a cough is not", () => {
  let told = 0;
  const speaker = new MutedSpeaker(() => {
    told += 1;
  });
  speaker.hear(0.9, 1_000);
  speaker.hear(0.1, 1_300);
  assert.equal(told, 0);
  for (let now = 2_000; now < 10_000; now += 80) speaker.hear(0.8, now);
  assert.equal(told, 1);
  for (let now = 23_000; now < 25_000; now += 80) speaker.hear(0.8, now);
  assert.equal(told, 2);
});
