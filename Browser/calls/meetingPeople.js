/**
 * Who is in a meeting, as this page knows it: everybody's face, which seat is one's own, and who spoke of late. Knows no page.
 *
 * @module
 */
import { news } from "./meetingNews.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */

/** @typedef {Pick<import("../live/protocol.js").MeetingPeople, "people" | "waiting" | "isShut" | "isLocked" | "isWebinar" | "unseen" | "hasCaptions">} There */

export class MeetingPeople {
  /** The own seat; 0 until the server gave one. */
  seat = 0;
  /** @type {There} those of whom this page is told, in the order in which they came */
  #there = { people: [], waiting: [], isShut: false, isLocked: false, isWebinar: false, unseen: 0, hasCaptions: false };
  /** @type {Face | undefined} the own face, in a webinar in which the others are not told of it */
  #self;
  /** @type {number[]} */
  #spoke = [];

  get all() {
    const { people, isWebinar } = this.#there;
    const self = this.#self;
    return isWebinar && self?.seat === this.seat && !people.some((one) => one.seat === self.seat) ? [...people, self] : people;
  }

  /** Who may be seen and heard: of a webinar those who have the word. */
  get stage() {
    return this.isWebinar ? this.all.filter((one) => one.role !== "attendee") : this.all;
  }

  /** As a list has them: of a webinar first who has the word, then who asks for it. */
  get listed() {
    if (!this.isWebinar) return this.all;
    const listening = this.all.filter((one) => one.role === "attendee");
    const asking = listening.filter((one) => one.hand !== undefined).toSorted((one, other) => (one.hand ?? 0) - (other.hand ?? 0));
    return [...this.stage, ...asking, ...listening.filter((one) => one.hand === undefined)];
  }

  get others() {
    return this.all.filter((one) => one.seat !== this.seat);
  }

  get waiting() {
    return this.#there.waiting;
  }

  get isShut() {
    return this.#there.isShut;
  }

  get isLocked() {
    return this.#there.isLocked;
  }

  get hasCaptions() {
    return this.#there.hasCaptions;
  }

  get isWebinar() {
    return this.#there.isWebinar;
  }

  /** How many there are besides those of whom this page is told. */
  get unseen() {
    return this.#there.unseen - (this.all.length - this.#there.people.length);
  }

  /** How many there are. */
  get count() {
    return this.all.length + this.unseen;
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
    return this.all.find((one) => one.seat === seat);
  }

  /**
   * @param {There} there from now on
   * @returns what is new, for those who do not see it
   */
  change(there) {
    const before = { ...this.#there, people: this.all };
    this.#there = there;
    return news(before, { ...there, people: this.all }, this.seat);
  }

  /** @param {Face} face the own one, in a webinar @returns what is new */
  changeSelf(face) {
    const before = { ...this.#there, people: this.all };
    this.#self = face;
    return before.people.some((one) => one.seat === face.seat) ? news(before, { ...this.#there, people: this.all }, this.seat) : undefined;
  }

  /** @param {number[]} seats who speaks, the loudest first */
  speak(seats) {
    this.#spoke = [...seats, ...this.#spoke.filter((one) => !seats.includes(one))];
  }
}
