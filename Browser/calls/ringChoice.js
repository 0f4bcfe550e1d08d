/** How a call may make itself known on this device: chosen here, kept in this browser. */
import { CallNotification } from "./callNotification.js";
import { buttons, onAction, region, say } from "./hooks.js";
import { playRing } from "./tones.js";

/** @typedef {import("./deviceChoice.js").RingOption} RingOption */

export class RingChoice {
  #root;
  #choice;
  #text;

  /**
   * @param {HTMLElement} root
   * @param {import("./deviceChoice.js").DeviceChoice} choice
   * @param {import("../design/text.js").Text} text
   */
  constructor(root, choice, text) {
    this.#root = root;
    this.#choice = choice;
    this.#text = text;
  }

  begin() {
    const choice = this.#choice;
    this.#box("ringsAloud").checked = choice.ring("ringsAloud");
    // A permission that was taken back in the browser's own settings counts more than the choice.
    this.#box("notifies").checked = choice.ring("notifies") && CallNotification.isAllowed;
    this.#box("notifies").disabled = !CallNotification.isPossible;
    this.#box("ringsAloud").addEventListener("change", ({ target }) => this.#chosen("ringsAloud", target));
    this.#box("notifies").addEventListener("change", ({ target }) => this.#notifies(target));
    onAction(this.#root, { "play-ring": () => this.#play() });
  }

  /** @param {RingOption} option @param {EventTarget | null} box */
  #chosen(option, box) {
    if (box instanceof HTMLInputElement) this.#choice.chooseRing(option, box.checked);
  }

  /** @param {EventTarget | null} box */
  async #notifies(box) {
    if (!(box instanceof HTMLInputElement)) return;
    const isRefused = box.checked && !(await CallNotification.ask());
    if (isRefused) box.checked = false;
    this.#chosen("notifies", box);
    const words = region(this.#root, "ring-words", HTMLElement);
    words.hidden = !isRefused;
    say(words, isRefused ? this.#text("ring.refused") : "");
  }

  async #play() {
    const all = buttons(this.#root, "play-ring");
    for (const button of all) button.disabled = true;
    await playRing().catch(() => {});
    for (const button of all) button.disabled = false;
  }

  /** @param {RingOption} option */
  #box(option) {
    const box = this.#root.querySelector(`input[data-ring="${option}"]`);
    if (!(box instanceof HTMLInputElement)) throw new Error(`the page has no ${option}`);
    return box;
  }
}
