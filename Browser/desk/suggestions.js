/**
 * What is offered above the box while one types: saved replies and colleagues.
 *
 * @module
 */
import { element } from "./parts.js";
import { filled, find, plain, sought } from "./replies.js";

/** @typedef {import("./protocol.js").Overview} Overview */
/** @typedef {{ label: string, detail: string, put: () => void }} Suggestion */

let number = 0;

export class Suggestions {
  #field;
  #list = element("ul", "suggestions");
  #said = element("p", "visually-hidden");
  /** Where replies are entered, for a team that has none. */
  #none = element("p", "suggestions suggestions-none small");
  /** Replies were asked for with the button, in the middle of a text too. */
  #isOffered = false;
  #about;
  /** @type {Suggestion[]} */
  #shown = [];
  #at = 0;
  #id;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} field
   * @param {{ overview: () => Overview | undefined, isNote: () => boolean, queue: () => string | undefined,
   *   values: () => Record<string, string | undefined>, text: import("../design/text.js").Text }} about
   */
  constructor(form, field, about) {
    number += 1;
    this.#id = `suggestions-${number}`;
    this.#field = field;
    this.#about = about;
    this.#list.id = this.#id;
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", about.text("replies.suggested"));
    this.#said.setAttribute("role", "status");
    field.setAttribute("aria-controls", this.#id);
    field.setAttribute("aria-autocomplete", "list");
    const enter = document.createElement("a");
    enter.href = "/desk/words";
    enter.textContent = about.text("words.new");
    this.#none.append(about.text("words.noReplies"), " ", enter);
    this.#none.hidden = true;
    // The box keeps the focus, or this would vanish before the click.
    this.#none.addEventListener("pointerdown", (event) => event.preventDefault());
    form.prepend(this.#list, this.#none, this.#said);
    field.addEventListener("input", () => this.#draw());
    field.addEventListener("blur", () => this.#close());
    // Before the composer, for which Enter means sending.
    form.addEventListener("keydown", (event) => this.#keyed(event), { capture: true });
  }

  /** Begins a search for a reply, as the button beside the box does. */
  offer() {
    this.#field.focus();
    const until = this.#field.selectionStart;
    const before = this.#field.value.slice(0, until);
    this.#isOffered = true;
    if (!/(?:^|\s)\/$/u.test(before)) this.#put(until, until, before === "" || /\s$/u.test(before) ? "/" : " /");
    this.#draw();
  }

  #draw() {
    const { overview, isNote } = this.#about;
    const until = this.#field.selectionStart;
    const wanted = sought(this.#field.value.slice(0, until), isNote(), this.#isOffered);
    const all = overview();
    this.#shown = wanted && all ? (wanted.kind === "reply" ? this.#replies(all, wanted) : this.#colleagues(all, wanted)) : [];
    this.#at = 0;
    this.#list.replaceChildren(...this.#shown.map((suggestion, index) => this.#row(suggestion, index)));
    this.#list.hidden = this.#shown.length === 0;
    this.#none.hidden = !(wanted?.kind === "reply" && all?.replies.length === 0);
    this.#said.textContent =
      this.#shown.length > 0
        ? this.#about.text("replies.found", { count: this.#shown.length })
        : this.#none.hidden
          ? ""
          : this.#about.text("words.noReplies");
    this.#mark();
  }

  /** @param {Overview} all @param {{ typed: string, from: number }} wanted @returns {Suggestion[]} */
  #replies(all, { typed, from }) {
    const queue = this.#about.queue();
    return find(
      all.replies.filter((reply) => !reply.queue || reply.queue === queue),
      typed,
    ).map((reply) => {
      const words = filled(reply.text, this.#about.values());
      return { label: `/${reply.shortcut}`, detail: words, put: () => this.#put(from, this.#field.selectionStart, words) };
    });
  }

  /** @param {Overview} all @param {{ typed: string, from: number }} wanted @returns {Suggestion[]} */
  #colleagues(all, { typed, from }) {
    return all.colleagues
      .filter(({ name }) => plain(name).startsWith(plain(typed)))
      .slice(0, 6)
      .map(({ name, status }) => ({
        label: name,
        detail: this.#about.text(`status.${status}`),
        put: () => this.#put(from, this.#field.selectionStart, `@${name} `),
      }));
  }

  /** @param {number} from @param {number} to @param {string} words */
  #put(from, to, words) {
    this.#field.setRangeText(words, from, to, "end");
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {Suggestion} suggestion @param {number} index */
  #row(suggestion, index) {
    const row = element("li", "suggestion");
    row.id = `${this.#id}-${index}`;
    row.setAttribute("role", "option");
    const detail = element("span", "suggestion-detail", suggestion.detail);
    detail.dir = "auto";
    row.append(element("bdi", "suggestion-label", suggestion.label), detail);
    // The box keeps the focus, or the list would vanish before the click.
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#choose(index));
    return row;
  }

  #mark() {
    for (const [index, row] of Array.from(this.#list.children).entries()) row.setAttribute("aria-selected", String(index === this.#at));
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
    if (this.#shown.length > 0) this.#field.setAttribute("aria-activedescendant", `${this.#id}-${this.#at}`);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (this.#shown.length === 0 || event.target !== this.#field || event.isComposing || event.altKey) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#mark();
    } else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} index */
  #choose(index) {
    const suggestion = this.#shown[index];
    this.#close();
    suggestion?.put();
    this.#close();
  }

  #close() {
    this.#isOffered = false;
    this.#none.hidden = true;
    this.#shown = [];
    this.#list.replaceChildren();
    this.#list.hidden = true;
    this.#said.textContent = "";
    this.#mark();
  }
}
