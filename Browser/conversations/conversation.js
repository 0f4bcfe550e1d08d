/**
 * One conversation as this page knows it.
 *
 * **Every message is shown once and in the server's order; what was typed is either acknowledged or still here.**
 *
 * @module
 */
import { uuid } from "../live/id.js";

/** @typedef {import("../live/live.js").Live} Live */
/** @typedef {import("../live/protocol.js").ConversationView} View */
/** @typedef {import("../live/protocol.js").ConversationPerson} Person */
/** @typedef {import("../live/protocol.js").ConversationEvent} ServerEvent */
/** @typedef {"queued" | "failed" | "sent" | "delivered" | "read"} Progress */

/**
 * A line of the timeline. `sequence` is missing while a message is on its way.
 *
 * @typedef {{
 *   key: string, sequence?: number, kind: string, stream?: string, at: number, from?: string, part?: string, name?: string, isOwn: boolean,
 *   text?: string, attachments?: any[], masked?: string[], isEdited?: boolean, isWithdrawn?: boolean, problem?: any, body?: any, mark?: NoteMark,
 * }} Item
 */
/** @typedef {import("../live/protocol.js").NoteMark} NoteMark */

/** Pause between two signs of typing, and after which the others are told it ended, in milliseconds. */
const TYPING_EVERY = 3000;
const TYPING_ENDS = 6000;

/**
 * Events: `changed` (detail: the item, or nothing when much changed), `people` (receipts, comings, typing), `state`, `lost` when this
 * person may not hear it any more.
 */
export class Conversation extends EventTarget {
  #live;
  #kept;
  /** @type {View | undefined} */
  #view;
  /** @type {Map<string, Item>} by the browser's id for messages, by stream and sequence for the rest */
  #items = new Map();
  /** @type {Map<string, Person>} */
  #people = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #typing = new Map();
  #delivered = 0;
  #read = 0;
  #typedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #stopsTyping;
  /** @type {(() => void)[]} */
  #endings = [];

  /**
   * @param {Live} live
   * @param {string} id
   * @param {import("./kept.js").Kept} [kept]
   */
  constructor(live, id, kept) {
    super();
    this.#live = live;
    this.#kept = kept;
    this.id = id;
  }

  /** @returns {"open" | "closed"} */
  get state() {
    return this.#view?.state ?? "open";
  }

  get hasOlder() {
    return this.#view?.hasOlder ?? false;
  }

  get me() {
    return this.#view?.me ?? "";
  }

