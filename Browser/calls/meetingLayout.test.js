import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut, roomFor } from "./meetingLayout.js";

const WIDE = { width: 1200, height: 700 };

/** @param {Partial<import("./meetingLayout.js").Wishes>} wishes */
const plan = (wishes) =>
  layOut({ seats: [1, 2, 3], own: 1, spoke: [], isSpeakerView: false, hidesSelf: false, page: 0, ...WIDE, ...wishes });

/** @param {number} count */
const many = (count) => Array.from({ length: count }, (_, place) => place + 1);

test("few people stand in a grid, in the order in which they came", () => {
  assert.deepEqual(plan({ spoke: [3, 2] }), { small: [1, 2, 3], page: 0, pages: 1 });
});

test("who is chosen is large, and stays so when others speak", () => {
  assert.deepEqual(plan({ pinned: 2, spoke: [3], isSpeakerView: true }), { large: 2, small: [1, 3], page: 0, pages: 1 });
  // Who was chosen has left.
  assert.deepEqual(plan({ pinned: 9 }).large, undefined);
});

test("in a low window whom one chose has the first page, and the others those behind it", () => {
  const low = { pinned: 2, width: 320, height: 150 };
  assert.deepEqual(plan(low), { large: 2, small: [], page: 0, pages: 2 });
  assert.deepEqual(plan({ ...low, page: 1 }), { small: [1, 3], page: 1, pages: 2 });
});

test("in the speaker's view who spoke last of the others is large", () => {
  assert.equal(plan({ isSpeakerView: true, spoke: [1, 3, 2] }).large, 3);
  assert.equal(plan({ isSpeakerView: true }).large, 2);
  assert.equal(plan({ isSpeakerView: true, seats: [1] }).large, undefined);
});

test("who does not want to see themself does not, unless nobody else is there", () => {
  assert.deepEqual(plan({ hidesSelf: true }).small, [2, 3]);
  assert.deepEqual(plan({ hidesSelf: true, seats: [1] }).small, [1]);
});

test("everybody is on one page and no more, however many there are", () => {
  for (const count of [1, 2, 15, 16, 17, 40, 100]) {
    for (const [width, height] of [
      [1200, 700],
      [320, 400],
      [150, 100],
      [0, 0],
    ]) {
      for (const spoke of [[], [count, 2], many(count)]) {
        for (const isSpeakerView of [false, true]) {
          const wishes = { seats: many(count), spoke, isSpeakerView, width, height };
          const { pages, large } = plan(wishes);
          const all = Array.from({ length: pages }, (_, page) => plan({ ...wishes, page }).small).flat();
          const expected = many(count).filter((seat) => seat !== large);
          assert.deepEqual(
            all.toSorted((a, b) => a - b),
            expected,
            `${count} in ${width} × ${height}`,
          );
        }
      }
    }
  }
});

test("who spoke of late is on the first page, and so is oneself", () => {
  const { small } = plan({ seats: many(40), own: 30, spoke: [39, 38] });
  assert.equal(small.length, 16);
  for (const seat of [30, 38, 39]) assert.ok(small.includes(seat));
  assert.deepEqual(
    small,
    small.toSorted((a, b) => a - b),
    "in the order in which they came",
  );
});

test("a page that is no more is the last one", () => {
  assert.equal(plan({ seats: many(40), page: 9 }).page, 2);
  assert.equal(plan({ seats: many(4), page: 9 }).page, 0);
});

test("tiles are never smaller than a face can be seen", () => {
  assert.equal(roomFor(1200, 700), 16);
  assert.equal(roomFor(320, 400), 10);
  assert.equal(roomFor(200, 520), 7, "beside a screen");
  assert.equal(roomFor(100, 50), 1);
});
