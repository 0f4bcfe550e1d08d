import assert from "node:assert/strict";
import { test } from "node:test";
import { Beside } from "./beside.js";
import { Text } from "./text.js";

/** A data channel whose other end is another one. */
class FakeChannel extends EventTarget {
  readyState = "connecting";
  /** @type {FakeChannel | undefined} */
  other;

  /** @param {string} data */
  send(data) {
    this.other?.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }
}

function channels() {
  const [one, two] = [new FakeChannel(), new FakeChannel()];
  one.other = two;
  two.other = one;
  return [one, two];
}

/** @param {FakeChannel} channel */
const besideOf = (channel) => new Beside(/** @type {any} */ (channel));

/** @param {Text} text */
const textsOf = (text) => text.all.map((words) => words.text);

test("what Ana writes is shown to Ben once and marked as delivered", () => {
  const [anas, bens] = channels();
  const ana = new Text(() => {});
  const ben = new Text(() => {});
  ana.attach(besideOf(anas));
  ben.attach(besideOf(bens));
  bens.open();
  anas.open();
  assert.ok(ana.write("  hello  "));
  assert.ok(!ana.write("   "));
  assert.deepEqual(textsOf(ben), ["hello"]);
  assert.ok(ana.all[0].isDelivered);
});

test("what was written without a channel is sent when there is one, and not twice", () => {
  const ana = new Text(() => {});
  const ben = new Text(() => {});
  ana.write("are you there?");
  assert.ok(!ana.all[0].isDelivered);
  for (let round = 0; round < 2; round += 1) {
    const [anas, bens] = channels();
    ana.attach(besideOf(anas));
    ben.attach(besideOf(bens));
    bens.open();
    anas.open();
  }
  assert.deepEqual(textsOf(ben), ["are you there?"]);
  assert.ok(ana.all[0].isDelivered);
});

test("what Mallory's page sends cannot break ours", () => {
  const [ours, mallorys] = channels();
  const text = new Text(() => {});
  text.attach(besideOf(ours));
  mallorys.open();
  ours.open();
  for (const nonsense of [
    "",
    "{",
    "null",
    "[]",
    '{"words":null}',
    '{"words":{"id":1,"text":2}}',
    '{"heard":{}}',
    `{"words":"${"x".repeat(30_000)}"}`,
  ]) {
    mallorys.send(nonsense);
  }
  assert.equal(text.all.length, 0);
  mallorys.send(JSON.stringify({ words: { id: "1", text: "y".repeat(9_000) } }));
  assert.equal(text.all[0].text.length, 4_000);
});
