import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsFor, encodingFor, tilesOf, tilesUnseen, wanted } from "./meetingGrid.js";

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

/** @param {number} seat @param {{ camera?: boolean, screen?: boolean }} [gives] */
const other = (seat, { camera = true, screen = false } = {}) => ({ seat, camera, screen });
const page = { others: [other(2), other(3)], spoke: [], shown: { small: [1, 2, 3] }, tileWidth: 300 };
const camera = (/** @type {number} */ seat, /** @type {number} */ encoding) => ({ seat, track: "camera", encoding });

test("asked for is what is shown of others, who spoke last first, and nothing of oneself or of cameras that are off", () => {
  assert.deepEqual(tilesOf({ ...page, spoke: [1, 3] }), [camera(3, 0), camera(2, 0)]);
  assert.deepEqual(tilesOf({ ...page, others: [other(2, { camera: false }), other(3)], tileWidth: 900 }), [camera(3, 2)]);
});

test("screens come first, then whoever is large, each once", () => {
  const others = [other(2), other(3, { screen: true })];
  const screen = { seat: 3, track: "screen", encoding: 2 };
  assert.deepEqual(tilesOf({ ...page, others, shown: { large: 3, small: [1, 2] } }), [screen, camera(3, 2), camera(2, 0)]);
});

test("whom the small window shows is asked for on another page of people too, and no larger than the window", () => {
  const followed = /** @type {const} */ ({ seat: 3, track: "camera" });
  assert.deepEqual(tilesOf({ ...page, shown: { small: [1, 2] }, followed }), [camera(3, 1), camera(2, 0)]);
  assert.deepEqual(tilesOf({ ...page, shown: { large: 3, small: [1, 2] }, followed }), [camera(3, 2), camera(2, 0)]);
});

test("of a crowd no more is asked for than the server sends", () => {
  const others = Array.from({ length: 30 }, (_, place) => other(place + 2, { screen: place === 29 }));
  const tiles = tilesOf({ ...page, others, shown: { small: others.map(({ seat }) => seat) } });
  assert.equal(tiles.length, 16);
  assert.deepEqual(tiles[0], { seat: 31, track: "screen", encoding: 2 });
});

test("of a page that nobody looks at only the small window is asked for, and the smallest of all where no page knows of windows", () => {
  const followed = /** @type {const} */ ({ seat: 3, track: "camera" });
  const tiles = tilesOf({ ...page, followed, tileWidth: 900 });
  assert.deepEqual(tilesUnseen(tiles, undefined, true), []);
  assert.deepEqual(tilesUnseen(tiles, followed, true), [camera(3, 1)]);
  assert.deepEqual(tilesUnseen(tiles, undefined, false), [camera(3, 0), camera(2, 0)]);
});

test("of two screens the one that was chosen comes first and whole, and beside somebody who was chosen both are small", () => {
  const others = [other(2, { screen: true }), other(3, { screen: true })];
  const screens = (/** @type {object} */ more) =>
    tilesOf({ ...page, others, shown: { small: [], ...more } }).map(({ seat, encoding }) => [seat, encoding]);
  assert.deepEqual(screens({}), [
    [2, 2],
    [3, 2],
  ]);
  assert.deepEqual(screens({ screen: 3 }), [
    [3, 2],
    [2, 0],
  ]);
  assert.deepEqual(screens({ areScreensSmall: true }), [
    [2, 0],
    [3, 0],
  ]);
});
