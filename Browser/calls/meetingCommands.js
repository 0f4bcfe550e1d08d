/**
 * What a meeting's page says to the server.
 *
 * @module
 */
import { Refusal } from "../live/refusal.js";

/** @typedef {import("../live/protocol.js").Commands} Commands */

/** Milliseconds after which a word to the server is not meant any more. */
const LIFETIME = 15_000;

/** Event `refused` with the command's type and the refusal, for what the server refused; what could not be brought there is not told. */
export class MeetingCommands extends EventTarget {
  #live;
  #meeting;

  /**
   * @param {import("../live/live.js").Live} live
   * @param {string} meeting
   */
  constructor(live, meeting) {
    super();
    this.#live = live;
    this.#meeting = meeting;
  }

  /**
   * @template {keyof Commands} Type
   * @param {Type} type
   * @param {Omit<Commands[Type], "meeting">} fields
   * @returns {Promise<unknown>} the answer; undefined when there is none because it was refused or could not be brought
   */
  async ask(type, fields) {
    try {
      const command = /** @type {Commands[Type]} */ (/** @type {unknown} */ ({ meeting: this.#meeting, ...fields }));
      return (await this.#live.command(type, command, { lifetime: LIFETIME })) ?? null;
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      // What could not be brought to the server is said again after the next welcome.
      if (!problem.isOwn) this.dispatchEvent(new CustomEvent("refused", { detail: { type, problem } }));
      return undefined;
    }
  }
}
