/** A call made known by the system, for who looks at another window. Shown only where the person switched it on and the browser agreed. */

export class CallNotification {
  /** @type {Notification | undefined} */
  #shown;

  static get isPossible() {
    return "Notification" in globalThis;
  }

  /**
   * The browser's question, which only a person's own click may bring up.
   *
   * @returns {Promise<boolean>} true when it may be shown
   */
  static async ask() {
    return CallNotification.isPossible && (await Notification.requestPermission()) === "granted";
  }

  static get isAllowed() {
    return CallNotification.isPossible && Notification.permission === "granted";
  }

  /**
   * @param {string} call so that several tabs show it once
   * @param {string} words
   */
  show(call, words) {
    if (document.hasFocus() || !CallNotification.isAllowed) return;
    try {
      this.#shown = new Notification(words, { tag: call, requireInteraction: true });
    } catch {
      // Phones know notifications of service workers only; the ring and the title remain.
      return;
    }
    this.#shown.addEventListener("click", () => {
      focus();
      this.close();
    });
  }

  close() {
    this.#shown?.close();
    this.#shown = undefined;
  }
}
