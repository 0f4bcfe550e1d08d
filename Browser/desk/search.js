/**
 * Finds messages by their words, in place of the lists for as long as there is something in the field.
 *
 * **Nothing of a conversation is shown that this person has not opened**: the server gives its place and its queue alone.
 *
 * @module
 */
import { button, element, face, momentOf, shortly } from "./parts.js";
import { plain } from "./replies.js";

/** @typedef {import("./protocol.js").Found} Found */

/** Pause in typing after which it is looked for, in milliseconds. */
const PAUSE = 250;
/** Characters before the first word that was found. */
const BEFORE = 30;

/**
 * What was said, cut so that the first word that fits can be seen, in pieces of which some fit.
 *
 * @param {string} said
 * @param {string} typed
 * @returns {{ words: string, fits: boolean }[]}
 */
export function pieces(said, typed) {
  const wanted = plain(typed.replaceAll('"', " "))
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const all = said.replaceAll(/\s+/gu, " ").match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu) ?? [];
  const found = all.map((words) => ({ words, fits: wanted.some((word) => plain(words).startsWith(word)) }));
  let before = 0;
  let first = found.findIndex(({ fits }) => fits);
  while (first > 0 && before + found[first - 1].words.length <= BEFORE) {
    first -= 1;
    before += found[first].words.length;
  }
  return first > 0 ? [{ words: "…", fits: false }, ...found.slice(first)] : found;
}

/** Event `choose` with a message that was found. */
export class Search extends EventTarget {
  #live;
  #text;
  #lists;
  #field;
  #place;
  #words = element("p", "search-words small");
  #list = element("ul", "desk-lines search-list");
  #more;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  #turn = 0;
  #shown = "";
  #count = 0;
  /** @type {string | undefined} */
  #after;

  /**
   * @param {HTMLElement} root
   * @param {import("../live/live.js").Live} live
   * @param {import("../design/text.js").Text} text
   */
  constructor(root, live, text) {
    super();
    const [lists, form, place] = [".desk-list", "[data-desk=search]", "[data-desk=found]"].map((name) => root.querySelector(name));
    const field = form?.querySelector("input");
    if (!(lists instanceof HTMLElement && form instanceof HTMLFormElement && field && place instanceof HTMLElement))
      throw new Error("the search is not whole");
    this.#live = live;
    this.#text = text;
    this.#lists = lists;
    this.#field = field;
    this.#place = place;
    this.#words.setAttribute("role", "status");
    this.#list.setAttribute("role", "list");
    this.#list.setAttribute("aria-label", text("search.label"));
    this.#more = button("button button-plain button-small desk-more", text("search.more"), () => this.#look(this.#after));
    const back = button("link small search-back", text("search.clear"), () => this.clear());
    place.append(this.#words, this.#list, this.#more, element("p", "search-words small soft", text("search.closed")), back);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
    field.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#begin(), PAUSE);
    });
    for (const part of [field, this.#list]) part.addEventListener("keydown", (event) => this.#keyed(/** @type {KeyboardEvent} */ (event)));
  }

  /** The field, and what is looked for in it. @param {string} [words] */
  open(words) {
    this.#field.focus();
    if (words === undefined) return this.#field.select();
    this.#field.value = words;
    this.#begin();
  }

  /** The lists again. */
  clear() {
    this.#field.value = "";
    this.#begin();
    this.#field.focus();
  }

  /** Without moving the focus, as when a list is chosen. */
  end() {
    this.#field.value = "";
    this.#begin();
  }

  #begin() {
    clearTimeout(this.#waiting);
    const typed = this.#field.value.trim();
    this.#lists.classList.toggle("is-searching", typed !== "");
    this.#place.hidden = typed === "";
    if (typed === this.#shown) return;
    this.#shown = typed;
    this.#turn += 1;
    this.#count = 0;
    this.#list.replaceChildren();
    this.#more.hidden = true;
    if (typed) this.#look();
  }

  /** @param {string} [after] */
  async #look(after) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#more.hidden = true;
    this.#words.textContent = this.#text("search.looking");
    try {
      const answer = await this.#live.command("conversation.search", { text: this.#shown, after }, { lifetime: 15_000 });
      if (turn !== this.#turn) return;
      this.#draw(answer);
    } catch (refusal) {
      if (turn !== this.#turn) return;
      const problem = /** @type {any} */ (refusal).problem;
      this.#words.textContent = problem ? [problem.title, problem.detail].filter(Boolean).join(". ") : `${this.#text("search.failed")} `;
      if (!problem) this.#words.append(button("link", this.#text("search.again"), () => this.#look(after)));
    }
  }

  /** @param {{ found: Found[], after?: string }} answer */
  #draw({ found, after }) {
    this.#list.append(...found.map((message) => this.#row(message)));
    this.#count += found.length;
    this.#after = after;
    this.#more.hidden = after === undefined || after === null;
    this.#words.textContent = this.#count > 0 ? this.#text("search.found", { count: this.#count }) : this.#text("search.none");
  }

  /** @param {Found} message */
  #row(message) {
    const text = this.#text;
    const row = element("li", "line");
    row.dataset.conversation = message.conversation;
    row.dataset.sequence = String(message.sequence);
    const made = button("line-button", "", () => this.dispatchEvent(new CustomEvent("choose", { detail: message })));
    const words = element("span", "line-words");
    const head = element("span", "line-head");
    head.append(element("bdi", "line-name", message.visitor || text("visitor")));
    const time = document.createElement("time");
    time.dateTime = new Date(message.at).toISOString();
    time.textContent = shortly(message.at, Date.now());
    time.title = momentOf(message.at);
    head.append(time);
    const said = element("span", "line-text");
    said.dir = "auto";
    if (message.text) {
      if (message.name && message.name !== message.visitor) said.append(element("bdi", "", message.name), ": ");
      said.append(...pieces(message.text, this.#shown).map(({ words: piece, fits }) => (fits ? element("mark", "", piece) : piece)));
    } else said.append(element("em", "", text("search.unopened")));
    const foot = element("span", "line-foot small soft");
    foot.textContent = [message.queueName, message.state && text(`state.${message.state}`)].filter(Boolean).join(" · ");
    words.append(head, said, foot);
    made.append(face(message.visitor, message.conversation), words);
    row.append(made);
    return row;
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.key === "Escape" && this.#field.value) {
      event.preventDefault();
      this.clear();
      return;
    }
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    const stops = [this.#field, ...this.#list.querySelectorAll("button")];
    const next = stops[stops.indexOf(/** @type {HTMLInputElement} */ (document.activeElement)) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
