import assert from "node:assert/strict";
import { test } from "node:test";
import { Handshake } from "./handshake.js";

/** @param {number} seed */
function seeded(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two pages and the wires between them; chance decides which wire delivers, doubles, or which page reloads. */
class TwoPages {
  #names = 0;
  sides = [this.#load("a"), this.#load("b")];
  /** @type {{ from: string, to: string | null }[][]} what is on its way to each side */
  wires = [[this.sides[1].ready], [this.sides[0].ready]];
  delivered = 0;

  /** @param {string} side */
  #load(side) {
    this.#names += 1;
    return new Handshake(side + this.#names);
  }

  /** @param {number} side */
  reload(side) {
    this.sides[side] = this.#load("ab"[side]);
    this.wires[side] = [];
    this.wires[1 - side].push(this.sides[side].ready);
  }

  /** @param {number} side whose connection broke for good, while its page stays */
  replace(side) {
    this.#names += 1;
    this.sides[side].rename("ab"[side] + this.#names);
    this.wires[1 - side].push(this.sides[side].ready);
  }

  /**
   * @param {number} side
   * @param {boolean} [isDoubled]
   */
  deliver(side, isDoubled = false) {
    const ready = isDoubled ? this.wires[side][0] : this.wires[side].shift();
    if (!ready) return;
    this.delivered += 1;
    const outcome = this.sides[side].receive(ready, () => {
      this.#names += 1;
      return "ab"[side] + this.#names;
    });
    if (outcome.reply) this.wires[1 - side].push(this.sides[side].ready);
  }

  settle() {
    for (let rounds = 0; rounds < 200 && this.wires.some((wire) => wire.length > 0); rounds += 1) {
      this.deliver(0);
      this.deliver(1);
    }
  }

  get isSettled() {
    const [a, b] = this.sides;
    return a.isBound && b.isBound && a.theirs === b.mine && b.theirs === a.mine;
  }
}

test("two pages that load at once find each other", () => {
  const pages = new TwoPages();
  pages.settle();
  assert.ok(pages.isSettled);
  assert.deepEqual(
    pages.sides.map((side) => side.mine),
    ["a1", "b2"],
  );
});

test("a reload makes the other side replace its connection, once", () => {
  const pages = new TwoPages();
  pages.settle();
  pages.reload(0);
  pages.settle();
  assert.ok(pages.isSettled);
  assert.deepEqual(
    pages.sides.map((side) => side.mine),
    ["a3", "b4"],
  );
});

test("signals of a connection that is gone are dropped", () => {
  const pages = new TwoPages();
  pages.settle();
  pages.reload(0);
  pages.settle();
  assert.ok(!pages.sides[1].accepts({ from: "a1", to: "b2" }));
  assert.ok(pages.sides[1].accepts({ from: "a3", to: "b4" }));
});

test("whatever is delayed, doubled or reloaded, both sides settle on each other's newest name", () => {
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const random = seeded(seed);
    const pages = new TwoPages();
    for (let moves = Math.floor(random() * 30); moves > 0; moves -= 1) {
      const side = random() < 0.5 ? 0 : 1;
      const chance = random();
      if (chance < 0.1) pages.reload(side);
      else if (chance < 0.2) pages.replace(side);
      else pages.deliver(side, chance < 0.3);
    }
    pages.settle();
    assert.ok(pages.isSettled, `seed ${seed}: ${JSON.stringify(pages.sides.map((side) => [side.mine, side.theirs, side.isBound]))}`);
    assert.ok(pages.delivered < 200, `seed ${seed} took ${pages.delivered} messages`);
  }
});
