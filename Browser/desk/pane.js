/**
 * One conversation in its column: what was said, and the box to answer.
 *
 * @module
 */
import { Composer } from "../conversations/composer.js";
import { Conversation } from "../conversations/conversation.js";
import { FileTray } from "../conversations/fileTray.js";
import { kindsIn } from "../conversations/guard.js";
import { ShownFiles } from "../conversations/shownFiles.js";
import { render } from "../conversations/text.js";
import { Timeline } from "../conversations/timeline.js";
import { ask } from "./ask.js";
import { button, element, face, iconButton, languageName } from "./parts.js";
import { mentioned } from "./replies.js";
import { RowTools } from "./rowTools.js";
import { Suggestions } from "./suggestions.js";
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

let number = 0;

/** Events: `focus`, `changed`. */
export class Pane extends EventTarget {
  #desk;
  #conversation;
  #translations;
  #tools;
  #kept;
  #name = /** @type {HTMLElement} */ (element("h2", "pane-name"));
  #meta = element("p", "pane-meta");
  #face = element("span", "pane-face");
  #take;
  #banner = element("p", "pane-banner");
  #log = element("div", "timeline-log");
  #form = document.createElement("form");
  #field = document.createElement("textarea");
  #hint = element("p", "composer-hint");
  #modes = element("div", "composer-modes");
  #tray = element("div");
  #attach;
  /** @type {FileTray | undefined} */
  #files;
  /** @type {Timeline | undefined} */
  #timeline;
  /** @type {Suggestions | undefined} */
  #suggestions;
  /** @type {Composer | undefined} */
  #composer;
  /** What the person means to write; who may not answer yet writes notes until then. @type {"reply" | "note"} */
  #wanted = "reply";
  /** The sequence of the message that is being changed. @type {number | undefined} */
  #editing;
  /** The sequence of the message that is being translated. @type {number | undefined} */
  #translating;
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
    number += 1;
    this.id = id;
    this.#desk = desk;
    this.#kept = desk.drafts.kept(id);
    this.#conversation = new Conversation(desk.live, id, this.#kept);
    this.#translations = new Translations(this.#conversation, desk.live, desk.fail);
    this.#tools = new RowTools(this.#conversation, desk.text, {
      edit: (sequence, words) => this.#edit(sequence, words),
      withdraw: (sequence) => void this.#conversation.withdraw(sequence).catch(desk.fail),
      again: (key) => void this.#conversation.again(key),
      discard: (item) => {
        this.#files?.putBack(item.attachments ?? []);
        this.insert(this.#conversation.discard(item.key));
      },
      translate: (sequence) => this.translate(sequence),
      askTranslation: (sequence) => this.askTranslation(sequence),
    });
    this.root = element("section", "pane");
    this.root.dataset.conversation = id;
    this.#name.id = `pane-${number}`;
    this.#name.tabIndex = -1;
    this.root.setAttribute("aria-labelledby", this.#name.id);
    this.#take = button("button button-main button-small", desk.text("act.take"), () => desk.act("take", id));
    this.#attach = button("composer-mode composer-attach", desk.words("file.attach"), () => {}, "attach");
    this.root.append(this.#head(), this.#banner, this.#log, this.#foot());
    this.#banner.hidden = true;
    this.#banner.setAttribute("role", "status");
    this.#log.setAttribute("role", "log");
    this.#log.setAttribute("aria-labelledby", this.#name.id);
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

  get #speaks() {
    return this.part === "agent" && !this.#isLost;
  }

  /** Files go to the visitor, with an answer; a note has none. */
  get #attaches() {
    return this.#mode === "reply" && this.#conversation.state === "open" && this.#editing === undefined;
  }

  get #mode() {
    return this.#speaks && this.#translating === undefined ? this.#wanted : "note";
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
    this.#files = new FileTray({
      place: this.#tray,
      button: this.#attach,
      zone: this.root,
      field: this.#field,
      conversation: this.id,
      text: words,
      isOpen: () => this.#attaches,
    });
    this.#composer = new Composer(this.#form, this.#conversation, {
      kept: this.#kept,
      review: (typed) => this.#review(typed),
      command: () => (this.#mode === "note" ? "note.add" : "message.send"),
      mark: () => (this.#translating === undefined ? undefined : { about: this.#translating, kind: "translation" }),
      attachments: () => (this.#attaches ? this.#files?.taken() : undefined) ?? [],
    });
    this.#suggestions = new Suggestions(this.#form, this.#field, {
      overview: this.#desk.overview,
      isNote: () => this.#mode === "note",
      queue: () => this.#desk.line(this.id)?.queue,
      values: () => this.#values(),
      text,
    });
    this.#conversation.addEventListener("people", () => this.show());
    this.#conversation.addEventListener("state", () => this.show());
    this.#conversation.addEventListener("changed", () => this.see());
    this.#conversation.addEventListener("lost", () => this.#lose(text("pane.lost")));
    live.on("welcome", () => this.#isOpen && this.see());
    this.#composer.addEventListener("sent", (event) => {
      this.#files?.sent(/** @type {CustomEvent} */ (event).detail);
      if (this.#translating === undefined) this.#timeline?.toEnd();
      else this.#translated();
    });
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
    return !this.#take.hidden && !this.#speaks && (state === "waiting" || state === "offered");
  }

  /** Goes to where one answers; while nobody has taken it, to the button that does. Whoever types already is left where they are. */
  focus() {
    if (document.activeElement === this.#field) return;
    if (this.#isUntaken) this.#take.focus();
    else if (this.#composer && !this.#field.readOnly && !this.#field.disabled) this.#field.focus();
    else this.#name.focus();
  }

  /** @param {"reply" | "note"} mode */
  write(mode) {
    this.#translating = undefined;
    this.#wanted = mode;
    this.show();
    this.#field.focus();
  }

  /** Begins the name of a colleague in a note. */
  mention() {
    this.write("note");
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    this.insert(before === "" || /\s$/u.test(before) ? "@" : " @");
  }

  /** Offers the saved replies. */
  offerReplies() {
    this.#suggestions?.offer();
  }

  /** @param {string} text */
  insert(text) {
    this.#field.setRangeText(text, this.#field.selectionStart, this.#field.selectionEnd, "end");
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
    this.#field.focus();
  }

  /** Hears it no more. Whoever only read along is not there any longer, which the visitor sees. */
  leave() {
    this.#files?.leave();
    this.#conversation.leave();
    if (!this.#isLost && this.part === "observer") this.#desk.live.command("enquiry.leave", { conversation: this.id }).catch(() => {});
  }

  /** Draws everything around what was said. */
  show() {
    const { text } = this.#desk;
    const line = this.#desk.line(this.id);
    const isClosed = this.#conversation.state === "closed";
    const speaks = this.#speaks;
    this.#name.textContent = this.name;
    this.#face.replaceChildren(face(this.name, this.id));
    const said = [
      line?.queueName,
      line?.siteName,
      line && languageName(line.language),
      line?.agent && text("line.agent", { name: line.agent.name }),
    ];
    this.#meta.textContent = said.filter(Boolean).join(" · ");
    if (line) this.#field.lang = this.#mode === "reply" ? line.language : document.documentElement.lang;
    const isOnTake = document.activeElement === this.#take;
    this.#take.hidden = isClosed || this.#isLost || !line || (line.isMine && line.state === "active" && speaks);
    if (line?.agent && !line.isMine && line.state === "active") this.#take.hidden = true;
    // Taken by somebody else, perhaps: whoever stood on the button goes on from the head of the column, not from that of the page.
    if (isOnTake && this.#take.hidden) this.#name.focus();
    for (const [mode, made] of this.#modeButtons) {
      made.setAttribute("aria-pressed", String(mode === this.#mode));
      made.disabled = isClosed || this.#isLost || (mode === "reply" && !speaks);
    }
    this.#form.classList.toggle("is-noting", this.#mode === "note");
    this.#form.hidden = this.#isLost;
    this.#attach.hidden = !this.#attaches;
    this.#tray.hidden = !this.#attaches;
    this.#field.placeholder =
      this.#translating === undefined
        ? text(this.#mode === "note" ? "composer.note" : "composer.reply", { name: this.name })
        : text("composer.translation");
    this.#field.setAttribute("aria-label", this.#field.placeholder);
    this.#hint.textContent = text(this.#hinted);
    if (!this.#isLost) this.#say(this.#standing(line, isClosed, speaks));
  }

  get #hinted() {
    if (this.#editing !== undefined) return "composer.editing";
    if (this.#translating !== undefined) return "composer.translating";
    return this.#mode === "note" ? "composer.noteHint" : "composer.hint";
  }

  /** @param {Line | undefined} line @param {boolean} isClosed @param {boolean} speaks */
  #standing(line, isClosed, speaks) {
    const { text } = this.#desk;
    if (!this.#isOpen) return "";
    if (isClosed) return text("pane.closed");
    if (!speaks) return text("pane.reading");
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

  #head() {
    const { text, act, menu } = this.#desk;
    const head = element("header", "pane-head");
    const names = element("div", "pane-names");
    names.append(this.#name, this.#meta);
    const back = iconButton(text("pane.back"), "back", () => act("back", this.id), true);
    back.classList.add("pane-back");
    const card = iconButton(text("act.card"), "info", () => act("card", this.id));
    card.classList.add("pane-card-button");
    const more = iconButton(text("pane.more"), "more", () => menu(this.id, more));
    more.setAttribute("aria-haspopup", "menu");
    const close = iconButton(text("pane.close"), "close", () => act("close", this.id));
    close.classList.add("pane-close");
    head.append(back, this.#face, names, this.#take, card, more, close);
    return head;
  }

  /** @type {Map<"reply" | "note", HTMLButtonElement>} */
  #modeButtons = new Map();

  #foot() {
    const { text } = this.#desk;
    this.#form.className = "composer pane-composer";
    this.#modes.setAttribute("role", "group");
    this.#modes.setAttribute("aria-label", text("composer.modes"));
    for (const mode of /** @type {const} */ (["reply", "note"])) {
      const made = button("composer-mode", text(`composer.mode.${mode}`), () => this.write(mode));
      this.#modeButtons.set(mode, made);
      this.#modes.append(made);
    }
    const replies = button("composer-mode composer-replies", text("replies.open"), () => this.offerReplies());
    this.#modes.append(this.#attach, replies);
    this.#field.name = "text";
    this.#field.rows = 1;
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#editing !== undefined) this.#stopEditing();
      if (event.key === "Escape" && this.#translating !== undefined) this.write(this.#wanted);
    });
    const send = document.createElement("button");
    send.className = "button button-main button-icon composer-send";
    send.append(iconButton("", "send", () => {}).firstElementChild ?? "", element("span", "visually-hidden", text("composer.send")));
    send.querySelector("svg")?.classList.add("icon-directed");
    this.#hint.id = `composer-hint-${number}`;
    this.#field.setAttribute("aria-describedby", this.#hint.id);
    this.#form.append(this.#modes, this.#tray, this.#field, send, this.#hint);
    return this.#form;
  }

  /**
   * @param {string} typed
   * @returns {Promise<boolean>} whether it is to be sent as a message
   */
  async #review(typed) {
    if (kindsIn(typed).length > 0 && !(await this.#isMeant())) return false;
    if (this.#editing !== undefined) {
      const sequence = this.#editing;
      this.#stopEditing();
      try {
        await this.#conversation.edit(sequence, typed);
      } catch (refusal) {
        this.#desk.fail(refusal);
      }
      return false;
    }
    if (this.#mode === "note") {
      for (const { person } of mentioned(typed, this.#desk.overview()?.colleagues ?? []))
        this.#desk.live.command("enquiry.mention", { conversation: this.id, person }).catch(this.#desk.fail);
    }
    return true;
  }

  /** Asks before a card number or the like is sent (C07). What is sent all the same is hidden by the server before it is kept. */
  async #isMeant() {
    const { text } = this.#desk;
    return Boolean(
      await ask({
        title: text("ask.private.title"),
        lead: text("ask.private.lead"),
        action: text("ask.private.action"),
        cancel: text("ask.cancel"),
      }),
    );
  }

  #stopEditing() {
    this.#editing = undefined;
    if (this.#composer) this.#composer.text = "";
    this.show();
  }

  #values() {
    const line = this.#desk.line(this.id);
    const visitor = this.#conversation.people.find((person) => person.part === "visitor");
    return { "visitor.name": visitor?.name, "agent.name": this.#desk.overview()?.name, "site.name": line?.siteName };
  }

  /** Writes a translation for the team. @param {number} [sequence] the last of the visitor's, if none is named */
  translate(sequence = this.#translations.lastSaid) {
    if (sequence === undefined) return;
    if (this.#editing !== undefined) this.#stopEditing();
    this.#translating = sequence;
    this.show();
    this.#field.focus();
  }

  /** Tells the team that a translation is wanted; the lists show it. @param {number} [sequence] the last of the visitor's, if none is named */
  askTranslation(sequence = this.#translations.lastSaid) {
    if (sequence !== undefined) this.#translations.ask(sequence);
  }

  #translated() {
    this.#translating = undefined;
    this.#translations.given();
    this.show();
  }

  /** @param {number} sequence @param {string} words */
  #edit(sequence, words) {
    this.#translating = undefined;
    this.#wanted = "reply";
    this.#editing = sequence;
    if (this.#composer) this.#composer.text = words;
    this.show();
    this.#field.focus();
  }
}
