/**
 * One conversation as this page knows it.
 *
 * **Every message is shown once and in the server's order; what was typed is either acknowledged or still here.**
 *
 * @module
 */
import { uuid } from "../live/id.js";
import { History } from "./history.js";
import { Participants } from "./participants.js";
import { TYPING_EVERY, Typing } from "./typing.js";

/** @typedef {import("../live/live.js").Live} Live */
/** @typedef {import("../live/protocol.js").ConversationView} View */
/** @typedef {import("../live/protocol.js").ConversationEvent} ServerEvent */
/** @typedef {"queued" | "failed" | "sent" | "delivered" | "read"} Progress */
/** @typedef {import("./history.js").Item} Item */
/** @typedef {import("../live/protocol.js").NoteMark} NoteMark */

/**
 * Events: `changed` (detail: the item, or nothing when much changed), `people` (receipts, comings, typing), `state`, `lost` when this
 * person may not hear it any more.
 */
export class Conversation extends EventTarget {
  #live;
  #kept;
  /** @type {View | undefined} */
  #view;
  #history = new History();
  #participants = new Participants();
  #typing = new Typing(
    (isTyping) => this.#tellTyping(isTyping),
    () => this.dispatchEvent(new Event("people")),
  );
  #delivered = 0;
  #read = 0;
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
    return this.#participants.all;
  }

  /** Who is typing now, other than this person. */
  get typing() {
    return this.#typing.people.map((person) => this.#participants.at(person)).filter((person) => person !== undefined);
  }

  /** Everything to show, in its order. */
  get items() {
    return this.#history.shown;
  }

  /** Whether a translation of this message is asked for and not there. @param {number} [message] any, if none is named */
  wantsTranslation(message) {
    return this.#history.wantsTranslation(message);
  }

  /** How many messages of others were not seen here. */
  get unread() {
    return this.#history.after(this.#read);
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
      this.#live.on("conversation.typing", (typing) => typing.conversation === this.id && this.#typing.hear(typing)),
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
    this.#typing.leave();
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
    this.#typing.quieten();
    return this.#post(unsent);
  }

  /**
   * Sends once more what was refused, with the same id.
   *
   * @param {string} key
   */
  again(key) {
    const item = this.#history.item(key);
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
    const words = this.#history.discard(key);
    if (words === undefined) return "";
    this.#forgetUnsent(key);
    this.#changed();
    return words;
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
    const page = await this.#live.command("conversation.older", { conversation: this.id, before: this.#history.first });
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
    this.#typing.type();
  }

  /** What was begun in the composer is gone again. */
  quieten() {
    this.#typing.quieten();
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
    return this.#participants.reached(item.sequence, this.me);
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

  /** @param {import("./kept.js").Unsent} unsent */
  async #post(unsent) {
    const { id, text, attachments, command = "message.send", mark } = unsent;
    this.#changed(this.#history.send(unsent, this.me));
    try {
      const files = attachments?.length ? { attachments: attachments.map((file) => file.id) } : {};
      const fields = { conversation: this.id, text, ...files, ...(mark ? { mark } : {}) };
      await this.#live.command(/** @type {"message.send"} */ (command), fields, { id });
      this.#forgetUnsent(id);
    } catch (refusal) {
      const shown = this.#history.item(id);
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
    this.#participants.show(view.people);
    this.#read = Math.max(this.#read, this.#participants.at(view.me)?.read ?? 0);
    this.#history.restart();
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

  /** Receipts are not events: what moved while the link was down is asked for. */
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
    const { kind, body } = event;
    const item = this.#history.take(event, stream, this.me);
    if (kind === "message.edited" || kind === "message.withdrawn") return item;
    if (body?.id) this.#forgetUnsent(body.id);
    if (item?.from) this.#typing.stop(item.from);
    if (body?.person && body?.part) {
      this.#participants.came(body, kind !== "participant.left");
      this.dispatchEvent(new Event("people"));
    }
    if (kind === "conversation.closed" || kind === "conversation.reopened")
      this.#become(kind === "conversation.closed" ? "closed" : "open");
    return item;
  }

  /** @param {"open" | "closed"} state */
  #become(state) {
    if (!this.#view || this.#view.state === state) return;
    this.#view.state = state;
    this.dispatchEvent(new Event("state"));
  }

  /** @param {{ person: string, delivered: number, read: number }} receipt @param {boolean} [tells] */
  #seen(receipt, tells = true) {
    if (!this.#participants.saw(receipt)) return;
    if (receipt.person === this.me) this.#read = Math.max(this.#read, receipt.read);
    if (tells) this.dispatchEvent(new Event("people"));
  }

  /** @param {Item} [item] */
  #changed(item) {
    this.dispatchEvent(new CustomEvent("changed", { detail: item }));
  }
}
