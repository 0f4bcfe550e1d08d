/** The panel of text beside a call or in a meeting. */
import { language } from "../design/text.js";
import { copyOf, onAction, part, region, say } from "./hooks.js";

const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });

/**
 * @typedef {{ id: string, from?: string, text: string, at: number, isOwn: boolean, isDelivered: boolean }} Shown `from` where there are several others
 * @typedef {EventTarget & { write(text: string): boolean }} Source events `words` with what is to be shown; `write` gives false for nothing
 */

/** Event `arrived` when something came while the panel was closed, `opened` when it opens. */
export class Chat extends EventTarget {
  #root;
  #source;
  #text;
  #peerName;
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  #unread = 0;

  /**
   * @param {HTMLElement} root
   * @param {Source} source
   * @param {import("../design/text.js").Text} text
   * @param {string} [peerName] of the only other one
   */
  constructor(root, source, text, peerName) {
    super();
    this.#root = root;
    this.#source = source;
    this.#text = text;
    this.#peerName = peerName;
    source.addEventListener("words", (event) => this.#show(/** @type {CustomEvent} */ (event).detail));
    onAction(root, { chat: () => this.toggle(), "chat-close": () => this.close() });
    const composer = region(root, "composer", HTMLFormElement);
    composer.addEventListener("submit", (event) => this.#submit(event, composer));
    this.#field.addEventListener("keydown", (event) => this.#keyed(event, composer));
    region(root, "chat", HTMLElement).addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  get isOpen() {
    return !region(this.#root, "chat", HTMLElement).hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.#open();
  }

  close() {
    if (!this.isOpen) return;
    this.#setOpen(false);
    const [button] = this.#root.querySelectorAll('[data-action="chat"]');
    if (button instanceof HTMLElement) button.focus();
  }

  get #field() {
    const field = region(this.#root, "composer", HTMLFormElement).elements.namedItem("text");
    if (!(field instanceof HTMLTextAreaElement)) throw new Error("the composer has no field");
    return field;
  }

  #open() {
    this.dispatchEvent(new Event("opened"));
    this.#setOpen(true);
    this.#unread = 0;
    this.#showUnread();
    this.#field.focus();
    this.#scroll();
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    this.#root.dataset.chat = isOpen ? "open" : "closed";
    region(this.#root, "chat", HTMLElement).hidden = !isOpen;
    for (const button of this.#root.querySelectorAll('[data-action="chat"]')) button.setAttribute("aria-expanded", String(isOpen));
  }

  /**
   * @param {Event} event
   * @param {HTMLFormElement} composer
   */
  #submit(event, composer) {
    event.preventDefault();
    if (this.#source.write(this.#field.value)) composer.reset();
    this.#field.focus();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLFormElement} composer
   */
  #keyed(event, composer) {
    // While a word is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  }

  /** @param {Shown} words */
  #show(words) {
    const known = this.#shown.get(words.id);
    const item = known ?? this.#make(words);
    item.toggleAttribute("data-waiting", !words.isDelivered);
    say(part(item, "message", "at"), this.#timeOf(words));
    if (known) return;
    this.#shown.set(words.id, item);
    region(this.#root, "messages", HTMLElement).append(item);
    this.#scroll();
    if (words.isOwn || this.isOpen) return;
    this.#unread += 1;
    this.#showUnread();
    this.dispatchEvent(new Event("arrived"));
  }

  /** @param {Shown} words */
  #make(words) {
    const item = copyOf(this.#root, "message-template");
    part(item, "message", "from").textContent = words.isOwn ? this.#text("chat.you") : (words.from ?? this.#peerName ?? "");
    part(item, "message", "text").textContent = words.text;
    const at = /** @type {HTMLTimeElement} */ (part(item, "message", "at"));
    at.dateTime = new Date(words.at).toISOString();
    item.toggleAttribute("data-own", words.isOwn);
    return item;
  }

  /** @param {Shown} words */
  #timeOf(words) {
    const time = clock.format(words.at);
    return words.isDelivered ? time : `${time} · ${this.#text("chat.undelivered")}`;
  }

  #showUnread() {
    const count = region(this.#root, "unread", HTMLElement);
    count.hidden = this.#unread === 0;
    say(count, String(this.#unread));
    count.setAttribute("aria-label", this.#text("chat.unread", { count: this.#unread }));
  }

  #scroll() {
    const log = region(this.#root, "messages", HTMLElement).closest('[role="log"]');
    log?.scrollTo({ top: log.scrollHeight });
  }
}
