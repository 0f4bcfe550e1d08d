import assert from "node:assert/strict";
import { test } from "node:test";
import { blur, blurOf } from "./backgroundBlur.js";

/** @param {unknown} can what its capabilities say @param {boolean} [isOn] @returns {any} */
function camera(can, isOn) {
  let constraints = /** @type {Record<string, unknown>} */ ({ width: { ideal: 1280 } });
  return {
    getCapabilities: () => (can === undefined ? {} : { backgroundBlur: can }),
    getSettings: () => ({ backgroundBlur: constraints.backgroundBlur ?? isOn }),
    getConstraints: () => constraints,
    applyConstraints: (/** @type {Record<string, unknown>} */ wanted) => {
      constraints = wanted;
      return Promise.resolve();
    },
  };
}

test("blur is offered only where it can be chosen", () => {
  for (const can of [undefined, [], [false], [true], "true"]) assert.equal(blurOf(camera(can, true)), undefined);
  assert.equal(blurOf(null), undefined);
  assert.equal(blurOf(/** @type {any} */ ({})), undefined);
  assert.equal(blurOf(camera([false, true], true)), true);
  assert.equal(blurOf(camera([false, true], false)), false);
});

test("it is switched without changing anything else of the picture", async () => {
  const track = camera([false, true], false);
  await blur(track, true);
  assert.equal(blurOf(track), true);
  assert.deepEqual(track.getConstraints(), { width: { ideal: 1280 }, backgroundBlur: true });
  await blur(track, false);
  assert.equal(blurOf(track), false);
});
