/**
 * Decides, from what was heard when, whether a silent connection is asked for a sign of life or given up.
 * A browser does not show the page the server's pings, so the page asks for itself.
 */
export class Heartbeat {
  /** How long an answer may take, in milliseconds: beyond it a person would call the line dead. */
  static PATIENCE = 8_000;

  #interval = 25_000;
  #heardAt = 0;
  /** @type {number | undefined} */
  #askedAt;
  #roundTrips = /** @type {number[]} */ ([]);

  /**
   * @param {number} interval milliseconds of silence after which to ask
   * @param {number} now
   */
  start(interval, now) {
    this.#interval = interval;
    this.#heardAt = now;
    this.#askedAt = undefined;
  }

  /** @param {number} now */
  heard(now) {
    this.#heardAt = now;
  }

  /** @param {number} now */
  asked(now) {
    this.#askedAt ??= now;
  }

  /**
   * @param {number} roundTrip milliseconds from the question to its answer
   */
  answered(roundTrip) {
    this.#askedAt = undefined;
    this.#roundTrips = [...this.#roundTrips.slice(-19), roundTrip];
  }

  /**
   * @param {number} now
   * @returns {"rest" | "ask" | "giveUp"}
   */
  check(now) {
    if (this.#askedAt !== undefined) {
      // Anything heard after the question answers it as well.
      if (this.#heardAt > this.#askedAt) this.#askedAt = undefined;
      else return now - this.#askedAt > Heartbeat.PATIENCE ? "giveUp" : "rest";
    }
    return now - this.#heardAt >= this.#interval ? "ask" : "rest";
  }

  /** True when the way to the server has become clearly slower than it was: the sign of a busy access line. */
  get isStrained() {
    const trips = this.#roundTrips;
    if (trips.length < 3) return false;
    const best = Math.min(...trips);
    const recent = trips.slice(-2);
    return recent.every((trip) => trip > best * 3 && trip > best + 120);
  }
}
