import assert from "node:assert/strict";
import { test } from "node:test";
import { OWN_PROBLEMS, Refusal } from "./refusal.js";

test("what may go well a little later is told from what will not", () => {
  const isTemporary = (/** @type {number} */ status) => new Refusal({ type: "about:blank", title: "No", status }).isTemporary;
  assert.deepEqual([429, 500, 503].map(isTemporary), [true, true, true]);
  assert.deepEqual([400, 403, 404, 409, 410].map(isTemporary), [false, false, false, false, false]);
  assert.equal(new Refusal(OWN_PROBLEMS.expired).isTemporary, false);
});
