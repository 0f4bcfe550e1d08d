/**
 * Translations for a team that speaks several languages: asked for by a tag that the lists show, and given as notes at their message.
 *
 * @module
 */
import { TRANSLATE } from "./parts.js";

export class Translations {
  #conversation;
  #live;
  #fail;

  /**
   * @param {import("../conversations/conversation.js").Conversation} conversation
   * @param {import("../live/live.js").Live} live
   * @param {(refusal: unknown) => void} fail
   */
  constructor(conversation, live, fail) {
    this.#conversation = conversation;
    this.#live = live;
    this.#fail = fail;
  }

  /** The sequence of the last that the visitor said: what is meant where none is named. */
  get lastSaid() {
    return this.#conversation.items.findLast((item) => item.kind === "message.sent" && item.part === "visitor" && !item.isWithdrawn)
      ?.sequence;
  }

  /** Tells the team that a translation is wanted; the lists show it. @param {number} [sequence] the last of the visitor's, if none is named */
  ask(sequence = this.lastSaid) {
    if (sequence === undefined || this.#conversation.wantsTranslation(sequence)) return;
    this.#conversation.say("", [], "note.add", { about: sequence, kind: "translationWanted" });
    this.#tag(true);
  }

  /** One was given: the lists no longer show it when no other is wanted. */
  given() {
    if (!this.#conversation.wantsTranslation()) this.#tag(false);
  }

  /** @param {boolean} isOn */
  #tag(isOn) {
    this.#live.command("enquiry.tag", { conversation: this.#conversation.id, tag: TRANSLATE, isOn }).catch(this.#fail);
  }
}
