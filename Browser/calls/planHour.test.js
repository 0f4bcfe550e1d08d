import assert from "node:assert/strict";
import { test } from "node:test";
import { nextHour } from "./planHour.js";

test("a plan begins with the full hour that leaves time to say so, also over midnight", () => {
  assert.deepEqual(nextHour(new Date(2026, 10, 22, 9, 29)), { on: "2026-11-22", at: "10:00" });
  assert.deepEqual(nextHour(new Date(2026, 10, 22, 9, 30)), { on: "2026-11-22", at: "11:00" });
  assert.deepEqual(nextHour(new Date(2026, 11, 31, 23, 5)), { on: "2027-01-01", at: "00:00" });
});
