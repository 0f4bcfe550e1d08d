/**
 * The text beside a call. It lives in the memory of the two pages alone: no server, no storage, gone when they close.
 *
 * **A message is shown once on the other side, or stays marked as not yet sent.**
 *
 * @module
 */
import { newID } from "../live/id.js";

/** The most characters one message may have; the form holds the same limit. */
export const LONGEST = 4_000;
/** How many messages of the other side are kept: nobody reads more, and a hostile page must not fill the memory. */
const MOST = 2_000;

/** @typedef {{ id: string, text: string, at: number, isOwn: boolean, isDelivered: boolean }} Words */

export class Text {
  /** @type {Map<string, Words>} */
  #all = new Map();
  /** @type {import("./beside.js").Beside | undefined} */
  #beside;
  #changed;
  #now;

  /**
   * @param {(words: Words) => void} changed called when a message is new or was delivered
   * @param {() => number} [now]
   */
  constructor(changed, now = Date.now) {
    this.#changed = changed;
    this.#now = now;
  }

  get all() {
    return Array.from(this.#all.values());
  }

  /**
   * Goes on over a fresh channel, as after a reload of the other page: what had not arrived is sent again.
   *
   * @param {import("./beside.js").Beside} beside
   */
  attach(beside) {
    this.#beside = beside;
    beside.on("words", (words) => this.#receive(words));
    beside.on("heard", ({ id }) => this.#delivered(id));
    beside.whenOpen(() => {
      for (const words of this.#all.values()) if (words.isOwn && !words.isDelivered) this.#send(words);
    });
  }

  /**
   * @param {string} text
   * @returns {boolean} false when there is nothing in it
   */
  write(text) {
    const trimmed = text.trim().slice(0, LONGEST);
    if (!trimmed) return false;
    const words = { id: newID(this.#now()), text: trimmed, at: this.#now(), isOwn: true, isDelivered: false };
    this.#all.set(words.id, words);
    this.#send(words);
    this.#changed(words);
    return true;
  }

  /** @param {Words} words */
  #send({ id, text, at }) {
    this.#beside?.send("words", { id, text, at });
  }

  /** @param {{ id: unknown, text: unknown }} words */
  #receive({ id, text }) {
    if (typeof id !== "string" || typeof text !== "string") return;
    this.#beside?.send("heard", { id });
    if (this.#all.has(id) || this.#all.size >= MOST) return;
    // Our own clock: theirs may be wrong, and the order shown is that of arrival.
    const words = { id, text: text.slice(0, LONGEST), at: this.#now(), isOwn: false, isDelivered: true };
    this.#all.set(id, words);
    this.#changed(words);
  }

  /** @param {unknown} id */
  #delivered(id) {
    const words = this.#all.get(String(id));
    if (!words?.isOwn || words.isDelivered) return;
    words.isDelivered = true;
    this.#changed(words);
  }
}
