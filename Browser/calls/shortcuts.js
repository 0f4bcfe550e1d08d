import { buttons } from "./hooks.js";

/** Single keys for what is used in every call. They can be switched off in their list (WCAG 2.1.4) and rest while one types. */

/** @type {Record<string, string>} key to action; capital letters need Shift */
export const KEYS = {
  m: "microphone",
  v: "camera",
  s: "screen",
  a: "add",
  c: "chat",
  p: "picture-in-picture",
  f: "full-screen",
  H: "hang-up",
  "?": "shortcuts",
};

/** @type {Record<string, string>} the same in a meeting */
export const MEETING_KEYS = {
  m: "microphone",
  v: "camera",
  s: "screen",
  c: "chat",
  r: "hand",
  p: "people",
  i: "picture-in-picture",
  f: "full-screen",
  H: "leave",
  "?": "shortcuts",
};

/**
 * @param {{ key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, shiftKey: boolean, repeat: boolean }} event
 * @param {boolean} isTyping
 * @param {Record<string, string>} [keys]
 * @returns {string | undefined} the action meant
 */
export function actionFor(event, isTyping, keys = KEYS) {
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return undefined;
  // Some layouts need Shift for "?", caps lock must not hang up.
  const key = event.key === "?" ? "?" : event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  return keys[key];
}

/** @param {EventTarget | null} target */
export function isTypingIn(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** Presses the button of a key's action, while the list says that keys may. */
export class SingleKeys {
  #root;
  #keys;
  #isResting;

  /**
   * @param {HTMLElement} root holds the buttons, and a box `data-single-keys` that switches the keys off
   * @param {Record<string, string>} keys
   * @param {() => boolean} isResting whether there is nothing to press now
   */
  constructor(root, keys, isResting) {
    this.#root = root;
    this.#keys = keys;
    this.#isResting = isResting;
  }

  listen() {
    document.addEventListener("keydown", (event) => this.#pressed(event));
    return this;
  }

  /** Whether a key pressed now means something. */
  get isOn() {
    const box = this.#root.querySelector("input[data-single-keys]");
    const isOff = box instanceof HTMLInputElement && !box.checked;
    return !isOff && !this.#isResting() && !document.querySelector("dialog[open]");
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const action = actionFor(event, isTypingIn(event.target), this.#keys);
    if (!action || !this.isOn) return;
    event.preventDefault();
    const [button] = buttons(this.#root, action);
    button?.click();
  }
}
