/**
 * The box in which the team writes: an answer to the visitor, a note to colleagues, a translation, or a message put better.
 *
 * @module
 */
import { Composer } from "../conversations/composer.js";
import { FileTray } from "../conversations/fileTray.js";
import { kindsIn } from "../conversations/guard.js";
import { ask } from "./ask.js";
import { button, element, iconButton } from "./parts.js";
import { mentioned } from "./replies.js";
import { Suggestions } from "./suggestions.js";

/** @typedef {import("./protocol.js").Line} Line */
/** @typedef {"reply" | "note"} Mode */

let number = 0;

/** Event `sent` when something new was said, other than a translation. */
export class ReplyBox extends EventTarget {
  #desk;
  #conversation;
  #kept;
  #translations;
  #column;
  /** @type {Map<Mode, HTMLButtonElement>} */
  #modeButtons = new Map();
  #field = document.createElement("textarea");
  #hint = element("p", "composer-hint");
  #tray = element("div");
  #attach;
  /** @type {FileTray | undefined} */
  #files;
  /** @type {Suggestions | undefined} */
  #suggestions;
  /** @type {Composer | undefined} */
  #composer;
  /** What the person means to write; who may not answer yet writes notes until then. @type {Mode} */
  #wanted = "reply";
  /**
   * As what the words in the box were typed. **They stay that whatever happens around them**: a note does not become an answer because
   * its writer may answer now. @type {Mode | undefined}
   */
  #typedAs;
  /** The sequence of the message that is being changed. @type {number | undefined} */
  #editing;
  /** The sequence of the message that is being translated. @type {number | undefined} */
  #translating;
  /** What was in the box before a message was put better. @type {{ text: string, as?: import("../conversations/kept.js").DraftKind } | undefined} */
  #aside;
  root = document.createElement("form");

  /**
   * @param {import("./pane.js").Desk} desk
   * @param {{ conversation: import("../conversations/conversation.js").Conversation, kept: import("../conversations/kept.js").Kept,
   *   translations: import("./translations.js").Translations }} said
   * @param {{ readonly name: string, readonly speaks: boolean, readonly isLost: boolean }} column `name`: the visitor's; `speaks`: whether
   *   this person may answer
   */
  constructor(desk, { conversation, kept, translations }, column) {
    super();
    this.#desk = desk;
    this.#conversation = conversation;
    this.#kept = kept;
    this.#translations = translations;
    this.#column = column;
    const { mode, edits, translates, aside } = kept.kind;
    this.#typedAs = mode;
    this.#editing = edits;
    this.#translating = translates;
    this.#aside = aside;
    this.#attach = button("composer-mode composer-attach", desk.words("file.attach"), () => {}, "attach");
    this.#build();
  }

