import { isTypingIn } from "./shortcuts.js";

/** What takes the space bar for itself. */
const TAKES_SPACE = "button, a, input, select, textarea, summary, video, [tabindex]:not([tabindex='-1'])";

/** Lets somebody speak for as long as they hold the space bar, as long as they are muted otherwise. */
export class PushToTalk {
  #mayBegin;
  #speak;
  #isHeld = false;

  /**
   * @param {() => boolean} mayBegin asked when the bar goes down
   * @param {(isSpeaking: boolean) => void} speak
   */
  constructor(mayBegin, speak) {
    this.#mayBegin = mayBegin;
    this.#speak = speak;
  }

  listen() {
    document.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.repeat || this.#isHeld || isTypingIn(event.target)) return;
      if ((event.target instanceof Element && event.target.closest(TAKES_SPACE)) || !this.#mayBegin()) return;
      event.preventDefault();
      this.#isHeld = true;
      this.#speak(true);
    });
    document.addEventListener("keyup", (event) => event.key === " " && this.#release());
    // The bar may come up while another window has the keys.
    addEventListener("blur", () => this.#release());
  }

  #release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#speak(false);
  }
}
