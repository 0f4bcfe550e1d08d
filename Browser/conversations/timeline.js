/**
 * Shows a conversation as a list that grows at its end.
 *
 * **Nobody's place is lost**: new lines do not scroll away what is being read, and older ones push nothing.
 *
 * @module
 */
import { language } from "../design/text.js";

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./history.js").Item} Item */

const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const days = new Intl.DateTimeFormat(language, { dateStyle: "full" });

/** Messages of one person within this many milliseconds stand together under one name. */
const TOGETHER = 5 * 60_000;
/** Distance from the end within which somebody reads along, in CSS pixels. */
const NEAR_END = 80;

/**
 * @param {string} name of the element
 * @param {string} [className]
 * @param {string} [text]
 */
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class Timeline {
  #conversation;
  #log;
  #list = element("ol", "timeline");
  #typing = element("p", "timeline-typing");
  #text;
  #render;
  #files;
  #decorate;
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #isDrawn = false;
  #isAtEnd = true;

  /**
   * @param {HTMLElement} log with `role="log"`: it scrolls
   * @param {Conversation} conversation
   * @param {import("../design/text.js").Text} text of the domain `conversations`
   * @param {{ render?: (text: string) => Node, files?: import("./shownFiles.js").ShownFiles, decorate?: (row: HTMLElement, item: Item) => void }}
   *   [options] `render` turns a message's text into nodes; `decorate` adds what only this page has, such as buttons
   */
  constructor(log, conversation, text, { render = (words) => document.createTextNode(words), files, decorate = () => {} } = {}) {
    this.#log = log;
    this.#conversation = conversation;
    this.#text = text;
    this.#render = render;
    this.#files = files;
    this.#decorate = decorate;
    const older = element("button", "button button-plain button-small timeline-older", text("older"));
    older.addEventListener("click", () => this.#older());
    this.#typing.setAttribute("aria-live", "polite");
    log.replaceChildren(older, this.#list, this.#typing);
    conversation.addEventListener("changed", () => this.#schedule());
    conversation.addEventListener("people", () => this.#schedule());
    log.addEventListener("scroll", () => {
      this.#isAtEnd = this.#readsAlong;
    });
    // A box that grows or a picture that comes must not push what is said last out of sight.
    const following = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    for (const part of [log, this.#list]) following.observe(part);
    this.#draw();
  }

  get #readsAlong() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END;
  }

  /** Scrolls to the end, as after sending. */
  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Several changes of one moment are drawn once. */
  #schedule() {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    queueMicrotask(() => this.#draw());
  }

  async #older() {
    const height = this.#log.scrollHeight;
    await this.#conversation.older();
    await Promise.resolve();
    this.#log.scrollTop += this.#log.scrollHeight - height;
  }

  #draw() {
    this.#isDrawn = true;
    const isAtEnd = this.#readsAlong;
    const older = /** @type {HTMLElement} */ (this.#log.firstElementChild);
    older.hidden = !this.#conversation.hasOlder;
    const rows = [];
    /** @type {Item | undefined} */
    let before;
    for (const item of this.#conversation.items) {
      if (!isShown(item)) continue;
      if (!before || days.format(before.at) !== days.format(item.at))
        rows.push(this.#row(`day/${days.format(item.at)}`, () => element("li", "timeline-day", days.format(item.at))));
      rows.push(this.#update(item, before));
      before = item;
    }
    const wanted = new Set(rows);
    for (const [key, row] of this.#rows) if (!wanted.has(row)) this.#rows.delete(key);
    this.#place(rows);
    const names = this.#conversation.typing.map((person) => person.name || this.#text(`part.${person.part}`));
    this.#typing.textContent = names.length > 0 ? this.#text("typing", { name: names.join(", "), count: names.length }) : "";
    if (isAtEnd) this.toEnd();
  }

  /** Puts the rows in order, moving only those that are elsewhere, so that a screen reader hears of new ones alone. */
  #place(/** @type {HTMLElement[]} */ rows) {
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

  /**
   * @param {string} key
   * @param {() => HTMLElement} make
   */
  #row(key, make) {
    const known = this.#rows.get(key);
    if (known) return known;
    const made = make();
    this.#rows.set(key, made);
    return made;
  }

  /**
   * @param {Item} item
   * @param {Item} [before]
   */
  #update(item, before) {
    const row = this.#row(item.key, () => element("li"));
    const isMessage = item.kind === "message.sent" || item.kind === "note.added";
    const continues =
      isMessage && !item.mark && !before?.mark && before?.kind === item.kind && before.from === item.from && item.at - before.at < TOGETHER;
    const progress = item.isOwn ? this.#conversation.progress(item) : "";
    const state = JSON.stringify([
      item.text,
      item.sequence === undefined,
      progress,
      item.isEdited,
      item.isWithdrawn,
      continues,
      item.masked,
      item.attachments,
    ]);
    if (row.dataset.state === state) return row;
    row.dataset.state = state;
    row.dataset.kind = item.mark?.kind ?? item.kind;
    const isWish = item.mark?.kind === "translationWanted";
    row.className = isMessage && !isWish ? "message" : "timeline-event";
    row.classList.toggle("is-own", item.isOwn);
    row.classList.toggle("is-note", item.kind === "note.added" && !isWish);
    row.classList.toggle("is-translation", item.mark?.kind === "translation");
    row.classList.toggle("is-continued", Boolean(continues));
    if (item.sequence !== undefined) row.dataset.sequence = String(item.sequence);
    if (progress) row.dataset.progress = progress;
    if (isMessage && !isWish) this.#fill(row, item, progress);
    else row.replaceChildren(element("span", "", this.#words(item)), this.#time(item));
    this.#decorate(row, item);
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {Item} item
   * @param {string} progress
   */
  #fill(row, item, progress) {
    const head = element("p", "message-head");
    const name = element("bdi", "message-from", item.isOwn ? this.#text("you") : item.name || this.#text(`part.${item.part ?? "member"}`));
    head.append(name);
    if (item.part === "bot") head.append(element("span", "message-badge", this.#text("part.bot")));
    if (item.mark) head.append(element("span", "message-badge", this.#text("translation")));
    if (item.kind === "note.added") head.append(element("span", "message-badge", this.#text("note")));
    const body = element("div", "message-text");
    body.dir = "auto";
    if (item.isWithdrawn) body.append(element("em", "", this.#text("withdrawn")));
    else if (item.text) body.append(this.#render(item.text));
    const foot = element("p", "message-foot");
    foot.append(this.#time(item));
    if (item.isEdited) foot.append(element("span", "", this.#text("edited")));
    if (progress) foot.append(element("span", "message-progress", this.#text(`progress.${progress}`)));
    if (item.problem) foot.append(element("span", "message-problem", [item.problem.title, item.problem.detail].filter(Boolean).join(". ")));
    const masked = item.masked?.length ? [element("p", "message-masked", this.#text("masked"))] : [];
    const files = item.attachments?.length && this.#files ? [this.#files.show(item.attachments, item.sequence !== undefined)] : [];
    row.replaceChildren(head, body, ...files, ...masked, foot);
  }

  /** @param {Item} item */
  #time(item) {
    const time = document.createElement("time");
    time.dateTime = new Date(item.at).toISOString();
    time.textContent = clock.format(item.at);
    return time;
  }

  /** @param {Item} item */
  #words(item) {
    return this.#text(`event.${item.mark?.kind ?? item.kind}`, { name: item.name || this.#text(`part.${item.part ?? "member"}`) });
  }
}

/**
 * What happened, but is not for the eye: the visitor's own coming is the beginning of everything.
 *
 * @param {Item} item
 */
function isShown(item) {
  return !(item.kind === "participant.joined" && item.part === "visitor");
}
