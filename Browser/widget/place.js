/**
 * Where this visitor's conversation is: its token, **kept from the first message on and not before**.
 * Where the browser refuses to store, it lives as long as the page.
 *
 * @module
 */

/** Declared in the registry. */
const NAME = "sotto.widget";

/**
 * `pending` is a first message that the server has not acknowledged: it is sent again with the same ids after a reload.
 *
 * @typedef {{ token?: string, conversation?: string, channel?: string, pending?: object, sound?: boolean }} Whereabouts
 */

export class Place {
  #key;
  /** @type {Whereabouts} */
  #now = {};

  #storage;

  /** @param {string} key the site's @param {Storage} storage */
  constructor(key, storage) {
    this.#key = key;
    this.#storage = storage;
    this.#now = this.#all()[key] ?? {};
  }

  get now() {
    return this.#now;
  }

  /** @param {Whereabouts} change */
  change(change) {
    this.#now = { ...this.#now, ...change };
    this.#write({ ...this.#all(), [this.#key]: this.#now });
  }

  forget() {
    const all = this.#all();
    delete all[this.#key];
    this.#now = {};
    this.#write(all);
  }

  /** @returns {Record<string, Whereabouts>} */
  #all() {
    try {
      return JSON.parse(this.#storage.getItem(NAME) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {Record<string, Whereabouts>} all */
  #write(all) {
    try {
      if (Object.keys(all).length === 0) this.#storage.removeItem(NAME);
      else this.#storage.setItem(NAME, JSON.stringify(all));
    } catch {
      // Refused: the page itself still knows.
    }
  }
}
