/**
 * **Commands the server has not answered, oldest first. Each leaves exactly once: answered, refused, or too old to still be meant.**
 *
 * @template Answer
 */
export class Outbox {
  /** @type {Map<string, { message: { id: string }, expires: number, answer: Answer }>} insertion order is sending order */
  #waiting = new Map();
  /** @type {number} */
  #limit;

  /** @param {number} [limit] how many commands may wait; more than a person can mean while offline */
  constructor(limit = 256) {
    this.#limit = limit;
  }

  get size() {
    return this.#waiting.size;
  }

  /**
   * @param {{ id: string }} message
   * @param {Answer} answer what to call when it is settled
   * @param {number} [expires] the time after which the person no longer means it
   * @returns {boolean} false when too many wait already
   */
  add(message, answer, expires = Infinity) {
    if (this.#waiting.size >= this.#limit) return false;
    this.#waiting.set(message.id, { message, expires, answer });
    return true;
  }

  /**
   * Takes out the command that was answered.
   *
   * @param {string} id
   * @returns {Answer | undefined} nothing when the same answer came before
   */
  settle(id) {
    const entry = this.#waiting.get(id);
    this.#waiting.delete(id);
    return entry?.answer;
  }

  /**
   * Takes out the commands nobody means any more.
   *
   * @param {number} now
   * @returns {Answer[]}
   */
  expire(now) {
    return this.#take((entry) => entry.expires <= now);
  }

  /**
   * Takes out everything, as when the person was signed out.
   *
   * @returns {Answer[]}
   */
  clear() {
    return this.#take(() => true);
  }

  /** @returns {{ id: string }[]} what to send again after a reconnect, with the same ids */
  get unanswered() {
    return Array.from(this.#waiting.values(), (entry) => entry.message);
  }

  /** @param {(entry: { expires: number }) => boolean} isTaken */
  #take(isTaken) {
    const taken = [];
    for (const [id, entry] of this.#waiting) {
      if (!isTaken(entry)) continue;
      this.#waiting.delete(id);
      taken.push(entry.answer);
    }
    return taken;
  }
}
