/**
 * Where the chat keeps what must outlive a reload: in the frame's own storage; where the browser refuses that to frames, in that of the
 * page around it, which hands it back; else as long as the page lives. **Nothing is written before the visitor typed.**
 *
 * @module
 */

/** @param {import("./host.js").Host} host @returns {Promise<Storage>} */
export async function openStore(host) {
  try {
    localStorage.getItem("sotto.widget");
    return localStorage;
  } catch {
    const said = await host.greeting;
    return /** @type {any} */ (new Lent(said?.chat, (all) => host.tell("keep", all)));
  }
}

/** The part of `Storage` that is used here. */
class Lent {
  /** @type {Record<string, string>} */
  #all = {};
  #keep;

  /** @param {string | undefined} kept @param {(all: string) => void} keep */
  constructor(kept, keep) {
    this.#keep = keep;
    try {
      this.#all = JSON.parse(kept ?? "{}");
    } catch {
      // Not ours: begin with nothing.
    }
  }

  /** @param {string} key */
  getItem(key) {
    return this.#all[key] ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#all[key] = value;
    this.#keep(JSON.stringify(this.#all));
  }

  /** @param {string} key */
  removeItem(key) {
    if (!(key in this.#all)) return;
    delete this.#all[key];
    this.#keep(JSON.stringify(this.#all));
  }
}
