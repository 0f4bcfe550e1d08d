/**
 * What the two pages tell each other beside sound and picture, over a data channel that the server never sees.
 * It survives a change of path, since the keys stay the same.
 *
 * @module
 */

/**
 * One message carries one of these.
 *
 * @typedef {{
 *   code: import("./callCode.js").CodeMessage,
 *   words: { id: string, text: string, at: number },
 *   heard: { id: string },
 *   showing: import("./showing.js").Showing,
 *   condition: import("./quality.js").Condition,
 *   moved: {},
 * }} Besides
 */

/** The longest message taken in, in characters: longer than any a page of ours sends. */
const LONGEST = 20_000;

export class Beside {
  #channel;
  /** @type {Map<string, (value: any) => void>} */
  #handlers = new Map();

  /** @param {RTCDataChannel} channel */
  constructor(channel) {
    this.#channel = channel;
    channel.addEventListener("message", (event) => this.#receive(event.data));
  }

  get isOpen() {
    return this.#channel.readyState === "open";
  }

  /** @param {() => void} action done when it opens, or now */
  whenOpen(action) {
    if (this.isOpen) action();
    else this.#channel.addEventListener("open", action, { once: true });
  }

  /**
   * @template {keyof Besides} Kind
   * @param {Kind} kind
   * @param {(value: Besides[Kind]) => void} handler
   */
  on(kind, handler) {
    this.#handlers.set(kind, handler);
  }

  /**
   * @template {keyof Besides} Kind
   * @param {Kind} kind
   * @param {Besides[Kind]} value
   * @returns {boolean} false when there is no way now
   */
  send(kind, value) {
    if (!this.isOpen) return false;
    this.#channel.send(JSON.stringify({ [kind]: value }));
    return true;
  }

  /** @param {unknown} data from the other side, so it may be anything */
  #receive(data) {
    if (typeof data !== "string" || data.length > LONGEST) return;
    const message = parsed(data);
    for (const [kind, handler] of this.#handlers) {
      const value = message?.[kind];
      if (typeof value === "object" && value !== null) handler(value);
    }
  }
}

/**
 * @param {string} data
 * @returns {Record<string, unknown> | undefined}
 */
function parsed(data) {
  try {
    const value = JSON.parse(data);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
