/**
 * How somebody who answers shows themself. **Whoever touches nothing for a while is away by itself**, and back with the first touch.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Status} Status */

/** Milliseconds without a touch after which somebody is away. */
export const IDLE = 10 * 60_000;
/** Pause between two looks, and between two words to the other pages of this browser. */
const LOOK_EVERY = 15_000;

/** Event `changed`. */
export class OwnStatus extends EventTarget {
  #live;
  #now;
  #touchedAt;
  /** @type {Status} */
  #status = "away";
  /** What it was before somebody was away by itself. @type {Status | undefined} */
  #before;
  #others = "BroadcastChannel" in globalThis ? new BroadcastChannel("sotto.desk") : undefined;

  /**
   * @param {import("../live/live.js").Live} live
   * @param {() => number} [now]
   */
  constructor(live, now = Date.now) {
    super();
    this.#live = live;
    this.#now = now;
    this.#touchedAt = now();
  }

  get status() {
    return this.#status;
  }

  /** @param {Status} status as the server has it */
  learn(status) {
    if (status === this.#status) return;
    this.#status = status;
    this.dispatchEvent(new Event("changed"));
  }

  /** @param {Status} status as the person chose it */
  async choose(status) {
    this.#before = undefined;
    await this.#set(status);
  }

  /** Follows keys and pointer of this page, and of the browser's other pages of the desk. */
  follow() {
    for (const type of ["keydown", "pointerdown", "pointermove", "scroll"])
      globalThis.addEventListener(type, () => this.touch(), { passive: true, capture: true });
    this.#others?.addEventListener("message", () => this.#touched());
    setInterval(() => this.look(), LOOK_EVERY);
  }

  touch() {
    if (this.#now() - this.#touchedAt > LOOK_EVERY) this.#others?.postMessage("touched");
    this.#touched();
  }

  /** Somebody who was available and touched nothing for long is away. */
  look() {
    if (this.#status !== "available" || this.#now() - this.#touchedAt < IDLE) return;
    this.#before = this.#status;
    this.#set("away");
  }

  #touched() {
    this.#touchedAt = this.#now();
    if (!this.#before) return;
    const back = this.#before;
    this.#before = undefined;
    this.#set(back);
  }

  /** @param {Status} status */
  async #set(status) {
    const before = this.#status;
    this.learn(status);
    try {
      await this.#live.command("agent.status", { status });
    } catch {
      this.learn(before);
    }
  }
}
