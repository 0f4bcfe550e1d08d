/**
 * The head of a conversation's column: who it is with, where it stands, and what is done with it as a whole.
 *
 * @module
 */
import { button, element, face, iconButton, languageName } from "./parts.js";

/** @typedef {import("./protocol.js").Line} Line */

let number = 0;

export class PaneHead {
  #id;
  #text;
  #name = element("h2", "pane-name");
  #meta = element("p", "pane-meta");
  #face = element("span", "pane-face");
  #take;
  root = element("header", "pane-head");

  /**
   * @param {string} id of the conversation
   * @param {import("./pane.js").Desk} desk
   */
  constructor(id, { text, act, menu }) {
    number += 1;
    this.#id = id;
    this.#text = text;
    this.#name.id = `pane-${number}`;
    this.#name.tabIndex = -1;
    this.#take = button("button button-main button-small", text("act.take"), () => act("take", id));
    const names = element("div", "pane-names");
    names.append(this.#name, this.#meta);
    const back = iconButton(text("pane.back"), "back", () => act("back", id), true);
    back.classList.add("pane-back");
    const card = iconButton(text("act.card"), "info", () => act("card", id));
    card.classList.add("pane-card-button");
    const more = iconButton(text("pane.more"), "more", () => menu(id, more));
    more.setAttribute("aria-haspopup", "menu");
    const close = iconButton(text("pane.close"), "close", () => act("close", id));
    close.classList.add("pane-close");
    this.root.append(back, this.#face, names, this.#take, card, more, close);
  }

  /** The id of the element that names the column. */
  get label() {
    return this.#name.id;
  }

  /** Whether one can take it. */
  get offers() {
    return !this.#take.hidden;
  }

  focus() {
    this.#name.focus();
  }

  focusTake() {
    this.#take.focus();
  }

  /**
   * @param {string} name of the visitor
   * @param {Line | undefined} line
   * @param {{ isOver: boolean, speaks: boolean }} standing `isOver`: closed, or not heard any more
   */
  show(name, line, { isOver, speaks }) {
    this.#name.textContent = name;
    this.#face.replaceChildren(face(name, this.#id));
    const agent = line?.agent && this.#text("line.agent", { name: line.agent.name });
    const said = [line?.queueName, line?.siteName, line && languageName(line.language), agent];
    this.#meta.textContent = said.filter(Boolean).join(" · ");
    const isOnTake = document.activeElement === this.#take;
    this.#take.hidden = isOver || !line || (line.isMine && line.state === "active" && speaks);
    if (line?.agent && !line.isMine && line.state === "active") this.#take.hidden = true;
    // Taken by somebody else, perhaps: whoever stood on the button goes on from the head of the column, not from that of the page.
    if (isOnTake && this.#take.hidden) this.#name.focus();
  }
}
