/**
 * The lists of the inbox as this page knows them.
 *
 * **They are never stale and nobody has to refresh**: a change asks again for its one line, and every new connection asks for
 * everything again by itself.
 *
 * @module
 */

/** @typedef {"mine" | "waiting" | "open" | "snoozed" | "closed"} View */
/** @typedef {import("./protocol.js").Line} Line */
/** @typedef {{ lines: Line[], next: string | undefined, isLoaded: boolean }} List */

/** @type {View[]} */
export const VIEWS = ["mine", "waiting", "open", "snoozed", "closed"];

/** With more changed lines than this the whole list is asked for instead. */
const MANY = 15;

/**
 * Whether a line stands in a list; the server decides alike.
 *
 * @param {View} view
 * @param {Line} line
 */
export function belongs(view, line) {
  switch (view) {
    case "mine":
      return (line.isMine && (line.state === "active" || line.state === "offered")) || (line.isInvited && line.state !== "closed");
    case "waiting":
      return line.state === "waiting" || line.state === "offered";
    case "open":
      return line.state === "waiting" || line.state === "offered" || line.state === "active";
    default:
      return line.state === view;
  }
}

/**
 * Who waits longest first where somebody waits, else the latest.
 *
 * @param {View} view
 * @param {Line} a
 * @param {Line} b
 */
export function compare(view, a, b) {
  if (view === "waiting") return b.priority - a.priority || a.waitingSince - b.waitingSince || (a.conversation < b.conversation ? -1 : 1);
  return b.lastAt - a.lastAt || (a.conversation > b.conversation ? -1 : 1);
}

/**
 * Events: `changed` when a list or a number is to be drawn anew; `line` (detail: the conversation's id, its line and the one before);
 * `failed` (detail: the problem).
 */
export class Inbox extends EventTarget {
  #live;
  /** @type {Map<View, List>} */
  #lists = new Map();
  /** @type {Map<string, Line>} everything that was told, for columns and alerts */
  #known = new Map();
  /** @type {Set<string>} lines to be asked for again */
  #dirty = new Set();
  #isAsking = false;
  /** @type {View} */
  #view = "mine";

  /** @param {import("../live/live.js").Live} live */
  constructor(live) {
    super();
    this.#live = live;
    this.counts = { mine: 0, waiting: 0 };
    live.on("enquiry.changed", ({ conversation }) => this.touch(conversation));
    live.on("welcome", () => this.#again());
  }

  get view() {
    return this.#view;
  }

  /** @returns {List} */
  get list() {
    return this.#lists.get(this.#view) ?? { lines: [], next: undefined, isLoaded: false };
  }

  /** @param {string} id */
  line(id) {
    return this.#known.get(id);
  }

  /** Everything known of conversations that go on, for merging and the palette. */
  get lines() {
    return Array.from(this.#known.values());
  }

  /** How many want somebody: all who wait, and those one answers already who wrote something unread. */
  get calling() {
    return this.counts.waiting + this.lines.filter((line) => line.isMine && line.unread && !belongs("waiting", line)).length;
  }

  /** @param {View} view */
  show(view) {
    this.#view = view;
    if (!this.#lists.has(view)) this.#load(view);
    this.dispatchEvent(new Event("changed"));
  }

  /** Loads the lines after the last. */
  more() {
    const list = this.#lists.get(this.#view);
    if (list?.next) this.#load(this.#view, list.next);
  }

  /**
   * Asks for one line again.
   *
   * @param {string} conversation
   */
  touch(conversation) {
    this.#dirty.add(conversation);
    this.#ask();
  }

  /** A new connection: what changed while there was none is not known, so everything is asked for. */
  #again() {
    for (const view of this.#lists.keys()) if (view !== this.#view) this.#lists.delete(view);
    this.#load(this.#view);
    for (const id of this.#known.keys()) if (this.#isWatched(id)) this.#dirty.add(id);
    this.#ask();
  }

  /** What an open column shows is asked for, in whatever list it stands. @type {(id: string) => boolean} */
  #isWatched = () => false;

  /** @param {(id: string) => boolean} isWatched whether a column shows this conversation */
  watch(isWatched) {
    this.#isWatched = isWatched;
  }

  /**
   * The server answers one page's commands in their order, so the later answer is the newer one.
   *
   * @param {View} view
   * @param {string} [after]
   */
  async #load(view, after) {
    try {
      const page = await this.#live.command("desk.inbox", after ? { view, after } : { view });
      const before = this.#lists.get(view);
      const lines = after && before ? before.lines.concat(page.lines.filter((/** @type {Line} */ line) => !has(before, line))) : page.lines;
      this.#lists.set(view, {
        lines: lines.toSorted((/** @type {Line} */ a, /** @type {Line} */ b) => compare(view, a, b)),
        next: page.next,
        isLoaded: true,
      });
      this.counts = page.counts;
      for (const line of page.lines) this.#learn(line.conversation, line);
      this.dispatchEvent(new Event("changed"));
    } catch (refusal) {
      this.dispatchEvent(new CustomEvent("failed", { detail: refusal }));
    }
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#dirty.size > 0) {
      if (this.#dirty.size > MANY) {
        this.#dirty.clear();
        for (const view of this.#lists.keys()) if (view !== this.#view) this.#lists.delete(view);
        await this.#load(this.#view);
        continue;
      }
      const [id] = this.#dirty;
      this.#dirty.delete(id);
      try {
        const { line, counts } = await this.#live.command("desk.line", { conversation: id });
        this.counts = counts;
        this.#put(id, line);
      } catch {
        // Refused as the link ended: the next welcome asks for everything.
      }
    }
    this.#isAsking = false;
  }

  /**
   * @param {string} id
   * @param {Line | undefined} line nothing: it is not for this person any more
   */
  #put(id, line) {
    for (const [view, list] of this.#lists) {
      list.lines = list.lines.filter((shown) => shown.conversation !== id);
      if (!line || !belongs(view, line)) continue;
      const last = list.lines.at(-1);
      // What stands beyond the loaded page comes with the next one.
      if (list.next && last && compare(view, line, last) > 0) continue;
      list.lines = [...list.lines, line].toSorted((a, b) => compare(view, a, b));
    }
    this.#learn(id, line);
    this.dispatchEvent(new Event("changed"));
  }

  /**
   * @param {string} id
   * @param {Line | undefined} line
   */
  #learn(id, line) {
    const before = this.#known.get(id);
    if (line) this.#known.set(id, line);
    else this.#known.delete(id);
    this.dispatchEvent(new CustomEvent("line", { detail: { id, line, before } }));
  }
}

/** @param {List} list @param {Line} line */
function has(list, line) {
  return list.lines.some((shown) => shown.conversation === line.conversation);
}
