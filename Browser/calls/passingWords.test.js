import assert from "node:assert/strict";
import { test } from "node:test";
import { PassingWords, READ, STAY } from "./passingWords.js";

/** Time that passes when it is told to. */
function scene() {
  /** @type {{ at: number, work: () => void }[]} */
  let waits = [];
  let now = 0;
  /** @type {(string | undefined)[]} */
  const seen = [];
  const words = new PassingWords(
    (shown) => seen.push(shown),
    (work, wait) => {
      const one = { at: now + wait, work };
      waits.push(one);
      return () => {
        waits = waits.filter((other) => other !== one);
      };
    },
  );
  const pass = (/** @type {number} */ time) => {
    const end = now + time;
    for (;;) {
      const [due] = waits.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
      if (!due) break;
      now = due.at;
      waits = waits.filter((other) => other !== due);
      due.work();
    }
    now = end;
  };
  return { words, seen, pass };
}

test("what is said right after something waits until that could be read", () => {
  const { words, seen, pass } = scene();
  words.say("The group call could not be had.");
  words.say("The call code is new.");
  words.say("The call code is new.");
  pass(READ - 1);
  assert.deepEqual(seen, ["The group call could not be had."]);
  pass(1);
  assert.deepEqual(seen, ["The group call could not be had.", "The call code is new."]);
  pass(STAY);
  assert.deepEqual(seen.slice(2), [undefined]);
});

test("what could be read gives way at once, and goes by itself", () => {
  const { words, seen, pass } = scene();
  words.say("one");
  pass(READ);
  words.say("two");
  assert.deepEqual(seen, ["one", "two"]);
  pass(STAY - 1);
  assert.deepEqual(seen, ["one", "two"]);
  pass(1);
  assert.deepEqual(seen, ["one", "two", undefined]);
});

test("of many the latest are said, and something that lasts comes before what waits", () => {
  const { words, seen, pass } = scene();
  for (const each of ["one", "two", "three", "four", "five"]) words.say(each);
  words.cut();
  pass(4 * READ + STAY);
  assert.deepEqual(seen, ["one", "three", "four", "five", undefined]);
});
