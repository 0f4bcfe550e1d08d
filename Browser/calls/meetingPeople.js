/**
 * Who is in a meeting, as this page knows it: everybody's face, which seat is one's own, and who spoke of late. Knows no page.
 *
 * @module
 */
import { news } from "./meetingNews.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {import("../live/protocol.js").MeetingWaiting} Waiting */

export class MeetingPeople {
  /** The own seat; 0 until the server gave one. */
  seat = 0;
  /** @type {Face[]} in the order in which they came */
  #all = [];
  /** @type {Waiting[]} */
  #waiting = [];
  /** @type {number[]} */
  #spoke = [];

  get all() {
    return this.#all;
  }

  get others() {
    return this.#all.filter((one) => one.seat !== this.seat);
  }

  /** The own face; undefined before the server told who is there. */
  get own() {
    return this.at(this.seat);
  }

  /** Who spoke, the latest first. */
  get spoke() {
    return this.#spoke;
  }

  /** @param {number} seat */
  at(seat) {
    return this.#all.find((one) => one.seat === seat);
  }

  /**
   * @param {{ people: Face[], waiting: Waiting[] }} there from now on
   * @returns what is new, for those who do not see it
   */
  change({ people, waiting }) {
    const told = news({ people: this.#all, waiting: this.#waiting }, { people, waiting }, this.seat);
    [this.#all, this.#waiting] = [people, waiting];
    return told;
  }

  /** @param {number[]} seats who speaks, the loudest first */
  speak(seats) {
    this.#spoke = [...seats, ...this.#spoke.filter((one) => !seats.includes(one))];
  }
}
