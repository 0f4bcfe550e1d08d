/**
 * A panel beside the stage, such as the list of people: opened and closed by its buttons and by Escape.
 *
 * @module
 */
import { buttons, region } from "./hooks.js";

/** Events `opened` before it opens, so that what stands there makes room, and `changed` after. */
export class SidePanel extends EventTarget {
  #root;
  #name;
  #panel;

  /**
   * @param {HTMLElement} root
   * @param {string} name of its region, and of the action of its buttons
   */
  constructor(root, name) {
    super();
    this.#root = root;
    this.#name = name;
    this.#panel = region(root, name, HTMLElement);
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.dispatchEvent(new Event("opened"));
    this.#show(true);
    this.#panel.querySelector("h2")?.focus();
  }

  /** Closes it for whoever closed it: the focus goes back to its button. */
  close() {
    if (!this.isOpen) return;
    this.#show(false);
    this.#opener?.focus();
  }

  /** Makes room for another. */
  hide() {
    if (this.isOpen) this.#show(false);
  }

  /** The button that opens it, or that of the menu in which that stands. */
  get #opener() {
    const all = buttons(this.#root, this.#name);
    const seen = all.find((button) => button.checkVisibility());
    const menu = all.map((button) => button.closest("[popover]")).find((one) => one !== null);
    const opener = seen ?? this.#root.querySelector(`[popovertarget="${menu?.id}"]`);
    return opener instanceof HTMLElement ? opener : undefined;
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#root.dataset.chat = isOpen ? "open" : "closed";
    for (const button of buttons(this.#root, this.#name)) button.setAttribute("aria-expanded", String(isOpen));
    this.dispatchEvent(new Event("changed"));
  }
}
