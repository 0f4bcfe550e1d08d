/**
 * What is heard in a meeting: a player for each line on which voices come.
 *
 * @module
 */
import { region, show } from "./hooks.js";

export class MeetingSounds {
  #root;
  #box;
  /** Whether nothing may be heard yet. */
  isHushed = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#box = region(root, "sounds", HTMLElement);
  }

  /** @param {[string, MediaStreamTrack][]} sounds by the slot's line */
  play(sounds) {
    for (const [mid, track] of sounds) {
      const player = this.players.find((one) => one.dataset.line === mid) ?? this.#add(mid);
      show(player, [track]);
      player.play().catch(() => {
        region(this.#root, "play", HTMLElement).hidden = false;
      });
    }
  }

  get players() {
    return [...this.#box.querySelectorAll("audio")];
  }

  /** After a press, which is what some browsers want before they let a page sound. */
  listen() {
    region(this.#root, "play", HTMLElement).hidden = true;
    for (const player of this.players) player.play().catch(() => {});
  }

  /** @param {string} mid */
  #add(mid) {
    const player = Object.assign(document.createElement("audio"), { autoplay: true, muted: this.isHushed });
    player.dataset.line = mid;
    this.#box.append(player);
    return player;
  }
}
