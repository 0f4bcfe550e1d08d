/**
 * Adds to the rows of a conversation what only the team has: buttons at messages, ways out of what was not sent, and the language of the
 * visitor's words.
 *
 * @module
 */
import { button, element } from "./parts.js";

/** @typedef {import("../conversations/history.js").Item} Item */

/**
 * @typedef {{
 *   edit: (sequence: number, words: string) => void, withdraw: (sequence: number) => void, again: (key: string) => void,
 *   discard: (item: Item) => void, translate: (sequence: number) => void, askTranslation: (sequence: number) => void,
 * }} Acts
 */

export class RowTools {
  #text;
  #conversation;
  #acts;

  /**
   * @param {import("../conversations/conversation.js").Conversation} conversation
   * @param {(key: string, values?: Record<string, any>) => string} text
   * @param {Acts} acts
   */
  constructor(conversation, text, acts) {
    this.#conversation = conversation;
    this.#text = text;
    this.#acts = acts;
  }

  /**
   * @param {HTMLElement} row
   * @param {Item} item
   * @param {string} [language] the visitor's
   */
  decorate(row, item, language) {
    const body = row.querySelector(".message-text");
    if (body instanceof HTMLElement && language) body.lang = item.part === "visitor" ? language : document.documentElement.lang;
    if (item.kind.startsWith("enquiry.")) row.firstElementChild?.replaceChildren(this.#eventWords(item));
    // Receipts count what the visitor reads; of a note there is nothing to say.
    if (item.kind === "note.added" && item.sequence !== undefined) row.querySelector(".message-progress")?.remove();
    if (item.isWithdrawn || (item.kind !== "message.sent" && !item.problem)) return;
    const tools = element("span", "message-tools");
    tools.append(...this.#tools(item));
    if (tools.childElementCount > 0) row.querySelector(".message-foot")?.prepend(tools);
  }

  /** @param {Item} item */
  #tools(item) {
    const { sequence } = item;
    const [text, acts] = [this.#text, this.#acts];
    if (item.isOwn && item.problem)
      return [
        button("link", text("message.again"), () => acts.again(item.key)),
        button("link", text("message.discard"), () => acts.discard(item)),
      ];
    if (sequence === undefined || this.#conversation.state !== "open") return [];
    if (item.isOwn)
      return [
        button("link", text("message.edit"), () => acts.edit(sequence, item.text ?? "")),
        button("link", text("message.withdraw"), () => acts.withdraw(sequence)),
      ];
    if (!item.text) return [];
    return [
      button("link", text("message.translate"), () => acts.translate(sequence)),
      button("link", text("message.askTranslation"), () => acts.askTranslation(sequence)),
    ];
  }

  /** @param {Item} item */
  #eventWords(item) {
    const { name = "", to = "", until } = item.body ?? {};
    const when = until ? new Date(until).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : "";
    const kind = item.kind === "enquiry.snoozed" && !until ? "enquiry.snoozedOpen" : item.kind;
    return this.#text(`event.${kind}`, { name, to, when });
  }
}
