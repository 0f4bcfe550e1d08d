/**
 * The conversation on the visitor's side.
 *
 * @module
 */
import { Composer } from "../conversations/composer.js";
import { Conversation } from "../conversations/conversation.js";
import { FileTray } from "../conversations/fileTray.js";
import { ShownFiles } from "../conversations/shownFiles.js";
import { render } from "../conversations/text.js";
import { element, Timeline } from "../conversations/timeline.js";
import { textOf } from "../design/text.js";
import { Live } from "../live/live.js";
import { Refusal } from "../live/refusal.js";
import { mayGo } from "./caution.js";
import { OwnEnquiry } from "./own.js";

export { mayGo };

/** How often somebody who waits asks for their place, in milliseconds. */
const ASK_EVERY = 20_000;

/**
 * @typedef {{
 *   conversation: string, token: string, kept: import("../conversations/kept.js").Kept, place: import("./place.js").Place,
 *   part: (name: string) => HTMLElement, text: import("../design/text.js").Text, tellLink: (words?: string) => void,
 * }} Parts
 */

/** Events: `unread`; `lost` when the token opens nothing any more; `again` when the visitor wants a new conversation. */
export class Chat extends EventTarget {
  #parts;
  #live;
  #conversation;
  #leaving = new AbortController();
  /** @type {Composer | undefined} */
  #composer;
  /** @type {FileTray | undefined} */
  #files;
  #isLookedAt = true;
  #heard = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #asking;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.#parts = parts;
    this.own = new OwnEnquiry(parts.token);
    const address = new URL("/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#live = new Live({ open: () => new WebSocket(address, ["sotto", `bearer.${parts.token}`]) });
    this.#conversation = new Conversation(this.#live, parts.conversation, parts.kept);
  }

  get unread() {
    return this.#isLookedAt ? 0 : this.#conversation.unread;
  }

  get state() {
    return this.#conversation.state;
  }

