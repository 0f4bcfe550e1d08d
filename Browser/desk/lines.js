/**
 * Draws the list of conversations.
 *
 * @module
 */
import { plainText } from "../conversations/plainText.js";
import { duration, element, face, icon, languageName, shortly, tagWords } from "./parts.js";
import { VIEWS } from "./inbox.js";

/** @typedef {import("./inbox.js").Inbox} Inbox */
/** @typedef {import("./protocol.js").Line} Line */

/** Milliseconds between two looks at the clock. */
const TICK = 20_000;
/** Somebody who waits this long is marked. */
const LONG = 3 * 60_000;

export class LinesView {
  #inbox;
  #text;
  #list;
  #tabs;
  #empty;
  #toWaiting;
  #more;
  #open;
  #first;
  /** @type {Set<string>} */
  #shown = new Set();
  /** @type {Map<string, { row: HTMLElement, state: string }>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Inbox} inbox
   * @param {import("../design/text.js").Text} text
   * @param {(id: string, beside: boolean) => void} open
   * @param {import("./firstRun.js").FirstRun} first
   */
  constructor(root, inbox, text, open, first) {
    /** @param {string} name */
    const place = (name) => {
      const found = root.querySelector(`[data-desk="${name}"]`);
      if (!(found instanceof HTMLElement)) throw new Error("the list is not whole");
      return found;
    };
    const tabs = place("tabs");
    const list = place("lines");
    const more = place("more-lines");
    this.#tabs = tabs;
    this.#list = list;
    this.#empty = place("empty");
    this.#toWaiting = place("to-waiting");
    this.#more = more;
    this.#inbox = inbox;
    this.#text = text;
    this.#open = open;
    this.#first = first;
    tabs.addEventListener("click", (event) => {
      const chosen = event.target instanceof Element ? event.target.closest("[data-view]") : null;
      if (chosen instanceof HTMLElement) inbox.show(/** @type {import("./inbox.js").View} */ (chosen.dataset.view));
    });
    this.#toWaiting.addEventListener("click", () => {
      inbox.show("waiting");
      // The button is gone now; its tab says the same.
      /** @type {HTMLElement | null} */ (tabs.querySelector("[data-view=waiting]"))?.focus();
    });
    more.addEventListener("click", () => inbox.more());
    list.addEventListener("click", (event) => this.#clicked(event));
    inbox.addEventListener("changed", () => this.draw());
    setInterval(() => this.draw(), TICK);
  }

  /** @param {Iterable<string>} ids of the conversations in columns */
  mark(ids) {
    this.#shown = new Set(ids);
    this.draw();
  }

  /** The ids from top to bottom. */
  get order() {
    return this.#inbox.list.lines.map((line) => line.conversation);
  }

  draw() {
    const { list, view, counts } = this.#inbox;
    for (const tab of this.#tabs.querySelectorAll("[data-view]")) {
      if (!(tab instanceof HTMLElement)) continue;
      tab.setAttribute("aria-pressed", String(tab.dataset.view === view && !this.#tabs.closest(".is-watching")));
      const number = tab.querySelector("[data-count]");
      const count = counts[/** @type {"mine" | "waiting"} */ (tab.dataset.view)];
      if (number instanceof HTMLElement) {
        number.hidden = !count;
        number.textContent = String(count ?? "");
      }
    }
    const now = Date.now();
    const rows = list.lines.map((line) => this.#row(line, now));
    const ids = new Set(list.lines.map((line) => line.conversation));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    this.#place(rows);
    this.#empty.hidden = this.#first.show(this.#inbox) || !list.isLoaded || list.lines.length > 0;
    this.#empty.textContent = this.#text(`empty.${view}`);
    this.#toWaiting.hidden = this.#empty.hidden || view !== "mine" || counts.waiting === 0;
    this.#toWaiting.textContent = this.#text("empty.toWaiting", { count: counts.waiting });
    this.#more.hidden = !list.next;
  }

  /** Moves only what is elsewhere, so that the focus stays where it is. @param {HTMLElement[]} rows */
  #place(rows) {
    let next = this.#list.firstElementChild;
    for (const row of rows) {
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
  }

  /** @param {Line} line @param {number} now */
  #row(line, now) {
    const isShown = this.#shown.has(line.conversation);
    const waits = this.#waits(line, now);
    const state = JSON.stringify([line, isShown, waits, shortly(line.lastAt, now)]);
    const known = this.#rows.get(line.conversation);
    if (known?.state === state) return known.row;
    const row = known?.row ?? element("li", "line");
    this.#rows.set(line.conversation, { row, state });
    row.dataset.conversation = line.conversation;
    row.classList.toggle("is-shown", isShown);
    row.classList.toggle("is-unread", (line.unread ?? 0) > 0);
    const hadFocus = row.contains(document.activeElement);
    row.replaceChildren(this.#button(line, now, waits));
    if (isShown) row.firstElementChild?.setAttribute("aria-current", "true");
    if (hadFocus && row.firstElementChild instanceof HTMLElement) row.firstElementChild.focus();
    return row;
  }

  /** @param {Line} line @param {number} now @param {string} waits */
  #button(line, now, waits) {
    const text = this.#text;
    const made = document.createElement("button");
    made.type = "button";
    made.className = "line-button";
    const head = element("span", "line-head");
    head.append(element("bdi", "line-name", line.name || text("visitor")));
    if (line.isVouched) head.append(this.#vouched(line));
    const time = document.createElement("time");
    time.dateTime = new Date(line.lastAt).toISOString();
    time.textContent = shortly(line.lastAt, now);
    head.append(time);
    const body = element("span", "line-text");
    body.dir = "auto";
    body.append(...this.#excerpt(line));
    const foot = element("span", "line-foot");
    if (waits) {
      const chip = element("span", "chip", waits);
      chip.classList.toggle("chip-voice", now - line.waitingSince >= LONG || line.state === "offered");
      foot.append(chip);
    }
    if (line.state === "offered" && line.isMine) foot.append(element("span", "chip chip-good", text("line.offered")));
    if (line.agent && !line.isMine) foot.append(element("span", "chip", line.agent.name));
    if (line.channel !== "chat") foot.append(element("span", "chip", text(`channel.${line.channel}`)));
    if (line.snoozedUntil) foot.append(element("span", "chip", text("line.until", { when: shortly(line.snoozedUntil, now) })));
    for (const tag of line.tags.slice(0, 3)) foot.append(element("span", "chip line-tag", tagWords(tag, text)));
    const words = element("span", "line-words");
    words.append(head, body, ...(foot.childElementCount > 0 ? [foot] : []));
    made.append(face(line.name, line.conversation), words);
    if (line.unread) {
      const count = element("span", "count line-count", line.unread > 99 ? "99+" : String(line.unread));
      count.append(element("span", "visually-hidden", ` ${text("line.unread")}`));
      made.append(count);
    }
    return made;
  }

  /** That the site knows them, which nobody can type. @param {Line} line */
  #vouched(line) {
    const words = this.#text("line.vouched", { site: line.siteName });
    const mark = element("span", "line-vouched");
    mark.title = words;
    mark.append(icon("check"), element("span", "visually-hidden", words));
    return mark;
  }

  /** What a visitor typed is shown only to whoever takes part. @param {Line} line @returns {(string | Node)[]} */
  #excerpt(line) {
    if (line.text === undefined) return [[line.queueName, line.siteName, languageName(line.language)].filter(Boolean).join(" · ")];
    const said = plainText(line.text);
    // The direction of the line is that of what was said, not of who said it.
    return line.textPart === "visitor" ? [said] : [element("bdi", "", this.#text("line.team")), " ", said];
  }

  /** @param {Line} line @param {number} now */
  #waits(line, now) {
    if (line.state === "waiting" || line.state === "offered") return this.#text("line.waits", { time: duration(now - line.waitingSince) });
    if (line.state === "active" && line.awaitsTeam)
      return this.#text(line.isMine ? "line.awaits" : "line.awaitsOther", { time: duration(now - line.lastAt) });
    return "";
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const row = event.target instanceof Element ? event.target.closest("[data-conversation]") : null;
    if (row instanceof HTMLElement && row.dataset.conversation)
      this.#open(row.dataset.conversation, event.ctrlKey || event.metaKey || event.shiftKey);
  }
}

export { VIEWS };
