/** The panel of text beside the call. */
import { language } from "../design/text.js";
import { onAction, region, say } from "./hooks.js";

const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });

/** Event `arrived` when something came while the panel was closed. */
export class Chat extends EventTarget {
  #root;
  #session;
  #text;
  #peerName;
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  #unread = 0;

  /**
   * @param {HTMLElement} root
   * @param {import("./callSession.js").CallSession} session
   * @param {import("../design/text.js").Text} text
   * @param {string} peerName
   */
  constructor(root, session, text, peerName) {
    super();
    this.#root = root;
    this.#session = session;
    this.#text = text;
    this.#peerName = peerName;
    session.addEventListener("words", (event) => this.#show(/** @type {CustomEvent} */ (event).detail));
    onAction(root, { chat: () => this.toggle(), "chat-close": () => this.close() });
    const composer = region(root, "composer", HTMLFormElement);
    composer.addEventListener("submit", (event) => this.#submit(event, composer));
    this.#field.addEventListener("keydown", (event) => this.#keyed(event, composer));
    region(root, "chat", HTMLElement).addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  get isOpen() {
    return this.#root.dataset.chat === "open";
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
    if (this.#session.text.write(this.#field.value)) composer.reset();
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

  /** @param {import("./text.js").Words} words */
  #show(words) {
    const known = this.#shown.get(words.id);
    const item = known ?? this.#make(words);
    item.toggleAttribute("data-waiting", !words.isDelivered);
    const at = item.querySelector('[data-message="at"]');
    if (at instanceof HTMLElement) say(at, this.#timeOf(words));
    if (known) return;
    this.#shown.set(words.id, item);
    region(this.#root, "messages", HTMLElement).append(item);
    this.#scroll();
    if (words.isOwn || this.isOpen) return;
    this.#unread += 1;
    this.#showUnread();
    this.dispatchEvent(new Event("arrived"));
  }

  /** @param {import("./text.js").Words} words */
  #make(words) {
    const copy = /** @type {DocumentFragment} */ (region(this.#root, "message-template", HTMLTemplateElement).content.cloneNode(true));
    const item = /** @type {HTMLElement} */ (copy.firstElementChild);
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (item.querySelector(`[data-message="${name}"]`));
    part("from").textContent = words.isOwn ? this.#text("chat.you") : this.#peerName;
    part("text").textContent = words.text;
    const at = /** @type {HTMLTimeElement} */ (part("at"));
    at.dateTime = new Date(words.at).toISOString();
    item.toggleAttribute("data-own", words.isOwn);
    return item;
  }

  /** @param {import("./text.js").Words} words */
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
