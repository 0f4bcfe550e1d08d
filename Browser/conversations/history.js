/**
 * What was said in one conversation, each message once and in the server's order, and what is on its way there. Knows no link.
 *
 * @module
 */

/** @typedef {import("../live/protocol.js").ConversationEvent} ServerEvent */
/** @typedef {import("../live/protocol.js").NoteMark} NoteMark */

/**
 * A line of the timeline. `sequence` is missing while a message is on its way.
 *
 * @typedef {{
 *   key: string, sequence?: number, kind: string, stream?: string, at: number, from?: string, part?: string, name?: string, isOwn: boolean,
 *   text?: string, attachments?: any[], masked?: string[], isEdited?: boolean, isWithdrawn?: boolean, problem?: any, body?: any, mark?: NoteMark,
 * }} Item
 */

export class History {
  /** @type {Map<string, Item>} by the browser's id for messages, by stream and sequence for the rest */
  #items = new Map();

  /** Everything to show: what was said in the server's order, notes of the team where their time puts them, then what is on its way. */
  get shown() {
    const all = this.#all;
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

  /** The sequence of the first that is loaded. */
  get first() {
    return Math.min(...this.#all.map((item) => (item.stream === "team" ? Infinity : (item.sequence ?? Infinity))));
  }

  get #all() {
    return Array.from(this.#items.values());
  }

  /** How many messages of others came after this one. @param {number} read a sequence */
  after(read) {
    return this.#all.filter((item) => item.kind === "message.sent" && !item.isOwn && (item.sequence ?? 0) > read).length;
  }

  /** Whether a translation of this message is asked for and not there. @param {number} [message] any, if none is named */
  wantsTranslation(message) {
    return this.#all.some(
      (item) => item.mark?.kind === "translationWanted" && (message === undefined || item.mark.about === message) && !this.#isSettled(item),
    );
  }

  /** A wish that came true, or what is without words since its message is. @param {Item} note */
  #isSettled({ mark, isWithdrawn }) {
    if (isWithdrawn) return true;
    return (
      mark?.kind === "translationWanted" &&
      this.#all.some((item) => item.mark?.kind === "translation" && item.mark.about === mark.about && !item.isWithdrawn)
    );
  }

  /** @param {string} key */
  item(key) {
    return this.#items.get(key);
  }

  /**
   * @param {import("./kept.js").Unsent} unsent on its way from now on
   * @param {string} me
   */
  send({ id, text, attachments, command, mark }, me) {
    const [kind, stream] = command === "note.add" ? ["note.added", "team"] : ["message.sent", "conversation"];
    /** @type {Item} */
    const item = { key: id, kind, stream, at: Date.now(), isOwn: true, from: me, text, attachments, mark };
    this.#items.set(id, item);
    return item;
  }

  /** Takes back what was never sent. @param {string} key @returns {string | undefined} its words; undefined when the server has it */
  discard(key) {
    const item = this.#items.get(key);
    if (item?.sequence !== undefined) return undefined;
    this.#items.delete(key);
    return item?.text ?? "";
  }

  /** What the server said is said anew: notes, and what is on its way, stay. */
  restart() {
    for (const [key, item] of this.#items) if (item.sequence !== undefined && item.stream !== "team") this.#items.delete(key);
  }

  /**
   * @param {ServerEvent} event
   * @param {string} stream `conversation` or `team`
   * @param {string} me whose page this is
   * @returns {Item | undefined} the line that is new or another
   */
  take({ sequence, kind, at, body }, stream, me) {
    if (kind === "message.edited" || kind === "message.withdrawn") return this.#amend(kind, body);
    /** @type {Item} */
    const item = {
      key: body?.id ?? `${stream}/${sequence}`,
      sequence,
      kind,
      stream,
      at,
      body,
      isOwn: body?.from === me,
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
    this.#items.set(item.key, item);
    return item;
  }

  /**
   * @param {string} kind
   * @param {{ message: number, text?: string, masked?: string[] }} change
   */
  #amend(kind, change) {
    const item = this.#all.find(({ stream, sequence }) => stream === "conversation" && sequence === change.message);
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
}

/** @param {Item} item @param {number} message */
function isAbout(item, message) {
  return item.stream === "team" ? item.mark?.about === message : item.sequence === message;
}
