/**
 * What is said to whoever works at the desk, in a line that is read out and passes: above all, what went wrong.
 *
 * @module
 */

/** Milliseconds for which words stay. */
const STAY = 7_000;

export class Remarks {
  #place;
  #text;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;

  /** @param {HTMLElement} place @param {import("../design/text.js").Text} text */
  constructor(place, text) {
    this.#place = place;
    this.#text = text;
  }

  /** @param {string} words */
  say(words) {
    clearTimeout(this.#silence);
    this.#place.textContent = words;
    this.#place.hidden = false;
    this.#silence = setTimeout(() => {
      this.#place.hidden = true;
    }, STAY);
  }

  /** What the server refused, in its words. @param {any} refusal */
  fail(refusal) {
    const problem = refusal?.problem;
    this.say(problem ? [problem.title, problem.detail].filter(Boolean).join(". ") : this.#text("failed"));
  }
}
