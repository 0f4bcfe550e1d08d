/**
 * Who takes part in a conversation, and how far each of them got in it: their receipts.
 *
 * @module
 */

/** @typedef {import("../live/protocol.js").ConversationPerson} Person */

export class Participants {
  /** @type {Map<string, Person>} */
  #all = new Map();

  get all() {
    return Array.from(this.#all.values());
  }

  /** @param {string} person */
  at(person) {
    return this.#all.get(person);
  }

  /** @param {Person[]} people as the server knows them now */
  show(people) {
    for (const one of people) this.#all.set(one.person, one);
  }

  /** @param {{ person: string, part: import("../live/protocol.js").Part, name: string }} coming @param {boolean} isPresent false when they left */
  came({ person, part, name }, isPresent) {
    const known = this.#all.get(person) ?? { person, delivered: 0, read: 0 };
    this.#all.set(person, { ...known, part, name, isPresent });
  }

  /**
   * Receipts only move forward (complaint: delivered became sent again).
   *
   * @param {{ person: string, delivered: number, read: number }} receipt
   * @returns {boolean} whether they take part
   */
  saw({ person, delivered, read }) {
    const known = this.#all.get(person);
    if (!known) return false;
    known.delivered = Math.max(known.delivered, delivered);
    known.read = Math.max(known.read, read);
    return true;
  }

  /**
   * How far a message of this person's got with whoever of the others is furthest: of a team one is enough.
   *
   * @param {number} sequence
   * @param {string} me
   */
  reached(sequence, me) {
    const others = this.all.filter(({ person, part }) => person !== me && part !== "observer");
    if (others.some(({ read }) => read >= sequence)) return "read";
    return others.some(({ delivered }) => delivered >= sequence) ? "delivered" : "sent";
  }
}
