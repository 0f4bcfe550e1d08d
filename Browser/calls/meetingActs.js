/**
 * What everybody does in a meeting besides speaking: raises a hand, reacts, and answers a host who would like to hear them.
 *
 * @module
 */
import { onAction, press, region } from "./hooks.js";

export class MeetingActs {
  #root;
  #text;
  #commands;
  #people;
  #view;

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   * @param {{ commands: import("./meetingCommands.js").MeetingCommands, people: import("./meetingPeople.js").MeetingPeople,
   *   view: import("./meetingView.js").MeetingView, own: import("./ownTracks.js").OwnTracks }} meeting
   */
  constructor(root, text, { commands, people, view, own }) {
    this.#root = root;
    this.#text = text;
    this.#commands = commands;
    this.#people = people;
    this.#view = view;
    onAction(root, {
      hand: () => commands.ask("meeting.hand", { isRaised: people.own?.hand === undefined }),
      react: (event) => this.#react(event.target),
      "asked-yes": () => {
        this.showAsked(false);
        own.speakUp(true);
      },
      "asked-no": () => this.showAsked(false),
    });
    // Whoever speaks has answered.
    own.addEventListener("shown", () => {
      if (!own.isMuted && own.all.microphone) this.showAsked(false);
    });
  }

  /** @param {boolean} isAsked whether a host would like to hear this person */
  showAsked(isAsked) {
    region(this.#root, "asked", HTMLElement).hidden = !isAsked;
  }

  showHand() {
    press(this.#root, "hand", this.#people.own?.hand !== undefined);
  }

  /** @param {import("../live/protocol.js").MeetingReacted} message */
  hearReaction({ seat, reaction }) {
    this.#view.showReaction(seat, reaction);
    const name = this.#people.at(seat)?.name;
    if (name && seat !== this.#people.seat) this.#view.remark("say.reaction", { name, reaction: this.#text(`reaction.${reaction}`) });
  }

  /** @param {EventTarget | null} target */
  #react(target) {
    const reaction = target instanceof Element ? target.closest("[data-reaction]")?.getAttribute("data-reaction") : null;
    if (!reaction) return;
    this.#commands.ask("meeting.react", { reaction: /** @type {import("../live/protocol.js").MeetingReaction} */ (reaction) });
    region(this.#root, "more", HTMLElement).hidePopover();
  }
}
