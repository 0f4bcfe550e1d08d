/**
 * The box in which a message is written.
 *
 * **What was typed stays until the server has it**: through a reload, a lost network and a closed conversation.
 *
 * @module
 */

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./upload.js").Attachment} Attachment */

/** Most characters of a message, as the server counts them: Unicode scalars. */
export const LONGEST = 8000;

/** Event `sent` after something was handed over; its detail is the files that went with it. */
export class Composer extends EventTarget {
  #form;
  #field;
  #conversation;
  #kept;
  #review;
  #command;
  #mark;
  #attachments;
  #isSending = false;

  /**
   * @param {HTMLFormElement} form with a textarea named `text`
   * @param {Conversation} conversation
   * @param {{
   *   kept?: import("./kept.js").Kept,
   *   review?: (text: string) => Promise<boolean> | boolean,
   *   command?: () => "message.send" | "note.add",
   *   mark?: () => import("../live/protocol.js").NoteMark | undefined,
   *   attachments?: () => Promise<Attachment[] | undefined> | Attachment[],
   * }} [options] `review` asks before sending what looks sensitive; `attachments` waits for the files that go with it, nothing when one failed
   */
  constructor(
    form,
    conversation,
    { kept, review = () => true, command = () => "message.send", mark = () => undefined, attachments = () => [] } = {},
  ) {
    super();
    const field = form.elements.namedItem("text");
    if (!(field instanceof HTMLTextAreaElement)) throw new Error("the composer has no field");
    this.#form = form;
    this.#field = field;
    this.#conversation = conversation;
    this.#kept = kept;
    this.#review = review;
    this.#command = command;
    this.#mark = mark;
    this.#attachments = attachments;
    if (kept?.draft && !field.value) field.value = kept.draft;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    field.addEventListener("keydown", (event) => this.#keyed(event));
    field.addEventListener("input", () => this.#typed());
    conversation.addEventListener("state", () => this.#follow());
    this.#follow();
    this.#fit();
    // A telephone that is turned breaks lines elsewhere.
    let width = 0;
    new ResizeObserver(() => {
      if (field.clientWidth === width) return;
      width = field.clientWidth;
      this.#fit();
    }).observe(field);
  }

  get text() {
    return this.#field.value;
  }

  set text(text) {
    this.#field.value = text;
    this.#typed();
  }

  focus() {
    this.#field.focus();
  }

  /** Hands the text over, if there is any and nobody objects. */
  async send() {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      await this.#send();
    } finally {
      this.#isSending = false;
    }
  }

  async #send() {
    const attachments = await this.#attachments();
    const text = this.#field.value.trim();
    if (!attachments || (!text && attachments.length === 0) || [...text].length > LONGEST || this.#conversation.state === "closed") return;
    if (!(await this.#review(text))) return;
    this.#field.value = "";
    this.#keep();
    this.#fit();
    this.#conversation.say(text, attachments, this.#command(), this.#mark());
    this.dispatchEvent(new CustomEvent("sent", { detail: attachments }));
    this.focus();
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    // While a word is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  #typed() {
    this.#keep();
    this.#fit();
    if (!this.#field.value) this.#conversation.quieten();
    else if (this.#command() === "message.send") this.#conversation.type();
  }

  #keep() {
    if (this.#kept) this.#kept.draft = this.#field.value;
  }

  /** As high as its text, within what the style allows. */
  #fit() {
    this.#field.style.blockSize = "auto";
    this.#field.style.blockSize = `${this.#field.scrollHeight + 2}px`;
  }

  /** A closed conversation takes nothing, but what stands in the box stays to be copied. */
  #follow() {
    const isClosed = this.#conversation.state === "closed";
    this.#field.readOnly = isClosed;
    this.#form.classList.toggle("is-closed", isClosed);
    for (const button of this.#form.querySelectorAll("button")) button.disabled = isClosed;
  }
}
