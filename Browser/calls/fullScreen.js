/**
 * The full screen: its buttons, where the browser has one, and their way back. Escape leaves it, as everywhere.
 *
 * @module
 */
import { buttons, onAction, press } from "./hooks.js";

export class FullScreen {
  #root;
  #fail;

  /**
   * @param {HTMLElement} root which fills the screen, and whose buttons `full-screen` are hidden where it cannot, as are the rows
   *   `data-full-screen` in the list of keys
   * @param {() => void} fail says that the browser would not
   */
  constructor(root, fail) {
    this.#root = root;
    this.#fail = fail;
    // Not on an iPhone, and not in a frame that may not.
    const isPossible = document.fullscreenEnabled === true;
    for (const one of [...buttons(root, "full-screen"), ...root.querySelectorAll("[data-full-screen]")]) {
      one.toggleAttribute("hidden", !isPossible);
    }
    onAction(root, { "full-screen": () => this.#toggle() });
    root.addEventListener("fullscreenchange", () => press(root, "full-screen", this.isOn));
  }

  get isOn() {
    return document.fullscreenElement === this.#root;
  }

  /** The meeting is over: what comes after needs no full screen. */
  async leave() {
    if (this.isOn) await document.exitFullscreen();
  }

  async #toggle() {
    if (this.isOn) await this.leave();
    else await this.#root.requestFullscreen().catch(this.#fail);
  }
}
