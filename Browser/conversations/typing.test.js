import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Typing } from "./typing.js";

test("the others are told once that somebody types, and once that they stopped", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 100_000 });
  /** @type {boolean[]} */
  const told = [];
  const typing = new Typing(
    (isTyping) => told.push(isTyping),
    () => {},
  );
  for (let key = 0; key < 5; key += 1) typing.type();
  assert.deepEqual(told, [true]);
  mock.timers.tick(3000);
  typing.type();
  assert.deepEqual(told, [true, true], "again, for whoever came meanwhile");
  mock.timers.tick(6000);
  assert.deepEqual(told, [true, true, false]);
  typing.quieten();
  assert.deepEqual(told, [true, true, false]);
  mock.timers.reset();
});

test("whoever vanishes while typing does not type for ever, and whoever spoke types no more", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 100_000 });
  let changes = 0;
  const typing = new Typing(
    () => {},
    () => {
      changes += 1;
    },
  );
  typing.hear({ person: "dan", isTyping: true });
  typing.hear({ person: "eve", isTyping: true });
  assert.deepEqual(typing.people, ["dan", "eve"]);
  typing.stop("eve");
  assert.deepEqual(typing.people, ["dan"]);
  mock.timers.tick(9000);
  assert.deepEqual(typing.people, []);
  assert.equal(changes, 4);
  mock.timers.reset();
});
