/**
 * Drafts and unsent messages of all conversations under one declared key, until the tab is closed.
 *
 * @module
 */
import { Kept } from "../conversations/kept.js";

/** Declared in the registry. */
const KEY = "sotto.desk.drafts";

/** The part of `Storage` that `Kept` uses, over one key for all conversations. */
export class DraftShelf {
  #storage;

  /** @param {() => Storage} [storage] asked late: a browser that refuses throws when it is touched */
  constructor(storage = () => sessionStorage) {
    this.#storage = storage;
  }

  /** @param {string} conversation */
  kept(conversation) {
    return new Kept(conversation, () => /** @type {Storage} */ (/** @type {unknown} */ (this)));
  }

  /** @param {string} conversation */
  getItem(conversation) {
    return this.#all()[conversation] ?? null;
  }

  /** @param {string} conversation @param {string} value */
  setItem(conversation, value) {
    this.#write({ ...this.#all(), [conversation]: value });
  }

  /** @param {string} conversation */
  removeItem(conversation) {
    const { [conversation]: gone, ...rest } = this.#all();
    if (gone !== undefined) this.#write(rest);
  }

  /** @returns {Record<string, string>} */
  #all() {
    return JSON.parse(this.#storage().getItem(KEY) ?? "{}");
  }

  /** @param {Record<string, string>} all */
  #write(all) {
    if (Object.keys(all).length === 0) this.#storage().removeItem(KEY);
    else this.#storage().setItem(KEY, JSON.stringify(all));
  }
}
