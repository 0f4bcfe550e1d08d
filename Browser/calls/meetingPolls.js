/**
 * The polls of a meeting as this page knows them. Knows no page.
 *
 * @module
 */
/** @typedef {import("../live/protocol.js").MeetingPoll} Poll */

/**
 * Events: `poll` when one is to be shown, or shown anew, and `closed` when one was closed that was open, both with it as `detail`; `cleared`
 * when those of before are gone.
 */
export class MeetingPolls extends EventTarget {
  /** @type {Map<number, Poll>} */
  #known = new Map();
  #seat = 0;

  /** All that are known, the latest first. */
  get all() {
    return [...this.#known.values()].toSorted((one, other) => other.number - one.number);
  }

  /** Those that wait for this person's answer, the latest first. */
  get waiting() {
    return this.all.filter((poll) => poll.isOpen && poll.chosen.length === 0 && !poll.isOwn);
  }

  /**
   * This person comes, or comes back: what the server knows is all there is.
   *
   * @param {number} seat
   * @param {Poll[]} polls
   */
  enter(seat, polls) {
    // Another seat is another visit, or the server began anew: numbers say nothing of those before.
    if (seat !== this.#seat) {
      this.#known.clear();
      this.dispatchEvent(new Event("cleared"));
    }
    this.#seat = seat;
    for (const poll of polls) this.hear(poll);
  }

  /** @param {Poll} poll */
  hear(poll) {
    const before = this.#known.get(poll.number);
    this.#known.set(poll.number, poll);
    this.#tell("poll", poll);
    if (before?.isOpen && !poll.isOpen) this.#tell("closed", poll);
  }

  /** @param {string} type @param {Poll} poll */
  #tell(type, poll) {
    this.dispatchEvent(new CustomEvent(type, { detail: poll }));
  }
}

/**
 * Whether somebody sees how the others answered: not before they answered themself, so that nobody follows the crowd.
 *
 * @param {Poll} poll
 */
export function showsResults(poll) {
  return !poll.isOpen || poll.isOwn || poll.chosen.length > 0;
}

/**
 * How many of a hundred who answered chose this.
 *
 * @param {Poll} poll
 * @param {number} place of the answer
 */
export function percentOf(poll, place) {
  return poll.voters === 0 ? 0 : Math.round(((poll.answers[place]?.count ?? 0) * 100) / poll.voters);
}

/**
 * Who chose an answer, as far as this page is told.
 *
 * @param {Poll["answers"][number]} answer
 */
export function namesOf({ names = [], count }) {
  return names.length > 0 && names.length < count ? `${names.join(", ")} …` : names.join(", ");
}
