/** Waiting times between attempts to connect, growing and spread by chance so that a restarted server is not stormed. */

/** The first wait, in milliseconds: short enough that a blink of the network is not felt. */
export const SHORTEST = 500;
/** The longest wait, in milliseconds: a person who looks at the page should not wait longer. */
export const LONGEST = 30_000;
/** The longest wait in a call, in milliseconds: nobody sees or hears those who are not back, and few are in one at a time. */
export const LONGEST_IN_CALL = 4_000;

export class BackOff {
  #attempts = 0;
  /** @type {() => number} */
  #random;

  /** @param {() => number} [random] from 0 to below 1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** How often in a row connecting has failed. */
  get attempts() {
    return this.#attempts;
  }

  /**
   * The wait before the next attempt: between half and all of a doubling ceiling.
   *
   * @param {number} [atLeast] milliseconds asked for by the server
   * @param {number} [longest] milliseconds at which the ceiling stands still
   * @returns {number} milliseconds
   */
  next(atLeast = 0, longest = LONGEST) {
    const ceiling = Math.min(longest, SHORTEST * 2 ** Math.min(this.#attempts, 16));
    this.#attempts += 1;
    return Math.round(atLeast + ceiling / 2 + (this.#random() * ceiling) / 2);
  }

  /** To be called when a connection has proved itself. */
  reset() {
    this.#attempts = 0;
  }
}