  #build() {
    const { text } = this.#desk;
    this.root.className = "composer pane-composer";
    const modes = element("div", "composer-modes");
    modes.setAttribute("role", "group");
    modes.setAttribute("aria-label", text("composer.modes"));
    for (const mode of /** @type {const} */ (["reply", "note"])) {
      const made = button("composer-mode", text(`composer.mode.${mode}`), () => this.write(mode));
      this.#modeButtons.set(mode, made);
      modes.append(made);
    }
    modes.append(
      this.#attach,
      button("composer-mode composer-replies", text("replies.open"), () => this.offerReplies()),
    );
    this.#field.name = "text";
    this.#field.rows = 1;
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#editing !== undefined) this.#stopEditing();
      if (event.key === "Escape" && this.#translating !== undefined) this.write(this.#wanted);
    });
    this.#field.addEventListener("input", () => this.#typed());
    const send = document.createElement("button");
    send.className = "button button-main button-icon composer-send";
    send.append(iconButton("", "send", () => {}).firstElementChild ?? "", element("span", "visually-hidden", text("composer.send")));
    send.querySelector("svg")?.classList.add("icon-directed");
    number += 1;
    this.#hint.id = `composer-hint-${number}`;
    this.#field.setAttribute("aria-describedby", this.#hint.id);
    this.root.append(modes, this.#tray, this.#field, send, this.#hint);
  }

  /** What is typed can be sent from now on. @param {HTMLElement} zone where files may be dropped */
  open(zone) {
    this.#files = new FileTray({
      place: this.#tray,
      button: this.#attach,
      zone,
      field: this.#field,
      conversation: this.#conversation.id,
      text: this.#desk.words,
      isOpen: () => this.#attaches,
    });
    this.#composer = new Composer(this.root, this.#conversation, {
      kept: this.#kept,
      review: (typed) => this.#review(typed),
      command: () => (this.#mode === "note" ? "note.add" : "message.send"),
      mark: () => (this.#translating === undefined ? undefined : { about: this.#translating, kind: "translation" }),
      attachments: () => (this.#attaches ? this.#files?.taken() : undefined) ?? [],
    });
    this.#suggestions = new Suggestions(this.root, this.#field, {
      overview: this.#desk.overview,
      isNote: () => this.#mode === "note",
      queue: () => this.#line?.queue,
      values: () => this.#values(),
      text: this.#desk.text,
    });
    this.#composer.addEventListener("sent", (event) => {
      this.#files?.sent(/** @type {CustomEvent} */ (event).detail);
      this.#typed();
      if (this.#translating === undefined) this.dispatchEvent(new Event("sent"));
      else this.#translated();
    });
  }

  /** Uploads that were not sent are given up. */
  leave() {
    this.#files?.leave();
  }

  get #line() {
    return this.#desk.line(this.#conversation.id);
  }

  /** Files go to the visitor, with an answer; a note has none. */
  get #attaches() {
    return this.#mode === "reply" && this.#conversation.state === "open" && this.#editing === undefined;
  }

  get #mode() {
    return this.#column.speaks && this.#translating === undefined ? (this.#typedAs ?? this.#wanted) : "note";
  }

  /** What stands in the box is what it was typed as, and is kept as that. */
  #typed() {
    const before = this.#mode;
    this.#typedAs = this.#field.value === "" ? undefined : (this.#typedAs ?? before);
    this.#keep();
    if (this.#mode !== before) this.show();
  }

  #keep() {
    this.#kept.kind = { mode: this.#typedAs, edits: this.#editing, translates: this.#translating, aside: this.#aside };
  }

  get hasFocus() {
    return document.activeElement === this.#field;
  }

  /** @returns {boolean} false when nothing can be written here */
  focus() {
    if (!this.#composer || this.#field.readOnly || this.#field.disabled) return false;
    this.#field.focus();
    return true;
  }

  /** Goes to where one answers; what stands there already stays what it is. */
  answer() {
    this.#wanted = "reply";
    this.#changed();
  }

  /** @param {Mode} mode of what is written from now on, and of what stands in the box */
  write(mode) {
    if (this.#editing !== undefined && mode === "note") this.#stopEditing();
    this.#translating = undefined;
    this.#wanted = mode;
    // They say themselves what the words in the box are to be.
    if (this.#typedAs) this.#typedAs = mode;
    this.#changed();
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

  /** What was not sent stands in the box again. @param {import("../conversations/history.js").Item} item */
  putBack(item) {
    this.#files?.putBack(item.attachments ?? []);
    // With it whatever else stands in the box: nothing of a note may go to the visitor.
    if (item.kind === "note.added") this.write("note");
    this.insert(this.#conversation.discard(item.key));
  }

  /** Puts a message better. @param {number} sequence @param {string} words */
  edit(sequence, words) {
    if (this.#editing === undefined && this.#field.value !== "") this.#aside = { text: this.#field.value, as: this.#kept.kind };
    this.#translating = undefined;
    this.#editing = sequence;
    this.#fill(words, "reply");
    this.#changed();
  }

  /** Writes a translation for the team. @param {number} [sequence] the last of the visitor's, if none is named */
  translate(sequence = this.#translations.lastSaid) {
    if (sequence === undefined) return;
    if (this.#editing !== undefined) this.#stopEditing();
    this.#translating = sequence;
    this.#changed();
  }

  /** Draws it as it stands now. */
  show() {
    const { name, speaks, isLost } = this.#column;
    const isClosed = this.#conversation.state === "closed";
    const { text } = this.#desk;
    const [mode, line] = [this.#mode, this.#line];
    if (line) this.#field.lang = mode === "reply" ? line.language : document.documentElement.lang;
    for (const [one, made] of this.#modeButtons) {
      made.setAttribute("aria-pressed", String(one === mode));
      made.disabled = isClosed || isLost || (one === "reply" && !speaks);
    }
    this.root.classList.toggle("is-noting", mode === "note");
    this.root.hidden = isLost;
    this.#attach.hidden = !this.#attaches;
    this.#tray.hidden = !this.#attaches;
    this.#field.placeholder =
      this.#translating === undefined ? text(mode === "note" ? "composer.note" : "composer.reply", { name }) : text("composer.translation");
    this.#field.setAttribute("aria-label", this.#field.placeholder);
    this.#hint.textContent = text(this.#hinted);
  }

  /** @param {string} words @param {Mode} [mode] */
  #fill(words, mode) {
    this.#typedAs = words === "" ? undefined : mode;
    if (this.#composer) this.#composer.text = words;
    this.#keep();
  }

  /** Something else is written from now on. */
  #changed() {
    this.#keep();
    this.show();
    this.#field.focus();
  }

  get #hinted() {
    if (this.#editing !== undefined) return "composer.editing";
    if (this.#translating !== undefined) return "composer.translating";
    return this.#mode === "note" ? "composer.noteHint" : "composer.hint";
  }

  /**
   * @param {string} typed
   * @returns {Promise<boolean>} whether it is to be sent as a message
   */
  async #review(typed) {
    if (kindsIn(typed).length > 0 && !(await this.#isMeant())) return false;
    if (this.#editing !== undefined) {
      // What was refused stays in the box.
      try {
        await this.#conversation.edit(this.#editing, typed);
        this.#stopEditing();
      } catch (refusal) {
        this.#desk.fail(refusal);
      }
      return false;
    }
    if (this.#mode === "note") {
      const conversation = this.#conversation.id;
      for (const { person } of mentioned(typed, this.#desk.overview()?.colleagues ?? []))
        this.#desk.live.command("enquiry.mention", { conversation, person }).catch(this.#desk.fail);
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

  /** What was in the box before is there again. */
  #stopEditing() {
    const before = this.#aside;
    [this.#editing, this.#aside, this.#translating] = [undefined, undefined, before?.as?.translates];
    this.#fill(before?.text ?? "", before?.as?.mode);
    this.show();
  }

  #translated() {
    this.#translating = undefined;
    this.#keep();
    this.#translations.given();
    this.show();
  }

  #values() {
    const visitor = this.#conversation.people.find((person) => person.part === "visitor");
    return { "visitor.name": visitor?.name, "agent.name": this.#desk.overview()?.name, "site.name": this.#line?.siteName };
  }
}
