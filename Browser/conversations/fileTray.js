/**
 * Files that are to go with the next message: chosen, dropped or pasted, and handed over while one goes on typing.
 *
 * **A file that is not taken says why, and takes nothing that was typed with it.**
 *
 * @module
 */
import { language } from "../design/text.js";
import { sizeOf, styleFiles } from "./shownFiles.js";
import { element } from "./timeline.js";

/** @typedef {import("./upload.js").Attachment} Attachment */

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {HTMLElement} row
 * @property {HTMLElement} state
 * @property {HTMLProgressElement} progress
 * @property {AbortController} [sending] until the server has it or will not have it
 * @property {Attachment} [file] once the server has it
 */

/** Most files in a message, as the server counts them. */
export const MOST = 10;

const percent = new Intl.NumberFormat(language, { style: "percent" });

/**
 * @typedef {object} Options
 * @property {HTMLElement} place where the files stand
 * @property {HTMLElement} button opens the choice of files
 * @property {HTMLElement} zone takes what is dropped on it
 * @property {HTMLTextAreaElement} field takes pictures that are pasted into it
 * @property {string} conversation
 * @property {import("../design/text.js").Text} text of the domain `conversations`
 * @property {string} [token] a visitor's token
 * @property {() => boolean} [isOpen] whether files can be added now
 */

