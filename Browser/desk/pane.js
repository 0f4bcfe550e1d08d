/**
 * One conversation in its column: what was said, and the box to answer.
 *
 * @module
 */
import { Conversation } from "../conversations/conversation.js";
import { ShownFiles } from "../conversations/shownFiles.js";
import { render } from "../conversations/text.js";
import { Timeline } from "../conversations/timeline.js";
import { PaneHead } from "./paneHead.js";
import { element } from "./parts.js";
import { ReplyBox } from "./replyBox.js";
import { RowTools } from "./rowTools.js";
import { Translations } from "./translations.js";

/** @typedef {import("./protocol.js").Line} Line */
/** @typedef {import("./protocol.js").Overview} Overview */

/**
 * What a column needs from its page.
 *
 * @typedef {{
 *   live: import("../live/live.js").Live,
 *   text: import("../design/text.js").Text,
 *   words: import("../design/text.js").Text,
 *   overview: () => Overview | undefined,
 *   line: (id: string) => Line | undefined,
 *   drafts: import("./drafts.js").DraftShelf,
 *   touch: (id: string) => void,
 *   act: (action: string, id: string) => void,
 *   menu: (id: string, anchor: HTMLElement) => void,
 *   fail: (refusal: any) => void,
 * }} Desk
 */

/** Events: `focus`, `changed`. */
export class Pane extends EventTarget {
  #desk;
  #conversation;
  #tools;
  #head;
  #banner = element("p", "pane-banner");
  #log = element("div", "timeline-log");
  /** @type {Timeline | undefined} */
  #timeline;
  #isLost = false;
  #isOpen = false;
  /** The message that is looked for. @type {number | undefined} */
  #sought;