  async open() {
    const { part, kept, text, tellLink } = this.#parts;
    const { signal } = this.#leaving;
    const live = this.#live;
    live.on("link", ({ name }) => {
      tellLink(name === "waiting" || name === "connecting" ? text("trying") : undefined);
      if (name === "signedOut") this.dispatchEvent(new Event("lost"));
    });
    live.connect();
    for (const type of ["online", "offline"]) addEventListener(type, () => live.hurry(), { signal });
    addEventListener("pagehide", () => live.rest(), { signal });
    addEventListener("pageshow", (event) => event.persisted && live.connect(), { signal });
    document.addEventListener("visibilitychange", () => this.look(this.#isLookedAt), { signal });
    document.addEventListener("focusin", () => this.look(true), { signal });
    const words = await textOf("conversations");
    const timeline = new Timeline(part("log"), this.#conversation, words, {
      decorate: (row, item) => this.#decorate(row, item),
      files: new ShownFiles(live, words),
      render: (said) => render(said, { leave: "/leave?to=" }),
    });
    // A form of an earlier conversation has listeners of its own.
    const form = /** @type {HTMLFormElement} */ (part("composer").cloneNode(true));
    part("composer").replaceWith(form);
    this.#files = new FileTray({
      place: part("files"),
      button: part("attach"),
      zone: document.body,
      field: /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text")),
      conversation: this.#parts.conversation,
      token: this.#parts.token,
      text: words,
      isOpen: () => this.state === "open" && this.#edited === undefined && !part("attach").hidden,
    });
    this.#composer = new Composer(form, this.#conversation, {
      kept,
      review: (draft) => this.#review(draft),
      attachments: () => (this.#edited === undefined ? this.#files?.taken() : undefined) ?? [],
    });
    part("stopEditing").addEventListener("click", () => this.#stopEditing());
    form.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#edited !== undefined) this.#stopEditing();
    });
    this.#showEditing();
    this.#composer.addEventListener("sent", (event) => {
      this.#files?.sent(/** @type {CustomEvent} */ (event).detail);
      timeline.toEnd();
    });
    this.#conversation.addEventListener("changed", () => this.#noticed());
    this.#conversation.addEventListener("people", () => this.#people());
    this.#conversation.addEventListener("state", () => this.#follow());
    this.#conversation.addEventListener("lost", () => this.dispatchEvent(new Event("lost")));
    try {
      await this.#conversation.open();
    } catch {
      if (!signal.aborted) this.dispatchEvent(new Event("lost"));
      return;
    }
    timeline.toEnd();
    this.#follow();
    this.#ask();
  }

  leave() {
    this.#leaving.abort();
    clearTimeout(this.#asking);
    this.#files?.leave();
    this.#conversation.leave();
    this.#live.stop();
  }

  focus() {
    this.#composer?.focus();
  }

  /** Ends the conversation. */
  end() {
    return this.#live.command("enquiry.close", { conversation: this.#parts.conversation });
  }

  /** Whether the chat is on the screen: then what is in it counts as seen. @param {boolean} isLookedAt */
  look(isLookedAt) {
    this.#isLookedAt = isLookedAt;
    if (document.visibilityState !== "visible") return;
    this.#live.hurry();
    if (isLookedAt) this.#conversation.see();
    this.dispatchEvent(new Event("unread"));
  }

  #noticed() {
    if (this.#isLookedAt && document.visibilityState === "visible") this.#conversation.see();
    else if (this.#conversation.unread > this.#heard && this.#parts.place.now.sound) import("./sound.js").then(({ chime }) => chime());
    this.#heard = this.#conversation.unread;
    this.dispatchEvent(new Event("unread"));
  }

  #people() {
    const { part, text } = this.#parts;
    if (this.state === "closed") return;
    const agents = this.#conversation.people.filter((person) => person.isPresent && (person.part === "agent" || person.part === "bot"));
    if (agents.length > 0) part("status").textContent = text("with", { names: agents.map((agent) => agent.name).join(", ") });
    if (agents.length > 0) part("waiting").hidden = true;
  }

  /** Where somebody who waits stands, asked for now and then while it is looked at. */
  async #ask() {
    clearTimeout(this.#asking);
    if (this.#leaving.signal.aborted || this.state === "closed") return;
    const { part, text } = this.#parts;
    const own = document.visibilityState === "visible" ? await this.own.state().catch(() => undefined) : undefined;
    if (own) {
      part("waiting").hidden = !own.waiting && own.channel !== "message";
      part("waiting").textContent =
        own.channel === "message" ? text(own.hasEmail ? "answeredByMail" : "answeredHere") : own.waiting ? this.#words(own.waiting) : "";
      if (!own.waiting) part("waiting").hidden ||= own.state === "active";
      // Who looked before writing may have seen nobody: it is said anew for as long as one waits.
      else if (!own.waiting.isMessage) part("status").textContent = text(own.waiting.isStaffed ? "staffed" : "away");
    }
    if (!own || own.waiting) this.#asking = setTimeout(() => this.#ask(), ASK_EVERY);
  }

  /** @param {import("./own.js").Waiting} waiting */
  #words({ position, minutes }) {
    const { text } = this.#parts;
    const place = position === 1 ? text("next") : text("position", { count: position });
    return minutes === undefined ? place : `${place} ${text("usual", { count: minutes })}`;
  }

  async #follow() {
    const { part } = this.#parts;
    const isClosed = this.state === "closed";
    part("composer").hidden = isClosed && this.#composer?.text === "";
    part("ended").hidden = !isClosed;
    if (!isClosed) return;
    part("waiting").hidden = true;
    part("editing").hidden = true;
    // Nobody answers any more, and nothing can be changed.
    part("status").textContent = this.#parts.text("support");
    for (const actions of part("log").querySelectorAll(".message-actions")) actions.remove();
    const { showEnd } = await import("./ended.js");
    showEnd(part("ended"), this.own, this.#parts.kept, () => this.dispatchEvent(new Event("again")));
  }

  /** @param {HTMLElement} row @param {import("../conversations/history.js").Item} item */
  #decorate(row, item) {
    if (item.kind === "call.offered") import("./callOffer.js").then(({ offerCall }) => offerCall(row, item, this.#conversation));
    if (!item.isOwn || item.kind !== "message.sent" || item.isWithdrawn || this.state === "closed") return;
    const { text } = this.#parts;
    const actions = element("span", "message-actions");
    /** @param {string} label @param {() => void} does */
    const add = (label, does) => {
      const button = element("button", "plain", label);
      button.setAttribute("type", "button");
      button.addEventListener("click", does);
      actions.append(button);
    };
    const { sequence } = item;
    if (item.problem) {
      add(text("retry"), () => this.#conversation.again(item.key));
      add(text("discard"), () => {
        this.#files?.putBack(item.attachments ?? []);
        this.#putBack(this.#conversation.discard(item.key));
      });
    } else if (sequence !== undefined) {
      add(text("edit"), () => this.#edit(sequence, item.text ?? ""));
      add(text("withdraw"), () => this.#conversation.withdraw(sequence).catch(() => {}));
    }
    row.querySelector(".message-foot")?.prepend(actions);
  }

  /** Into the box, in front of what is there already: nothing typed is lost. @param {string} words */
  #putBack(words) {
    if (!this.#composer) return;
    this.#composer.text = [words, this.#composer.text].filter(Boolean).join("\n");
    this.#composer.focus();
  }

  /** The message that is being put better, if one is: also after the page was loaded again. */
  get #edited() {
    return this.#parts.kept.kind.edits;
  }

  /** Puts a message into the box; what stood there comes back afterwards. @param {number} sequence @param {string} words */
  #edit(sequence, words) {
    if (!this.#composer) return;
    const { kept } = this.#parts;
    kept.kind = { edits: sequence, aside: kept.kind.aside ?? { text: this.#composer.text } };
    this.#composer.text = words;
    this.#showEditing();
    this.#composer.focus();
  }

  #stopEditing() {
    const { kept } = this.#parts;
    const { aside } = kept.kind;
    kept.kind = {};
    this.#showEditing();
    if (!this.#composer) return;
    this.#composer.text = aside?.text ?? "";
    this.#composer.focus();
  }

  /** @param {string} [problem] why it could not be changed */
  #showEditing(problem) {
    const { part, text } = this.#parts;
    part("editing").hidden = this.#edited === undefined;
    part("editingWords").textContent = problem ?? text("editing");
  }

  /** A changed message goes another way than a new one, and stays in the box until the server has it. @param {string} draft */
  async #review(draft) {
    if (!(await mayGo([draft]))) return false;
    const message = this.#edited;
    if (message === undefined) return true;
    try {
      await this.#conversation.edit(message, draft);
      if (this.#edited === message) this.#stopEditing();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.#showEditing(refusal.message);
    }
    return false;
  }
}
