/**
 * Words that pass, one after another: each stays until it could be read before the next takes its place.
 *
 * @module
 */

/** How long words stay when nothing else is to be said, in milliseconds. */
export const STAY = 6_000;
/** How long they stay at least. */
export const READ = 2_500;
/** How many wait; the oldest gives way, as it is news no more. */
const MOST = 3;

/** @param {() => void} work @param {number} wait milliseconds */
function inTime(work, wait) {
  const timer = setTimeout(work, wait);
  return () => clearTimeout(timer);
}

export class PassingWords {
  #show;
  #later;
  /** @type {string | undefined} */
  #shown;
  #wasRead = false;
  /** @type {string[]} */
  #waiting = [];
  #cancel = () => {};

  /**
   * @param {(words: string | undefined) => void} show undefined when there is nothing to be said any more
   * @param {(work: () => void, wait: number) => () => void} later begins a wait and gives what ends it early
   */
  constructor(show, later = inTime) {
    this.#show = show;
    this.#later = later;
  }

  /** @param {string} words */
  say(words) {
    if (this.#shown === undefined || this.#wasRead) return this.#begin(words);
    if (words === this.#shown || this.#waiting.includes(words)) return;
    this.#waiting = [...this.#waiting, words].slice(-MOST);
  }

  /** What is shown gives way to something that lasts; what waits comes after it. */
  cut() {
    this.#cancel();
    this.#shown = undefined;
    if (this.#waiting.length > 0) this.#cancel = this.#later(() => this.#next(), READ);
  }

  /** @param {string} words */
  #begin(words) {
    this.#cancel();
    this.#shown = words;
    this.#wasRead = false;
    this.#show(words);
    this.#cancel = this.#later(() => {
      this.#wasRead = true;
      if (this.#waiting.length > 0) this.#next();
      else this.#cancel = this.#later(() => this.#next(), STAY - READ);
    }, READ);
  }

  #next() {
    const words = this.#waiting.shift();
    if (words !== undefined) return this.#begin(words);
    this.#shown = undefined;
    this.#show(undefined);
  }
}
