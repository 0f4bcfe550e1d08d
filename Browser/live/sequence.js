/** Where this tab is in each durable stream: every event is delivered once, in order, without a hole. */
export class SequenceTracker {
  /** @type {Map<string, number>} the last sequence delivered */
  #positions = new Map();

  /**
   * The positions to resume from.
   *
   * @returns {Record<string, number>}
   */
  get positions() {
    return Object.fromEntries(this.#positions);
  }

  /**
   * Says what to do with an event that arrived.
   *
   * @param {string} stream
   * @param {number} sequence
   * @returns {"deliver" | "duplicate" | "gap"} after a gap the only way on is to resume
   */
  receive(stream, sequence) {
    const position = this.#positions.get(stream);
    if (position !== undefined && sequence <= position) return "duplicate";
    if (position !== undefined && sequence > position + 1) return "gap";
    this.#positions.set(stream, sequence);
    return "deliver";
  }

  /**
   * Moves to a snapshot, unless it is older than what was delivered.
   *
   * @param {string} stream
   * @param {number} sequence
   * @returns {"deliver" | "duplicate"}
   */
  leap(stream, sequence) {
    const position = this.#positions.get(stream);
    if (position !== undefined && sequence < position) return "duplicate";
    this.#positions.set(stream, sequence);
    return "deliver";
  }

  /**
   * The stream is not heard any more.
   *
   * @param {string} stream
   */
  forget(stream) {
    this.#positions.delete(stream);
  }

  /**
   * Takes the server's last sequences: a stream not known yet starts there,
   * and a stream that is behind us (a server put back from a backup) is followed back.
   *
   * @param {Record<string, number>} last
   * @returns {string[]} the streams that were put back
   */
  greet(last) {
    const putBack = [];
    for (const [stream, sequence] of Object.entries(last)) {
      const position = this.#positions.get(stream);
      if (position !== undefined && position <= sequence) continue;
      if (position !== undefined) putBack.push(stream);
      this.#positions.set(stream, sequence);
    }
    return putBack;
  }
}