export class FileTray {
  #options;
  #text;
  #list = element("ul", "file-list");
  #said = element("p", "file-said");
  #held = element("p", "file-held");
  #input = document.createElement("input");
  /** @type {Item[]} */
  #items = [];
  /** @type {((isWhole: boolean) => void)[]} */
  #waiting = [];
  #leaving = new AbortController();

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#text = options.text;
    styleFiles();
    const { place, button, zone, field } = options;
    const { signal } = this.#leaving;
    place.classList.add("file-tray");
    this.#input.type = "file";
    this.#input.multiple = true;
    this.#input.hidden = true;
    this.#said.setAttribute("role", "status");
    this.#held.hidden = true;
    this.#held.textContent = this.#text("file.held");
    this.#list.setAttribute("role", "list");
    this.#list.setAttribute("aria-label", this.#text("file.list"));
    this.#list.hidden = true;
    place.replaceChildren(this.#input, this.#list, this.#held, this.#said);
    button.addEventListener("click", () => this.#input.click(), { signal });
    this.#input.addEventListener("change", () => {
      this.add(this.#input.files ?? []);
      this.#input.value = "";
      field.focus();
    });
    field.addEventListener("paste", (event) => this.#pasted(event), { signal });
    for (const type of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"]))
      zone.addEventListener(type, (event) => this.#dragged(event), { signal });
  }

  get #isOpen() {
    return this.#options.isOpen?.() ?? true;
  }

  /** Lets go of the page; what was not sent is taken back. */
  leave() {
    this.#leaving.abort();
    for (const { sending } of this.#items) sending?.abort();
    this.#release(false);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      if (this.#items.filter((item) => item.sending || item.file).length >= MOST)
        this.#refuse(this.#row(file.name, file.size), this.#text("file.most", { count: MOST }));
      else this.#send(file);
    }
  }

  /** Puts back what was handed over and not said after all. @param {Attachment[]} files */
  putBack(files) {
    for (const file of files) this.#finish(this.#row(file.name, file.bytes), file);
  }

  /**
   * What goes with the message, once all of it is there.
   *
   * @returns {Promise<Attachment[] | undefined>} nothing when one of them cannot come
   */
  async taken() {
    if (this.#isSending) {
      this.#held.hidden = false;
      this.#say(this.#text("file.held"));
      const isWhole = await new Promise((/** @type {(isWhole: boolean) => void} */ resume) => this.#waiting.push(resume));
      this.#held.hidden = true;
      if (!isWhole) return undefined;
    }
    return this.#items.flatMap((item) => item.file ?? []);
  }

  /** Those went. @param {Attachment[]} files */
  sent(files) {
    const gone = new Set(files.map((file) => file.id));
    for (const item of this.#items.filter(({ file }) => file && gone.has(file.id))) this.#drop(item);
  }

  get #isSending() {
    return this.#items.some((item) => item.sending);
  }

  /** @param {string} words */
  #say(words) {
    this.#said.textContent = words;
  }

  /** @param {boolean} isWhole */
  #release(isWhole) {
    if (isWhole && this.#isSending) return;
    for (const resume of this.#waiting.splice(0)) resume(isWhole);
  }

  /** @param {string} name @param {number} bytes @returns {Item} */
  #row(name, bytes) {
    const row = element("li", "file-item");
    const words = element("div", "file-words");
    const title = element("span", "file-name");
    title.append(element("bdi", "", name), ` · ${sizeOf(bytes)}`);
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.setAttribute("aria-label", name);
    const state = element("span", "file-state");
    words.append(title, progress, state);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "file-remove";
    remove.textContent = "×";
    row.append(words, remove);
    const item = { name, row, state, progress };
    remove.addEventListener("click", () => this.#remove(item));
    this.#list.append(row);
    this.#list.hidden = false;
    this.#items.push(item);
    return item;
  }

  /** @param {File} file */
  async #send(file) {
    const item = this.#row(file.name, file.size);
    const sending = new AbortController();
    item.sending = sending;
    item.state.textContent = percent.format(0);
    item.row.querySelector("button")?.setAttribute("aria-label", this.#text("file.cancel", { name: file.name }));
    try {
      if (file.size === 0) throw new Error(this.#text("file.empty"));
      await file
        .slice(0, 1)
        .arrayBuffer()
        .catch(() => {
          throw new Error(this.#text("file.unreadable"));
        });
      const { upload } = await import("./upload.js");
      const { conversation, token } = this.#options;
      const found = await upload(file, conversation, {
        token,
        signal: sending.signal,
        progress: (share) => this.#show(item, share),
        waits: (problem) => this.#wait(item, problem),
      });
      this.#finish(item, found);
    } catch (error) {
      if (sending.signal.aborted) return;
      const { problem, message } = /** @type {any} */ (error);
      this.#refuse(item, problem ? [problem.title, problem.detail].filter(Boolean).join(". ") : message);
    }
  }

  /** @param {Item} item @param {number} share */
  #show(item, share) {
    item.progress.value = share;
    // What is whole is looked at before it is taken.
    item.state.textContent = share < 1 ? percent.format(share) : this.#text("file.checking");
  }

  /** @param {Item} item @param {{ title?: string } | undefined} problem */
  #wait(item, problem) {
    item.state.textContent = problem?.title ? `${problem.title}. ${this.#text("file.again")}` : this.#text("file.waits");
    this.#say(`${item.name}: ${item.state.textContent}`);
  }

  /** @param {Item} item @param {Attachment} file */
  #finish(item, file) {
    item.sending = undefined;
    item.file = file;
    item.progress.remove();
    item.state.textContent = this.#text("file.ready");
    item.row.classList.add("is-ready");
    item.row.querySelector("button")?.setAttribute("aria-label", this.#text("file.remove", { name: item.name }));
    this.#say(`${item.name}: ${item.state.textContent}`);
    this.#release(true);
  }

  /** @param {Item} item @param {string} why */
  #refuse(item, why) {
    item.sending = undefined;
    item.progress.remove();
    item.row.classList.add("is-refused");
    item.state.textContent = why;
    item.row.querySelector("button")?.setAttribute("aria-label", this.#text("file.remove", { name: item.name }));
    this.#say(`${item.name}: ${item.state.textContent}`);
    // What was typed with it is not sent without it unless one says so again.
    this.#release(false);
  }

  /** @param {Item} item */
  #remove(item) {
    const at = this.#items.indexOf(item);
    if (item.sending) item.sending.abort();
    else if (item.file) import("./upload.js").then(({ takeBack }) => item.file && takeBack(item.file.id, this.#options.token));
    this.#drop(item);
    this.#say(this.#text("file.removed", { name: item.name }));
    this.#release(true);
    // The focus stays beside what went.
    const next = this.#items[Math.min(at, this.#items.length - 1)]?.row.querySelector("button") ?? this.#options.field;
    next.focus();
  }

  /** @param {Item} item */
  #drop(item) {
    item.row.remove();
    this.#items = this.#items.filter((other) => other !== item);
    this.#list.hidden = this.#items.length === 0;
  }

  /** A picture from the clipboard; what also is text is pasted as text. @param {ClipboardEvent} event */
  #pasted(event) {
    const data = event.clipboardData;
    if (!data || data.files.length === 0 || data.types.includes("text/plain") || !this.#isOpen) return;
    event.preventDefault();
    this.add(data.files);
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    const { zone } = this.#options;
    const data = event.dataTransfer;
    if (!data?.types.includes("Files")) return;
    // Without this the browser would leave the page and show the file instead.
    event.preventDefault();
    const leaves = event.type === "dragleave" && !(event.relatedTarget instanceof Node && zone.contains(event.relatedTarget));
    if (!this.#isOpen) data.dropEffect = "none";
    zone.classList.toggle("is-dropping", this.#isOpen && event.type !== "drop" && !leaves);
    if (event.type === "drop" && this.#isOpen) this.add(data.files);
  }
}
