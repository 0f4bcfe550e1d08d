import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "./outbox.js";

test("commands are sent again in the order they were given, with the same ids", () => {
  const outbox = new Outbox();
  for (const id of ["a", "b", "c"]) outbox.add({ id }, id);
  assert.equal(outbox.settle("b"), "b");
  assert.deepEqual(
    outbox.unanswered.map((message) => message.id),
    ["a", "c"],
  );
});

test("an answer that comes twice settles once", () => {
  const outbox = new Outbox();
  outbox.add({ id: "a" }, "answer");
  assert.equal(outbox.settle("a"), "answer");
  assert.equal(outbox.settle("a"), undefined);
});

test("a command that is no longer meant is taken out when its time is over", () => {
  const outbox = new Outbox();
  outbox.add({ id: "ring" }, "ring", 30_000);
  outbox.add({ id: "read" }, "read");
  assert.deepEqual(outbox.expire(29_999), []);
  assert.deepEqual(outbox.expire(30_000), ["ring"]);
  assert.equal(outbox.size, 1);
});

test("a full outbox refuses instead of growing", () => {
  const outbox = new Outbox(2);
  assert.ok(outbox.add({ id: "a" }, 1));
  assert.ok(outbox.add({ id: "b" }, 2));
  assert.ok(!outbox.add({ id: "c" }, 3));
  assert.deepEqual(outbox.clear(), [1, 2]);
  assert.equal(outbox.size, 0);
});
