/**
 * What can be done with a conversation, wherever it is chosen: from the menu, the palette, the keys or a button.
 *
 * @module
 */
import { letterOf } from "./keys.js";

/** @typedef {import("./protocol.js").Line} Line */

/**
 * `isFor`: whether it is offered for a conversation, by its line and by as what this person takes part.
 *
 * @typedef {{ drawing: string, act: (id: string) => unknown, isFor?: (line: Line | undefined, part: string | undefined) => boolean }} Act
 */

/** Roles whose bearers may take a conversation away from somebody. */
const LEADING = ["supervisor", "administrator", "owner"];

export class Acts {
  #desk;
  /** @type {Record<string, Act>} */
  #all;

  /**
   * @param {{
   *   text: import("../design/text.js").Text, synonyms: import("./synonyms.js").Synonyms, steps: import("./steps.js").Steps,
   *   panes: import("./panes.js").Panes, inbox: import("./inbox.js").Inbox,
   *   overview: () => import("./protocol.js").Overview | undefined, fail: (refusal: any) => void,
   * }} desk
   */
  constructor(desk) {
    this.#desk = desk;
    const { steps, panes, overview } = desk;
    const box = (/** @type {string} */ id) => panes.pane(id)?.box;
    const isAgent = (/** @type {Line | undefined} */ _, /** @type {string | undefined} */ part) => part === "agent";
    this.#all = {
      take: {
        drawing: "check",
        act: (id) => steps.take(id).then(() => box(id)?.answer()),
        isFor: (line) => !line?.isMine || line.state !== "active",
      },
      takeOver: {
        drawing: "person",
        act: (id) => steps.takeOver(id).then(() => box(id)?.answer()),
        isFor: (line) => Boolean(line?.agent && !line.isMine && overview()?.roles.some((role) => LEADING.includes(role))),
      },
      decline: { drawing: "forward", act: (id) => steps.decline(id), isFor: (line) => line?.state === "offered" && line.isMine },
      reply: { drawing: "send", act: (id) => box(id)?.write("reply"), isFor: isAgent },
      note: { drawing: "edit", act: (id) => box(id)?.write("note") },
      mention: { drawing: "person", act: (id) => box(id)?.mention() },
      replies: { drawing: "chat", act: (id) => box(id)?.offerReplies(), isFor: isAgent },
      call: { drawing: "phone", act: (id) => steps.call(id), isFor: isAgent },
      transfer: { drawing: "forward", act: (id) => steps.transfer(id) },
      invite: { drawing: "person-add", act: (id) => steps.invite(id) },
      snooze: { drawing: "clock", act: (id) => steps.snooze(id), isFor: isAgent },
      tag: { drawing: "plus", act: (id) => steps.tag(id) },
      translate: { drawing: "language", act: (id) => box(id)?.translate() },
      askTranslation: { drawing: "language", act: (id) => panes.pane(id)?.translations.ask() },
      merge: { drawing: "link", act: (id) => steps.merge(id), isFor: isAgent },
      leave: { drawing: "sign-out", act: (id) => steps.leave(id), isFor: isAgent },
      end: { drawing: "check", act: (id) => steps.end(id) },
      block: { drawing: "block", act: (id) => steps.block(id) },
    };
  }

  /** Whether it can be done with this conversation now. @param {string} name @param {string} id */
  offers(name, id) {
    return this.#possible(id).some(([one]) => one === name);
  }

  /** @param {string} name @param {string} id */
  async run(name, id) {
    try {
      await this.#all[name]?.act(id);
    } catch (refusal) {
      this.#desk.fail(refusal);
    }
  }

  /** What may be done with a conversation now. @param {string} id @returns {import("./palette.js").Command[]} */
  on(id) {
    return this.#possible(id).map(([name, { drawing }]) => ({
      label: this.#words(name, id),
      detail: this.#desk.panes.pane(id)?.name,
      also: this.#also(name),
      keys: letterOf(name),
      drawing,
      act: () => void this.run(name, id),
    }));
  }

  /**
   * All of them while no conversation is in front: whoever looks for one learns that it needs one.
   *
   * @param {() => void} act
   * @returns {import("./palette.js").Command[]}
   */
  missing(act) {
    const { text } = this.#desk;
    return Object.entries(this.#all).map(([name, { drawing }]) => ({
      label: text(`act.${name}`),
      detail: text("palette.first"),
      also: this.#also(name),
      drawing,
      isRare: true,
      act,
    }));
  }

  /** @param {string} id */
  #possible(id) {
    const pane = this.#desk.panes.pane(id);
    if (!pane || pane.isLost || pane.conversation.state === "closed") return [];
    const line = this.#desk.inbox.line(id);
    return Object.entries(this.#all).filter(([, { isFor }]) => !isFor || isFor(line, pane.part));
  }

  /** @param {string} name @param {string} id */
  #words(name, id) {
    const { text, inbox } = this.#desk;
    return text(name === "snooze" && inbox.line(id)?.state === "snoozed" ? "act.rouse" : `act.${name}`);
  }

  /** @param {string} name */
  #also(name) {
    return this.#desk.synonyms.of(`act.${name}`, `also.${name}`);
  }
}
