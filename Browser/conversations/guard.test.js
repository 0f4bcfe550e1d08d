import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { kindsIn, mask } from "./guard.js";

/** @type {{ name: string, text: string, masked: string, kinds: string[] }[]} */
const vectors = JSON.parse(readFileSync(new URL("../../Tests/Vectors/sensitive.json", import.meta.url), "utf8"));

/** A generator whose run can be repeated (mulberry32). @param {number} seed */
function chance(seed) {
  return (/** @type {number} */ below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

for (const { name, text, masked, kinds } of vectors) {
  test(`C07: ${name}`, () => assert.deepEqual(mask(text), { text: masked, kinds }));
}

test("C07: masking again changes nothing, whatever was typed", () => {
  const pieces = [..."0123456789 -./+:=٤１•\n", "4111", "4242 ", "5555", "FR76", "born ", "password: ", "pin ", "🙂", "né le ", "\u200b"];
  const random = chance(20_261_121);
  for (let round = 0; round < 3_000; round += 1) {
    const text = Array.from({ length: random(60) }, () => pieces[random(pieces.length)]).join("");
    const once = mask(text);
    assert.deepEqual(mask(once.text), { text: once.text, kinds: [] }, text);
    assert.deepEqual(kindsIn(text), once.kinds);
  }
});

test("C07: a page does not hang on a long hostile text", () => {
  const started = performance.now();
  for (const text of ["4242 ".repeat(1_600), "4".repeat(8_000), "born ".repeat(1_600), "password: ".repeat(800), "1 ".repeat(4_000)])
    mask(text);
  assert.ok(performance.now() - started < 5_000);
});
