/**
 * Visitors who chose to be seen, in place of the lists for as long as one looks at them.
 *
 * **Nothing says who they are**: only where they are and since when. Whoever leaves is gone from here, and from everywhere.
 *
 * @module
 */
import { button, duration, element, face } from "./parts.js";

/** @typedef {import("../live/protocol.js").VisitorHere} VisitorHere */

/** Milliseconds between two looks at the clock, and at who is silently gone. */
const TICK = 20_000;

export class VisitorsHere {
  #live;
  #text;
  #fail;
  #lists;
  #tab;
  #list = element("ul", "desk-lines");
  #words = element("p", "desk-empty soft");
  /** @type {Map<string, VisitorHere>} */
  #here = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import("../live/live.js").Live} live
   * @param {import("../design/text.js").Text} text
   * @param {(refusal: any) => void} fail
   */
  constructor(root, live, text, fail) {
    const [lists, tab, place] = [".desk-list", "[data-desk=here-tab]", "[data-desk=here]"].map((name) => root.querySelector(name));
    if (!(lists instanceof HTMLElement && tab instanceof HTMLElement && place instanceof HTMLElement))
      throw new Error("the list of visitors is not whole");
    this.#live = live;
    this.#text = text;
    this.#fail = fail;
    this.#lists = lists;
    this.#tab = tab;
    this.#list.setAttribute("role", "list");
    this.#list.setAttribute("aria-label", text("view.here"));
    place.append(element("p", "search-words small soft", text("here.lead")), this.#list, this.#words);
    live.on("visitor.seen", ({ visitor }) => {
      this.#here.set(visitor.id, visitor);
      this.#draw();
    });
    live.on("visitor.gone", ({ visitor }) => {
      this.#here.delete(visitor);
      this.#draw();
    });
    live.on("welcome", () => this.#ask());
    this.#ask();
    setInterval(() => this.isOpen && this.#ask(), TICK);
  }

  get isOpen() {
    return this.#lists.classList.contains("is-watching");
  }

  open() {
    this.#lists.classList.add("is-watching");
    this.#tab.setAttribute("aria-pressed", "true");
    this.#draw();
  }

  /** The lists again. */
  end() {
    this.#lists.classList.remove("is-watching");
    this.#tab.setAttribute("aria-pressed", "false");
  }

  async #ask() {
    try {
      const { visitors } = await this.#live.command("visitors.list", {});
      this.#here = new Map(visitors.map((/** @type {VisitorHere} */ visitor) => [visitor.id, visitor]));
      this.#draw();
    } catch {
      // Refused as the link ended: the next welcome asks again.
    }
  }

  #draw() {
    const number = this.#tab.querySelector("[data-count]");
    if (number instanceof HTMLElement) {
      number.hidden = this.#here.size === 0;
      number.textContent = String(this.#here.size);
    }
    if (!this.isOpen) return;
    const focused = document.activeElement?.closest("[data-visitor]")?.getAttribute("data-visitor");
    const rows = [...this.#here.values()].toSorted((a, b) => a.since - b.since).map((visitor) => this.#row(visitor));
    this.#list.replaceChildren(...rows);
    this.#words.hidden = rows.length > 0;
    this.#words.textContent = this.#text("empty.here");
    if (focused)
      rows
        .find((row) => row.dataset.visitor === focused)
        ?.querySelector("button")
        ?.focus();
  }

  /** @param {VisitorHere} visitor */
  #row(visitor) {
    const row = element("li", "here-line");
    row.dataset.visitor = visitor.id;
    const words = element("div", "line-words");
    const where = element("bdi", "here-page", pathOf(visitor.page) ?? this.#text("visitor"));
    const since = this.#text("here.since", { time: duration(Date.now() - visitor.since) });
    const about = element("span", "line-text", `${since} · `);
    about.append(element("bdi", "", visitor.site));
    words.append(where, about);
    const invited = visitor.invitedBy
      ? element("span", "chip", this.#text("here.invited", { name: visitor.invitedBy }))
      : button("button button-small", this.#text("here.invite"), () => this.#invite(visitor.id));
    row.append(face(undefined, visitor.id), words, invited);
    return row;
  }

  /** @param {string} visitor */
  async #invite(visitor) {
    try {
      await this.#live.command("visitors.invite", { visitor });
    } catch (refusal) {
      this.#fail(refusal);
      this.#ask();
    }
  }
}

/** A page as one of the team names it: its path. @param {string} [page] */
function pathOf(page) {
  if (!page) return undefined;
  try {
    return decodeURI(new URL(page).pathname);
  } catch {
    return page;
  }
}
