import assert from "node:assert/strict";
import { test } from "node:test";
import { lateness, spoken } from "./wait.js";

test("a wait is said in two units at most", () => {
  assert.equal(spoken(7, "en"), "7 sec");
  assert.equal(spoken(245, "en"), "4 min 5 sec");
  assert.equal(spoken(7500, "en"), "2 hr 5 min");
});

test("a browser whose clock is behind shows no negative wait", () => {
  assert.equal(lateness(5000, 1000), 0);
  assert.equal(lateness(1000, 5999), 4);
  assert.equal(lateness(Number.NaN, 5999), 0);
});
