/**
 * The button that shows how somebody who answers shows themself, and the menu behind it.
 *
 * @module
 */

/** @typedef {import("./status.js").OwnStatus} OwnStatus */

export class StatusMenu {
  #button;
  #menu;
  #status;
  #text;

  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} menu a popover
   * @param {OwnStatus} status
   * @param {(key: string) => string} text
   * @param {(refusal: unknown) => void} fail
   */
  constructor(button, menu, status, text, fail) {
    this.#button = button;
    this.#menu = menu;
    this.#status = status;
    this.#text = text;
    status.addEventListener("changed", () => this.#draw());
    menu.addEventListener("click", (event) => {
      const chosen = event.target instanceof Element ? event.target.closest("button[value]") : null;
      if (!(chosen instanceof HTMLButtonElement)) return;
      menu.hidePopover();
      status.choose(/** @type {import("./protocol.js").Status} */ (chosen.value)).catch(fail);
    });
  }

  /** @param {boolean} isShown somebody who answers nobody has no status */
  show(isShown) {
    this.#button.hidden = !isShown;
    this.#draw();
  }

  #draw() {
    const { status } = this.#status;
    const mark = this.#button.querySelector(".presence");
    if (mark instanceof HTMLElement) mark.dataset.presence = status === "available" ? "online" : status;
    const name = this.#button.querySelector("[data-desk=status-words]");
    if (name) name.textContent = this.#text(`status.${status}`);
    for (const made of this.#menu.querySelectorAll("button[value]"))
      made.setAttribute("aria-checked", String(/** @type {HTMLButtonElement} */ (made).value === status));
  }
}
