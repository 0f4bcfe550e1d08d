/**
 * The menu of what may be done, at the place where it was asked for.
 *
 * @module
 */
import { element, icon } from "./parts.js";

/** @typedef {import("./palette.js").Command} Command */

export class Menu {
  #menu;

  /** @param {HTMLElement} menu a popover with the role `menu` */
  constructor(menu) {
    this.#menu = menu;
    menu.addEventListener("keydown", (event) => {
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (by === 0) return;
      event.preventDefault();
      const items = Array.from(menu.querySelectorAll("button"));
      const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      items[(at + by + items.length) % items.length]?.focus();
    });
  }

  /**
   * @param {Command[]} commands
   * @param {HTMLElement} anchor below it, as far as there is room; it has the focus again afterwards
   */
  open(commands, anchor) {
    const menu = this.#menu;
    menu.replaceChildren(...commands.map((command) => this.#item(command)));
    menu.showPopover();
    const box = anchor.getBoundingClientRect();
    const width = menu.offsetWidth;
    menu.style.insetBlockStart = `${Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
    menu.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
    const [first] = menu.querySelectorAll("button");
    first?.focus();
    menu.addEventListener("toggle", () => anchor.isConnected && menu.contains(document.activeElement) && anchor.focus(), { once: true });
  }

  /** @param {Command} command */
  #item({ label, keys, drawing, act }) {
    const item = document.createElement("button");
    item.type = "button";
    item.className = "menu-item";
    item.setAttribute("role", "menuitem");
    item.append(...(drawing ? [icon(drawing)] : []), element("span", "", label));
    if (keys) item.append(element("kbd", "push", keys));
    item.addEventListener("click", () => {
      this.#menu.hidePopover();
      act();
    });
    return item;
  }
}
