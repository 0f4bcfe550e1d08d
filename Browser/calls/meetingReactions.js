/**
 * Reactions: chosen from a small menu, shown on somebody's tile for a moment, and said to who cannot see it.
 *
 * @module
 */
import { language } from "../design/text.js";

/** @typedef {import("../live/protocol.js").MeetingReaction} Reaction */

/** @type {Record<Reaction, string>} */
export const SIGNS = { agree: "👍", love: "❤️", applause: "👏", laugh: "😂", surprise: "😮", celebrate: "🎉" };
const signs = /** @type {Reaction[]} */ (Object.keys(SIGNS));
const number = new Intl.NumberFormat(language);
/** Milliseconds for which one is shown. */
const STAYS = 5_000;

export class Reactions {
  /** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
  #ends = new WeakMap();
  /** @type {Partial<Record<Reaction, number>>} what those who are not seen showed of late */
  #crowd = {};

  /**
   * @param {HTMLElement} tile
   * @param {Reaction} reaction one that this page does not know is not shown
   */
  show(tile, reaction) {
    const sign = tile.querySelector('[data-tile="reaction"]');
    if (sign instanceof HTMLElement && reaction in SIGNS) this.#put(sign, SIGNS[reaction]);
  }

  /**
   * Shows what many show, all together; it adds up while it is shown.
   *
   * @param {HTMLElement} place
   * @param {Partial<Record<Reaction, number>>} reactions counted
   * @param {(reaction: Reaction, count: number) => string} words
   * @returns {string} the same in words, the most frequent first
   */
  showAll(place, reactions, words) {
    if (place.hidden) this.#crowd = {};
    for (const sign of signs) if (reactions[sign]) this.#crowd[sign] = (this.#crowd[sign] ?? 0) + reactions[sign];
    const all = signs.flatMap((sign) => (this.#crowd[sign] ? [{ sign, count: this.#crowd[sign] }] : []));
    all.sort((one, other) => other.count - one.count);
    this.#put(place, all.map(({ sign, count }) => `${SIGNS[sign]} ${number.format(count)}`).join("  "));
    return all.map(({ sign, count }) => words(sign, count)).join(", ");
  }

  /** @param {HTMLElement} place @param {string} sign */
  #put(place, sign) {
    clearTimeout(this.#ends.get(place));
    // Taken away and put back, so that the same one again is seen to come again.
    place.hidden = true;
    place.textContent = sign;
    requestAnimationFrame(() => {
      place.hidden = false;
    });
    this.#ends.set(
      place,
      setTimeout(() => {
        place.hidden = true;
      }, STAYS),
    );
  }
}
