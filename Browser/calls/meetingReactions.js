/**
 * Reactions: chosen from a small menu, shown on somebody's tile for a moment, and said to who cannot see it.
 *
 * @module
 */
/** @typedef {import("../live/protocol.js").MeetingReaction} Reaction */

/** @type {Record<Reaction, string>} */
export const SIGNS = { agree: "👍", love: "❤️", applause: "👏", laugh: "😂", surprise: "😮", celebrate: "🎉" };
/** Milliseconds for which one is shown. */
const STAYS = 5_000;

export class Reactions {
  /** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
  #ends = new WeakMap();

  /**
   * @param {HTMLElement} tile
   * @param {Reaction} reaction one that this page does not know is not shown
   */
  show(tile, reaction) {
    const sign = tile.querySelector('[data-tile="reaction"]');
    if (!(sign instanceof HTMLElement) || !(reaction in SIGNS)) return;
    clearTimeout(this.#ends.get(sign));
    // Taken away and put back, so that the same one again is seen to come again.
    sign.hidden = true;
    sign.textContent = SIGNS[reaction];
    requestAnimationFrame(() => {
      sign.hidden = false;
    });
    this.#ends.set(
      sign,
      setTimeout(() => {
        sign.hidden = true;
      }, STAYS),
    );
  }
}
