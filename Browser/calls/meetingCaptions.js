/**
 * What is said, in words at the foot of the picture: for who switched it on, from whoever a host asked to write it.
 *
 * @module
 */

/** Milliseconds for which words stay when nothing follows. */
const STAYS = 8_000;
/** Lines that are shown at a time. */
const LINES = 2;

/** Event `lines` when others are to be shown. */
export class MeetingCaptions extends EventTarget {
  /** @type {{ seat: number, text: string, isFinal: boolean }[]} */
  #lines = [];
  #isOn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #end;

  get isOn() {
    return this.#isOn;
  }

  /** What is shown now, the latest last. */
  get lines() {
    return this.#isOn ? this.#lines.map(({ text }) => text) : [];
  }

  toggle() {
    this.#isOn = !this.#isOn;
    this.dispatchEvent(new Event("lines"));
  }

  /**
   * Words that were not final are put better by the next of the same writer; others follow in a line of their own.
   *
   * @param {{ seat: number, text: string, isFinal: boolean }} caption
   */
  hear({ seat, text, isFinal }) {
    const place = this.#lines.findLastIndex((line) => line.seat === seat && !line.isFinal);
    if (place >= 0) this.#lines[place] = { seat, text, isFinal };
    else this.#lines = [...this.#lines, { seat, text, isFinal }].slice(-LINES);
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#clear(), STAYS);
    this.dispatchEvent(new Event("lines"));
  }

  close() {
    clearTimeout(this.#end);
    this.#clear();
  }

  #clear() {
    this.#lines = [];
    this.dispatchEvent(new Event("lines"));
  }
}