  /**
   * @param {string} id
   * @param {Desk} desk
   */
  constructor(id, desk) {
    super();
    this.id = id;
    this.#desk = desk;
    const kept = desk.drafts.kept(id);
    this.#conversation = new Conversation(desk.live, id, kept);
    this.translations = new Translations(this.#conversation, desk.live, desk.fail);
    this.#head = new PaneHead(id, desk);
    this.box = new ReplyBox(desk, { conversation: this.#conversation, kept, translations: this.translations }, this);
    this.#tools = new RowTools(this.#conversation, desk.text, {
      edit: (sequence, words) => this.box.edit(sequence, words),
      withdraw: (sequence) => void this.#conversation.withdraw(sequence).catch(desk.fail),
      again: (key) => void this.#conversation.again(key),
      discard: (item) => this.box.putBack(item),
      translate: (sequence) => this.box.translate(sequence),
      askTranslation: (sequence) => this.translations.ask(sequence),
    });
    this.root = element("section", "pane");
    this.root.dataset.conversation = id;
    this.root.setAttribute("aria-labelledby", this.#head.label);
    this.root.append(this.#head.root, this.#banner, this.#log, this.box.root);
    this.#banner.hidden = true;
    this.#banner.setAttribute("role", "status");
    this.#log.setAttribute("role", "log");
    this.#log.setAttribute("aria-labelledby", this.#head.label);
    this.#log.tabIndex = 0;
    this.root.addEventListener("focusin", () => this.dispatchEvent(new Event("focus")));
    this.root.addEventListener("pointerdown", () => this.dispatchEvent(new Event("focus")));
    this.#log.append(element("p", "pane-loading soft", desk.text("pane.loading")));
    this.show();
  }

  get conversation() {
    return this.#conversation;
  }

  get name() {
    const visitor = this.#conversation.people.find((person) => person.part === "visitor");
    return visitor?.name || this.#desk.line(this.id)?.name || this.#desk.text("visitor");
  }

  /** As what this person takes part. */
  get part() {
    return this.#conversation.people.find((person) => person.person === this.#conversation.me && person.isPresent)?.part;
  }

  /** Whether this person may answer. */
  get speaks() {
    return this.part === "agent" && !this.#isLost;
  }

  /** Whether what was said is still drawn, though it may not be heard any more. */
  get isLeftOver() {
    return this.#isLost && this.#isOpen;
  }

  get isLost() {
    return this.#isLost;
  }

  /** Loads it, which is written down and shown to the visitor. */
  async open() {
    const { live, text, words } = this.#desk;
    try {
      await this.#conversation.open("enquiry.open", { team: true });
    } catch (refusal) {
      this.#lose(text("pane.refused"));
      this.#desk.fail(refusal);
      return;
    }
    this.#isOpen = true;
    this.#timeline = new Timeline(this.#log, this.#conversation, words, {
      decorate: (row, item) => this.#tools.decorate(row, item, this.#desk.line(this.id)?.language),
      files: new ShownFiles(live, words),
      render: (said) => render(said, { leave: "/leave?to=" }),
    });
    this.box.open(this.root);
    this.#conversation.addEventListener("people", () => this.show());
    this.#conversation.addEventListener("state", () => this.show());
    this.#conversation.addEventListener("changed", () => this.see());
    this.#conversation.addEventListener("lost", () => this.#lose(text("pane.lost")));
    live.on("welcome", () => this.#isOpen && this.see());
    this.box.addEventListener("sent", () => this.#timeline?.toEnd());
    this.show();
    this.see();
    this.dispatchEvent(new Event("changed"));
    await this.#seek();
  }

  /** Shows a message, once it is loaded. @param {number} sequence */
  reveal(sequence) {
    this.#sought = sequence;
    return this.#isOpen ? this.#seek() : undefined;
  }

  async #seek() {
    const sequence = this.#sought;
    this.#sought = undefined;
    if (sequence === undefined) return;
    const conversation = this.#conversation;
    const reaches = () => conversation.items.some((item) => item.stream === "conversation" && (item.sequence ?? Infinity) <= sequence);
    try {
      while (conversation.hasOlder && !reaches()) await conversation.older();
    } catch (refusal) {
      this.#desk.fail(refusal);
    }
    // What is loaded is drawn a moment later.
    await new Promise((resume) => setTimeout(resume));
    const row = this.#log.querySelector(`[data-sequence="${sequence}"]:not(.is-note)`);
    if (!(row instanceof HTMLElement)) return this.focus();
    row.tabIndex = -1;
    for (const other of this.#log.querySelectorAll(".is-found")) other.classList.remove("is-found");
    row.classList.add("is-found");
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  /** What is in front of somebody who looks at the page counts as read. */
  see() {
    if (this.#isOpen && !this.#isLost && document.visibilityState === "visible" && document.hasFocus() && this.root.isConnected)
      this.#conversation.see();
  }

  /** Whether nobody answers yet: what were typed here now would be a note, which the visitor never sees. */
  get #isUntaken() {
    const state = this.#desk.line(this.id)?.state;
    return this.#head.offers && !this.speaks && (state === "waiting" || state === "offered");
  }

  /** Goes to where one answers; while nobody has taken it, to the button that does. Whoever types already is left where they are. */
  focus() {
    if (this.box.hasFocus) return;
    if (this.#isUntaken) this.#head.focusTake();
    else if (!this.box.focus()) this.#head.focus();
  }

  /** Hears it no more. Whoever only read along is not there any longer, which the visitor sees. */
  leave() {
    this.box.leave();
    this.#conversation.leave();
    if (!this.#isLost && this.part === "observer") this.#desk.live.command("enquiry.leave", { conversation: this.id }).catch(() => {});
  }

  /** Draws everything around what was said. */
  show() {
    const line = this.#desk.line(this.id);
    const isClosed = this.#conversation.state === "closed";
    this.#head.show(this.name, line, { isOver: isClosed || this.#isLost, speaks: this.speaks });
    this.box.show();
    if (!this.#isLost) this.#say(this.#standing(line, isClosed));
  }

  /** @param {Line | undefined} line @param {boolean} isClosed */
  #standing(line, isClosed) {
    const { text } = this.#desk;
    if (!this.#isOpen) return "";
    if (isClosed) return text("pane.closed");
    if (!this.speaks) return text("pane.reading");
    const others = this.#conversation.people.filter(
      (person) => person.isPresent && person.part === "agent" && person.person !== this.#conversation.me,
    );
    if (others.length > 0) return text("pane.together", { name: others.map((person) => person.name).join(", ") });
    return line?.state === "snoozed" ? text("pane.snoozed") : "";
  }

  /** @param {string} words */
  #say(words) {
    this.#banner.hidden = words === "";
    if (this.#banner.textContent !== words) this.#banner.textContent = words;
  }

  /** @param {string} words */
  #lose(words) {
    this.#isLost = true;
    this.#say(words);
    this.show();
    this.dispatchEvent(new Event("changed"));
    // Whether it is still theirs to see, or gone for everybody.
    this.#desk.touch(this.id);
  }
}
