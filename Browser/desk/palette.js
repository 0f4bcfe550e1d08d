/**
 * The command palette: everything one can do, and every conversation, a few letters away.
 *
 * @module
 */
import { element, icon } from "./parts.js";
import { plain } from "./replies.js";

/**
 * `also` are other words for it, as people from elsewhere call it; what `isRare` is offered only to whoever looks for it.
 *
 * @typedef {{ label: string, detail?: string, also?: string, keys?: string, drawing?: string, isRare?: boolean, act: () => void }} Command
 */

/** Most lines at a time. */
const MOST = 12;

/**
 * Those that contain every word that was typed; those that begin with the first of them stand first.
 *
 * @template {{ label: string, detail?: string, also?: string, isRare?: boolean }} Item
 * @param {Item[]} commands
 * @param {string} typed
 * @returns {Item[]}
 */
export function matching(commands, typed) {
  const words = plain(typed).split(/\s+/u).filter(Boolean);
  const fits = commands.filter((command) => {
    if (command.isRare && words.length === 0) return false;
    const text = plain(`${command.label} ${command.detail ?? ""} ${command.also ?? ""}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (/** @type {Item} */ command) => (words.length > 0 && plain(command.label).startsWith(words[0]) ? 0 : 1);
  return fits.toSorted((a, b) => begins(a) - begins(b)).slice(0, MOST);
}

export class Palette {
  #dialog;
  #field;
  #list;
  #none;
  #commands;
  #ways;
  /** @type {Command[]} */
  #shown = [];
  #at = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => Command[]} commands what can be done right now
   * @param {(typed: string) => Command[]} [ways] what else can be done with what was typed
   */
  constructor(dialog, commands, ways = () => []) {
    const [field, list, none] = ["input", "[role=listbox]", "[data-desk=palette-none]"].map((place) => dialog.querySelector(place));
    if (!(field instanceof HTMLInputElement && list instanceof HTMLElement && none instanceof HTMLElement))
      throw new Error("the palette is not whole");
    this.#dialog = dialog;
    this.#field = field;
    this.#list = list;
    this.#none = none;
    this.#commands = commands;
    this.#ways = ways;
    field.addEventListener("input", () => this.#draw());
    field.addEventListener("keydown", (event) => this.#keyed(event));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  open() {
    if (this.#dialog.open) return;
    this.#field.value = "";
    this.#dialog.showModal();
    this.#draw();
  }

  /** Looks again with what is known by now. */
  renew() {
    if (this.#dialog.open && this.#field.value.trim()) this.#draw();
  }

  #draw() {
    const typed = this.#field.value.trim();
    const fitting = matching(this.#commands(), typed);
    this.#shown = typed ? [...fitting, ...this.#ways(typed)] : fitting;
    this.#at = 0;
    this.#list.replaceChildren(...this.#shown.map((command, index) => this.#row(command, index)));
    this.#none.hidden = this.#shown.length > 0;
    this.#mark();
  }

  /** @param {Command} command @param {number} index */
  #row(command, index) {
    const row = element("li", "palette-row");
    row.id = `palette-${index}`;
    row.setAttribute("role", "option");
    const words = element("span", "palette-words");
    words.append(element("bdi", "", command.label));
    if (command.detail) words.append(element("span", "small soft", command.detail));
    row.append(icon(command.drawing ?? "forward"), words);
    if (command.keys) row.append(element("kbd", "", command.keys));
    row.addEventListener("click", () => this.#choose(index));
    return row;
  }

  #mark() {
    for (const [index, row] of Array.from(this.#list.children).entries()) row.setAttribute("aria-selected", String(index === this.#at));
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
    if (this.#shown.length > 0) this.#field.setAttribute("aria-activedescendant", `palette-${this.#at}`);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && this.#shown.length > 0) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#mark();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.#choose(this.#at);
    }
  }

  /** @param {number} index */
  #choose(index) {
    const command = this.#shown[index];
    if (!command) return;
    this.#dialog.close();
    command.act();
  }
}
