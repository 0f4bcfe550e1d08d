/**
 * What one does, by the words of every language that is spoken here: whoever thinks in another one than the page's finds it too.
 *
 * @module
 */
import { language, textOf } from "../design/text.js";

/** The languages of `text/`, each in a folder of its own. */
export const LANGUAGES = ["en", "fr", "ru", "ar"];

export class Synonyms {
  #own;
  /** @type {import("../design/text.js").Text[]} */
  #others = [];
  /** @type {Promise<void> | undefined} */
  #loading;
  #load;

  /**
   * @param {import("../design/text.js").Text} own the page's words
   * @param {(code: string) => Promise<import("../design/text.js").Text>} [load]
   */
  constructor(own, load = (code) => textOf("desk", code)) {
    this.#own = own;
    this.#load = load;
  }

  /** Brings the other languages, once and only when somebody looks for something. A language that does not come is left out. */
  bring() {
    this.#loading ??= this.#bring();
    return this.#loading;
  }

  async #bring() {
    const all = await Promise.allSettled(LANGUAGES.filter((code) => code !== language).map((code) => this.#load(code)));
    this.#others = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }

  /**
   * Other words for something: the page's synonyms, and what other languages call it.
   *
   * @param {string} label the key of what it is called
   * @param {string} [also] the key of its synonyms
   */
  of(label, also) {
    // A key that nobody wrote is shown as itself, and is no word.
    const words = (/** @type {import("../design/text.js").Text} */ text, /** @type {string} */ key) => (text(key) === key ? "" : text(key));
    const own = also ? words(this.#own, also) : "";
    return [own, ...this.#others.flatMap((text) => [words(text, label), also ? words(text, also) : ""])].filter(Boolean).join(" ");
  }
}
