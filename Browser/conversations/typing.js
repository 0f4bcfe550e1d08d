/**
 * Who is typing: this person, as the others are told, and the others.
 *
 * @module
 */

/** Pause between two signs of typing, and after which the others are told it ended, in milliseconds. */
export const TYPING_EVERY = 3000;
const TYPING_ENDS = 6000;

export class Typing {
  #tell;
  #changed;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} by person */
  #others = new Map();
  #typedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #stops;

  /**
   * @param {(isTyping: boolean) => void} tell the others about this person
   * @param {() => void} changed another one types, or does no more
   */
  constructor(tell, changed) {
    this.#tell = tell;
    this.#changed = changed;
  }

  /** Who of the others types now. */
  get people() {
    return Array.from(this.#others.keys());
  }

  /** A key was pressed here. */
  type() {
    clearTimeout(this.#stops);
    this.#stops = setTimeout(() => this.quieten(), TYPING_ENDS);
    if (Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#tell(true);
  }

  /** What was typed here is said, or was left. */
  quieten() {
    clearTimeout(this.#stops);
    if (this.#typedAt === 0) return;
    this.#typedAt = 0;
    this.#tell(false);
  }

  /** @param {{ person: string, isTyping: boolean }} sign of another one */
  hear({ person, isTyping }) {
    this.stop(person);
    // Whoever vanishes while typing does not type for ever.
    if (isTyping)
      this.#others.set(
        person,
        setTimeout(() => this.stop(person), TYPING_ENDS + TYPING_EVERY),
      );
    this.#changed();
  }

  /** Another one has said something, or types no more. @param {string} person */
  stop(person) {
    clearTimeout(this.#others.get(person));
    if (this.#others.delete(person)) this.#changed();
  }

  leave() {
    clearTimeout(this.#stops);
    for (const timer of this.#others.values()) clearTimeout(timer);
  }
}
