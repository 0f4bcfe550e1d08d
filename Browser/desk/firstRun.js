/**
 * What stands in an inbox to which nobody has ever written: what to do next. It goes for good with the first line.
 *
 * @module
 */

/** @typedef {import("./inbox.js").Inbox} Inbox */
/** @typedef {import("./status.js").OwnStatus} OwnStatus */

/** Lists in which a first line would stand. @type {ReadonlySet<import("./inbox.js").View>} */
const VIEWS = new Set(["mine", "waiting", "open"]);

export class FirstRun {
  /** @type {HTMLElement | null} */
  #place;
  #status;
  #answers = false;

  /**
   * @param {ParentNode} root
   * @param {OwnStatus} status
   * @param {(refusal: unknown) => void} fail
   */
  constructor(root, status, fail) {
    this.#place = root.querySelector("[data-desk=first]");
    this.#status = status;
    this.#part("first-available")?.addEventListener("click", () => status.choose("available").catch(fail));
    status.addEventListener("changed", () => this.#draw());
  }

  /** @param {boolean} answers whether this person answers visitors, and so has a status */
  learn(answers) {
    this.#answers = answers;
    this.#draw();
  }

  /**
   * Shows it or not.
   *
   * @param {Inbox} inbox
   * @returns {boolean} whether it stands there, in place of the list's own words
   */
  show(inbox) {
    if (!this.#place) return false;
    if (inbox.lines.length > 0) {
      this.#place.remove();
      this.#place = null;
      return false;
    }
    const stands = inbox.list.isLoaded && VIEWS.has(inbox.view);
    this.#place.hidden = !stands;
    return stands;
  }

  #draw() {
    const isReady = this.#status.status === "available";
    const [away, ready] = [this.#part("first-away"), this.#part("first-ready")];
    if (away) away.hidden = !this.#answers || isReady;
    if (ready) ready.hidden = !this.#answers || !isReady;
  }

  /** @param {string} name @returns {HTMLElement | null | undefined} */
  #part(name) {
    return this.#place?.querySelector(`[data-desk=${name}]`);
  }
}
