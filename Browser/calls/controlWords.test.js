import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Letters that fit under a control where seven stand side by side on 360 pixels. Arabic is narrower, and nothing parts its words. */
const ROOM = 6;
const SHOWN = { calls: ["microphone", "camera", "chat", "more"], meeting: ["hand", "people", "leave"] };

test("words under a meeting's controls fit on a telephone, or say where they part", () => {
  for (const code of ["en", "fr", "ru"]) {
    for (const [domain, names] of Object.entries(SHOWN)) {
      const words = JSON.parse(readFileSync(new URL(`../text/${code}/${domain}.json`, import.meta.url), "utf8"));
      for (const name of names) {
        const parts = words[`control.${name}`].split(/[ \u00ad]/u);
        for (const part of parts) assert.ok(part.length <= ROOM, `${code}: ${part} of control.${name}`);
      }
    }
  }
});