  get people() {
    return Array.from(this.#people.values());
  }

  /** Who is typing now, other than this person. */
  get typing() {
    return Array.from(this.#typing.keys(), (person) => this.#people.get(person)).filter((person) => person !== undefined);
  }

  /** Everything to show: what was said in the server's order, notes of the team where their time puts them, then what is on its way. */
  get items() {
    const all = Array.from(this.#items.values());
    const bySequence = (/** @type {Item} */ a, /** @type {Item} */ b) => (a.sequence ?? 0) - (b.sequence ?? 0);
    const shown = all.filter((item) => item.sequence !== undefined && item.stream !== "team").toSorted(bySequence);
    for (const note of all.filter((item) => item.sequence !== undefined && item.stream === "team").toSorted(bySequence)) {
      if (note.mark && this.#isSettled(note)) continue;
      const after = shown.findLastIndex((item) => (note.mark ? isAbout(item, note.mark.about) : item.at <= note.at));
      // What belongs to a message that is not loaded comes with it.
      if (!note.mark || after >= 0) shown.splice(after + 1, 0, note);
    }
    return shown.concat(all.filter((item) => item.sequence === undefined));
  }

  /** Whether a translation of this message is asked for and not there. @param {number} [message] any, if none is named */
  wantsTranslation(message) {
    return Array.from(this.#items.values()).some(
      (item) => item.mark?.kind === "translationWanted" && (message === undefined || item.mark.about === message) && !this.#isSettled(item),
    );
  }

  /** A wish that came true, or what is without words since its message is. @param {Item} note */
  #isSettled({ mark, isWithdrawn }) {
    if (isWithdrawn) return true;
    return (
      mark?.kind === "translationWanted" &&
      Array.from(this.#items.values()).some(
        (item) => item.mark?.kind === "translation" && item.mark.about === mark.about && !item.isWithdrawn,
      )
    );
  }

  /** How many messages of others were not seen here. */
  get unread() {
    return Array.from(this.#items.values()).filter(
      (item) => item.kind === "message.sent" && !item.isOwn && (item.sequence ?? 0) > this.#read,
    ).length;
  }

  /**
   * Loads the conversation and hears it from then on. What an earlier page could not send is sent now.
   *
   * @param {"conversation.open" | "enquiry.open"} [command]
   * @param {{ team?: boolean }} [options] whether to hear the team's stream too
   */
  async open(command = "conversation.open", { team = false } = {}) {
    const view = /** @type {View} */ (await this.#live.command(command, { conversation: this.id }));
    const stream = `conversation/${this.id}`;
    this.#show(view);
    this.#endings.push(
      this.#live.on("event", (event) => this.#hear(event)),
      this.#live.on("snapshot", (snapshot) => snapshot.stream === stream && snapshot.body && this.#show(snapshot.body)),
      this.#live.on("conversation.seen", (seen) => seen.conversation === this.id && this.#seen(seen)),
      this.#live.on("conversation.typing", (typing) => typing.conversation === this.id && this.#typed(typing)),
      this.#live.on("unheard", (unheard) => unheard.stream === stream && this.dispatchEvent(new Event("lost"))),
      this.#live.on("welcome", () => this.#catchReceipts()),
    );
    await this.#live.hear(stream, view.last);
    if (team) await this.#live.hear(`team/${this.id}`, 0);
    for (const unsent of this.#kept?.unsent ?? []) this.#post(unsent);
  }

  /** Hears it no more, as when its column is closed. */
  leave() {
    for (const end of this.#endings.splice(0)) end();
    clearTimeout(this.#stopsTyping);
    for (const timer of this.#typing.values()) clearTimeout(timer);
    for (const stream of [`conversation/${this.id}`, `team/${this.id}`]) this.#live.unhear(stream).catch(() => {});
  }

  /**
   * Says something. It is shown at once as on its way, and kept until the server has it.
   *
   * @param {string} text
   * @param {import("./upload.js").Attachment[]} [attachments] what was uploaded
   * @param {"message.send" | "note.add"} [command]
   * @param {NoteMark} [mark] what a note is to one message
   */
  say(text, attachments, command = "message.send", mark = undefined) {
    const unsent = { id: uuid(), text, attachments, command, mark };
    if (this.#kept) this.#kept.unsent = [...this.#kept.unsent, unsent];
    this.#quieten();
    return this.#post(unsent);
  }

  /**
   * Sends once more what was refused, with the same id.
   *
   * @param {string} key
   */
  again(key) {
    const item = this.#items.get(key);
    if (!item?.problem) return;
    const command = item.kind === "note.added" ? "note.add" : "message.send";
    this.#post({ id: key, text: item.text ?? "", attachments: item.attachments, command, mark: item.mark });
  }

  /**
   * Takes back what was never sent, and gives its text.
   *
   * @param {string} key
   */
  discard(key) {
    const item = this.#items.get(key);
    if (item?.sequence !== undefined) return "";
    this.#items.delete(key);
    this.#forgetUnsent(key);
    this.#changed();
    return item?.text ?? "";
  }

  /**
   * @param {number} message its sequence
   * @param {string} text
   */
  edit(message, text) {
    return this.#live.command("message.edit", { conversation: this.id, message, text });
  }

  /** @param {number} message */
  withdraw(message) {
    return this.#live.command("message.withdraw", { conversation: this.id, message });
  }

  /**
   * The visitor's answer to a call that was offered.
   *
   * @param {number} offer its sequence
   * @param {boolean} accepts
   * @returns {Promise<string | undefined>} where the call is
   */
  async answerCall(offer, accepts) {
    const answer = await this.#live.command("call.answerOffer", { conversation: this.id, offer, accepts });
    return answer?.url;
  }

  /** Loads the page before the first item. */
  async older() {
    if (!this.#view?.hasOlder) return;
    const before = Math.min(
      ...Array.from(this.#items.values(), (item) => (item.stream === "team" ? Infinity : (item.sequence ?? Infinity))),
    );
    const page = await this.#live.command("conversation.older", { conversation: this.id, before });
    this.#view.hasOlder = page.hasOlder;
    for (const event of page.events) this.#take(event);
    this.#changed();
  }

  /** Tells the others that this person has seen everything that is here. */
  see() {
    if (this.#read >= this.#delivered) return;
    this.#read = this.#delivered;
    this.#tellSeen();
  }

  /** A key was pressed in the composer. */
  type() {
    clearTimeout(this.#stopsTyping);
    this.#stopsTyping = setTimeout(() => this.#quieten(), TYPING_ENDS);
    if (Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#tellTyping(true);
  }

  /**
   * How far an own message got with whoever of the others is furthest: of a team one is enough.
   *
   * @param {Item} item
   * @returns {Progress}
   */
  progress(item) {
    if (item.problem) return "failed";
    if (item.sequence === undefined) return "queued";
    const others = this.people.filter((person) => person.person !== this.me && person.part !== "observer");
    if (others.some((person) => person.read >= (item.sequence ?? 0))) return "read";
    return others.some((person) => person.delivered >= (item.sequence ?? 0)) ? "delivered" : "sent";
  }

  #quieten() {
    clearTimeout(this.#stopsTyping);
    if (this.#typedAt === 0) return;
    this.#typedAt = 0;
    this.#tellTyping(false);
  }

  /** @param {boolean} isTyping */
  #tellTyping(isTyping) {
    this.#live.command("conversation.type", { conversation: this.id, isTyping }, { lifetime: TYPING_EVERY }).catch(() => {});
  }

  #tellSeen() {
    const fields = { conversation: this.id, delivered: this.#delivered, read: this.#read };
    // Said again after a reconnect by whatever comes then, so it need not wait.
    this.#live.command("conversation.see", fields, { lifetime: 10_000 }).catch(() => {});
  }

  /** @param {{ id: string, text: string, attachments?: any[], command?: string, mark?: NoteMark }} unsent */
  async #post({ id, text, attachments, command = "message.send", mark }) {
    const stream = command === "note.add" ? "team" : "conversation";
    const item = {
      key: id,
      kind: command === "note.add" ? "note.added" : "message.sent",
      stream,
      at: Date.now(),
      isOwn: true,
      from: this.me,
      text,
      attachments,
      mark,
    };
    this.#items.set(id, item);
    this.#changed(item);
    try {
      const files = attachments?.length ? { attachments: attachments.map((file) => file.id) } : {};
      const fields = { conversation: this.id, text, ...files, ...(mark ? { mark } : {}) };
      await this.#live.command(/** @type {"message.send"} */ (command), fields, { id });
      this.#forgetUnsent(id);
    } catch (refusal) {
      const shown = this.#items.get(id);
      // The event may have come although the answer did not.
      if (!shown || shown.sequence !== undefined) return;
      shown.problem = /** @type {import("../live/refusal.js").Refusal} */ (refusal).problem;
      this.#changed(shown);
    }
  }

  /** @param {string} id */
  #forgetUnsent(id) {
    if (this.#kept) this.#kept.unsent = this.#kept.unsent.filter((unsent) => unsent.id !== id);
  }

  /** @param {View} view */
  #show(view) {
    this.#view = view;
    for (const person of view.people) this.#people.set(person.person, person);
    const mine = this.#people.get(view.me);
    this.#read = Math.max(this.#read, mine?.read ?? 0);
    for (const [key, item] of this.#items) if (item.sequence !== undefined && item.stream !== "team") this.#items.delete(key);
    for (const event of view.events) this.#take(event);
    this.#arrived(view.last);
    this.#changed();
    this.dispatchEvent(new Event("people"));
    this.dispatchEvent(new Event("state"));
  }

  /** @param {import("../live/protocol.js").DurableEvent} event */
  #hear(event) {
    const [name, id] = event.stream.split("/");
    if (id !== this.id || (name !== "conversation" && name !== "team")) return;
    const item = this.#take(event, name);
    if (name === "conversation") this.#arrived(event.sequence);
    // Who says something has seen what is before it; the server moves their receipt without a word.
    if (event.kind === "message.sent" && item?.from) this.#seen({ person: item.from, delivered: event.sequence, read: event.sequence });
    this.#changed(item);
  }

  /**
   * Receipts are not events: what moved while the link was down is asked for.
   */
  async #catchReceipts() {
    try {
      const view = /** @type {View} */ (await this.#live.command("conversation.open", { conversation: this.id }, { lifetime: 10_000 }));
      for (const person of view.people) this.#seen(person, false);
      this.dispatchEvent(new Event("people"));
    } catch {
      // The next reconnect asks again.
    }
  }

  /** @param {number} sequence */
  #arrived(sequence) {
    if (sequence <= this.#delivered) return;
    this.#delivered = sequence;
    this.#tellSeen();
  }

  /**
   * @param {ServerEvent} event
   * @param {string} [stream]
   * @returns {Item | undefined}
   */
  #take(event, stream = "conversation") {
    const { sequence, kind, at, body } = event;
    if (kind === "message.edited" || kind === "message.withdrawn") return this.#amend(kind, body);
    const key = body?.id ?? `${stream}/${sequence}`;
    if (body?.id) this.#forgetUnsent(body.id);
    /** @type {Item} */
    const item = {
      key,
      sequence,
      kind,
      stream,
      at,
      body,
      isOwn: body?.from === this.me,
      from: body?.from ?? body?.person ?? body?.by,
      part: body?.part,
      name: body?.name,
      text: body?.text,
      attachments: body?.attachments,
      masked: body?.masked,
      isEdited: body?.editedAt !== undefined,
      isWithdrawn: body?.isWithdrawn,
      mark: body?.mark,
    };
    this.#items.set(key, item);
    if (item.from) this.#stopTyping(item.from);
    if (body?.person && body?.part) this.#came(kind, body);
    if (kind === "conversation.closed" || kind === "conversation.reopened")
      this.#become(kind === "conversation.closed" ? "closed" : "open");
    return item;
  }

  /**
   * @param {string} kind
   * @param {{ message: number, text?: string, masked?: string[] }} change
   */
  #amend(kind, change) {
    const item = Array.from(this.#items.values()).find(({ stream, sequence }) => stream === "conversation" && sequence === change.message);
    if (!item) return undefined;
    // A later change says how it stands; the words of this one are gone.
    if (kind === "message.edited" && change.text === undefined) return item;
    item.text = change.text ?? "";
    item.masked = change.masked;
    item.isEdited = kind === "message.edited";
    item.isWithdrawn = kind === "message.withdrawn";
    if (item.isWithdrawn) item.attachments = undefined;
    // What was said of the old words is gone with them.
    for (const note of this.#items.values()) {
      if (note.mark?.about !== change.message) continue;
      note.text = "";
      note.isWithdrawn = true;
    }
    return item;
  }

  /**
   * @param {string} kind
   * @param {{ person: string, part: import("../live/protocol.js").Part, name: string }} coming
   */
  #came(kind, { person, part, name }) {
    const known = this.#people.get(person) ?? { person, delivered: 0, read: 0 };
    this.#people.set(person, { ...known, part, name, isPresent: kind !== "participant.left" });
    this.dispatchEvent(new Event("people"));
  }

  /** @param {"open" | "closed"} state */
  #become(state) {
    if (!this.#view || this.#view.state === state) return;
    this.#view.state = state;
    this.dispatchEvent(new Event("state"));
  }

  /**
   * Receipts only move forward (complaint: delivered became sent again).
   *
   * @param {{ person: string, delivered: number, read: number }} seen
   * @param {boolean} [tells]
   */
  #seen({ person, delivered, read }, tells = true) {
    const known = this.#people.get(person);
    if (!known) return;
    known.delivered = Math.max(known.delivered, delivered);
    known.read = Math.max(known.read, read);
    if (person === this.me) this.#read = Math.max(this.#read, read);
    if (tells) this.dispatchEvent(new Event("people"));
  }

  /** @param {{ person: string, isTyping: boolean }} typing */
  #typed({ person, isTyping }) {
    this.#stopTyping(person);
    // Whoever vanishes while typing does not type for ever.
    if (isTyping)
      this.#typing.set(
        person,
        setTimeout(() => this.#stopTyping(person), TYPING_ENDS + TYPING_EVERY),
      );
    this.dispatchEvent(new Event("people"));
  }

  /** @param {string} person */
  #stopTyping(person) {
    clearTimeout(this.#typing.get(person));
    if (this.#typing.delete(person)) this.dispatchEvent(new Event("people"));
  }

  /** @param {Item} [item] */
  #changed(item) {
    this.dispatchEvent(new CustomEvent("changed", { detail: item }));
  }
}

/** @param {Item} item @param {number} message */
function isAbout(item, message) {
  return item.stream === "team" ? item.mark?.about === message : item.sequence === message;
}
