/**
 * The columns: as many beside each other as the window has room for.
 *
 * @module
 */
import { element } from "./parts.js";
import { Pane } from "./pane.js";

/** Least width of a column in CSS pixels, and most columns. */
const LEAST = 340;
const MOST = 4;

/** Events: `changed` when another conversation is in front, or one came or went. */
export class Panes extends EventTarget {
  #root;
  #desk;
  #none;
  /** @type {Pane[]} */
  #panes = [];
  /** @type {Pane | undefined} */
  #front;

  /**
   * @param {HTMLElement} root
   * @param {import("./pane.js").Desk} desk
   */
  constructor(root, desk) {
    super();
    this.#root = root;
    this.#desk = desk;
    this.#none = element("p", "desk-none soft", desk.text("pane.none"));
    root.append(this.#none);
    new ResizeObserver(() => this.#fit()).observe(root);
    for (const type of ["focus", "visibilitychange"])
      globalThis.addEventListener(type, () => this.#seeAll(), { capture: type === "visibilitychange" });
  }

  get front() {
    return this.#front;
  }

  /** @returns {string[]} */
  get ids() {
    return this.#panes.map((pane) => pane.id);
  }

  /** @param {string} id */
  pane(id) {
    return this.#panes.find((pane) => pane.id === id);
  }

  get room() {
    return Math.max(1, Math.min(MOST, Math.floor(this.#root.clientWidth / LEAST)));
  }

  /**
   * Opens a conversation in the column in front, or in one of its own.
   *
   * @param {string} id
   * @param {{ beside?: boolean, focus?: boolean }} [how]
   */
  open(id, { beside = false, focus = true } = {}) {
    const known = this.pane(id);
    if (known) {
      this.#bring(known);
      if (focus) known.focus();
      return known;
    }
    const pane = new Pane(id, this.#desk);
    pane.addEventListener("focus", () => this.#bring(pane));
    pane.addEventListener("changed", () => this.dispatchEvent(new Event("changed")));
    const replaced = beside && this.#panes.length < this.room ? undefined : this.#front;
    if (replaced) {
      this.#panes[this.#panes.indexOf(replaced)] = pane;
      replaced.root.replaceWith(pane.root);
      replaced.leave();
    } else {
      this.#panes.push(pane);
      this.#root.append(pane.root);
    }
    this.#bring(pane);
    this.#opened(pane, focus);
    return pane;
  }

  /** @param {Pane} pane @param {boolean} focus */
  async #opened(pane, focus) {
    await pane.open();
    if (focus && this.#front === pane) pane.focus();
    // Whoever takes part sees more in the list than before.
    this.#desk.touch(pane.id);
  }

  /** @param {string} id */
  close(id) {
    const pane = this.pane(id);
    if (!pane) return;
    this.#panes = this.#panes.filter((other) => other !== pane);
    pane.root.remove();
    pane.leave();
    if (this.#front === pane) this.#front = this.#panes.at(-1);
    this.#told();
  }

  /** Something about a conversation changed. @param {string} id */
  refresh(id) {
    this.pane(id)?.show();
  }

  /** @param {Pane} pane */
  #bring(pane) {
    if (this.#front === pane) return;
    this.#front = pane;
    this.#told();
  }

  #told() {
    for (const pane of this.#panes) pane.root.classList.toggle("is-front", pane === this.#front);
    this.#none.hidden = this.#panes.length > 0;
    this.#fit();
    this.dispatchEvent(new Event("changed"));
  }

  /** Where the window became narrower, those that were not looked at longest stay hidden until there is room. */
  #fit() {
    const room = this.room;
    const shown = new Set([this.#front, ...this.#panes.filter((pane) => pane !== this.#front).toReversed()].slice(0, room));
    for (const pane of this.#panes) pane.root.hidden = !shown.has(pane);
  }

  #seeAll() {
    for (const pane of this.#panes) if (!pane.root.hidden) pane.see();
  }
}
