import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { textFrom } from "../design/text.js";
import { matching } from "./palette.js";
import { LANGUAGES, Synonyms } from "./synonyms.js";

const folder = new URL("../text/", import.meta.url);
const catalogue = (/** @type {string} */ code) => textFrom(JSON.parse(readFileSync(new URL(`${code}/desk.json`, folder), "utf8")));

test("the palette knows every language that there are words in", () => {
  const there = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  assert.deepEqual(there.toSorted(), LANGUAGES.toSorted());
});

test("what one does is found by the words of each language, whichever the page's is", async () => {
  const synonyms = new Synonyms(catalogue("en"), async (code) => catalogue(code));
  const commands = () =>
    ["transfer", "snooze", "block"].map((name) => ({
      label: catalogue("en")(`act.${name}`),
      also: synonyms.of(`act.${name}`, `also.${name}`),
    }));
  for (const code of LANGUAGES.filter((one) => one !== "en"))
    assert.deepEqual(matching(commands(), catalogue(code)("act.transfer")), [], "nothing is fetched before it is needed");
  await synonyms.bring();
  for (const code of LANGUAGES) {
    const words = catalogue(code);
    for (const name of ["transfer", "snooze", "block"]) {
      assert.ok(found(name, words(`act.${name}`)), `${code}: ${name}`);
      assert.ok(found(name, words(`also.${name}`).split(" ")[0]), `${code}: other words for ${name}`);
    }
  }

  /** @param {string} name @param {string} typed */
  function found(name, typed) {
    return matching(commands(), typed).some(({ label }) => label === catalogue("en")(`act.${name}`));
  }
});

test("a language that does not come is left out, and the page's own synonyms stay", async () => {
  const synonyms = new Synonyms(catalogue("en"), async () => {
    throw new Error("no network");
  });
  await synonyms.bring();
  assert.ok(synonyms.of("act.end", "also.end").includes("resolve"));
});
