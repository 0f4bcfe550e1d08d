/**
 * What must outlive a reload: the draft, and messages the server has not acknowledged.
 *
 * **Written only after the person typed something.** Where the browser refuses to store, it lives as long as the page.
 *
 * @module
 */

/** @typedef {{ id: string, text: string, attachments?: import("./upload.js").Attachment[], command?: string, mark?: import("../live/protocol.js").NoteMark }} Unsent */

/**
 * What a draft is, where it may be something else than a message: a note to the team, a message put better, a translation. `aside` is
 * what stood in the box before.
 *
 * @typedef {{ mode?: "reply" | "note", edits?: number, translates?: number, aside?: { text: string, as?: DraftKind } }} DraftKind
 */

export class Kept {
  #key;
  #storage;
  /** @type {{ draft?: string, as?: DraftKind, unsent?: Unsent[], answers?: Record<string, string> }} */
  #value = {};

  /**
   * @param {string} key declared in the registry as a storage key
   * @param {() => Storage} [storage] asked late: a browser that refuses throws when it is touched
   */
  constructor(key, storage = () => sessionStorage) {
    this.#key = key;
    this.#storage = storage;
    try {
      this.#value = JSON.parse(storage().getItem(key) ?? "{}");
    } catch {
      // Refused, or not ours: begin with nothing.
    }
  }

  get draft() {
    return this.#value.draft ?? "";
  }

  set draft(draft) {
    this.#value.draft = draft || undefined;
    this.#write();
  }

  /** @returns {DraftKind} */
  get kind() {
    return this.#value.as ?? {};
  }

  set kind(kind) {
    this.#value.as = Object.values(kind).some((part) => part !== undefined) ? kind : undefined;
    this.#write();
  }

  /** What else was filled in beside the draft, by its name. */
  get answers() {
    return this.#value.answers ?? {};
  }

  set answers(answers) {
    this.#value.answers = Object.values(answers).some((answer) => answer !== "") ? answers : undefined;
    this.#write();
  }

  get unsent() {
    return this.#value.unsent ?? [];
  }

  set unsent(unsent) {
    this.#value.unsent = unsent.length > 0 ? unsent : undefined;
    this.#write();
  }

  #write() {
    try {
      if (Object.values(this.#value).every((part) => part === undefined)) this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, JSON.stringify(this.#value));
    } catch {
      // Refused or full: the page itself still has it.
    }
  }
}
