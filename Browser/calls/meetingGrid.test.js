import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsFor, encodingFor, wanted } from "./meetingGrid.js";

test("tiles lie beside each other on a wide window and above each other on a narrow one", () => {
  assert.equal(columnsFor(2, 1200, 600), 2);
  assert.equal(columnsFor(2, 320, 480), 1);
  assert.equal(columnsFor(9, 1600, 900), 3);
  assert.equal(columnsFor(0, 1600, 900), 1);
});

test("a small tile is not worth a large picture", () => {
  assert.deepEqual([300, 600, 1200].map(encodingFor), [0, 1, 2]);
});

test("who spoke last is seen first, and nobody twice", () => {
  assert.deepEqual(wanted([1, 2, 3, 4], [3, 9, 2], 3), [3, 2, 1]);
});
