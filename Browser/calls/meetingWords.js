/**
 * What people write in a meeting: everything once, in its order, and what was not brought to the server yet marked so.
 *
 * @module
 */
/** @typedef {import("../live/protocol.js").MeetingWords} Words as they came */
/** @typedef {import("./chat.js").Shown} Shown */

/** Event `words` with what is to be shown, or shown anew. */
export class MeetingWords extends EventTarget {
  #send;
  #seat = 0;
  #lastOwn = 0;
  /** @type {Set<number>} */
  #known = new Set();
  /** @type {Shown[]} what was written here and has not come back */
  #pending = [];

  /** @param {(text: string) => Promise<boolean>} send gives false for what was refused */
  constructor(send) {
    super();
    this.#send = send;
  }

  /** @param {number} seat @param {Words[]} words what was written since this person came */
  enter(seat, words) {
    // Another seat is another visit, whose numbers say nothing of those before.
    if (seat !== this.#seat) this.#known.clear();
    this.#seat = seat;
    for (const one of words) this.hear(one);
  }

  /** @param {Words} words */
  hear({ number, seat, name, text, at }) {
    if (this.#known.has(number)) return;
    this.#known.add(number);
    const place = seat === this.#seat ? this.#pending.findIndex((one) => one.text === text) : -1;
    const [own] = place < 0 ? [] : this.#pending.splice(place, 1);
    if (own) this.#tell({ ...own, at, isDelivered: true });
    else this.#tell({ id: `${this.#seat}/${number}`, from: name, text, at, isOwn: seat === this.#seat, isDelivered: true });
  }

  /**
   * @param {string} text
   * @returns {boolean} false when there is nothing in it
   */
  write(text) {
    const tidied = text.trim();
    if (tidied === "") return false;
    this.#lastOwn += 1;
    const words = { id: `own/${this.#lastOwn}`, text: tidied, at: Date.now(), isOwn: true, isDelivered: false };
    this.#pending.push(words);
    this.#tell(words);
    this.#bring(words);
    return true;
  }

  /** @param {Shown} words */
  async #bring(words) {
    if (await this.#send(words.text)) return;
    this.#pending = this.#pending.filter((one) => one !== words);
  }

  /** @param {Shown} words */
  #tell(words) {
    this.dispatchEvent(new CustomEvent("words", { detail: words }));
  }
}
