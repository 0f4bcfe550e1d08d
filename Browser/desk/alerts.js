/**
 * Tells of what came: by a sound, by the desktop, or not at all. **Nothing is shown outside the page before one switched it on.**
 *
 * @module
 */

/** Declared in the registry. */
const KEY = "sotto.desk.alerts";

/** @typedef {import("./protocol.js").Line} Line */
/** @typedef {{ desktop: boolean, sound: "none" | "soft" | "bell", quiet: boolean, letters: boolean }} Choices */

/** Frequency in hertz, start and length in seconds. @type {Record<string, { frequency: number, at: number, lasts: number }[]>} */
const SOUNDS = {
  soft: [{ frequency: 523.25, at: 0, lasts: 0.16 }],
  bell: [
    { frequency: 783.99, at: 0, lasts: 0.14 },
    { frequency: 1046.5, at: 0.15, lasts: 0.3 },
  ],
};
const LOUDNESS = 0.12;

/**
 * What of a change is worth telling of: an offer before a wait, a wait before words.
 *
 * @param {Line} line
 * @param {Line} [before]
 * @param {boolean} [isAway] whether whoever is told takes nothing now
 * @returns {"alert.offered" | "alert.waiting" | "alert.message" | undefined}
 */
export function alertFor(line, before, isAway = false) {
  if (line.state === "offered" && line.isMine && before?.state !== "offered") return "alert.offered";
  if (line.state === "waiting" && before?.state !== "waiting" && !isAway) return "alert.waiting";
  const isOurs = line.isMine || line.isInvited;
  return isOurs && (line.unread ?? 0) > (before?.unread ?? 0) ? "alert.message" : undefined;
}

export class Alerts {
  #storage;
  /** @type {Choices} */
  #choices = { desktop: false, sound: "none", quiet: false, letters: true };
  /** @type {AudioContext | undefined} */
  #context;

  /** @param {() => Storage} [storage] asked late: a browser that refuses throws when it is touched */
  constructor(storage = () => localStorage) {
    this.#storage = storage;
    try {
      this.#choices = { ...this.#choices, ...JSON.parse(storage().getItem(KEY) ?? "{}") };
    } catch {
      // Refused, or not ours: as at first.
    }
  }

  get choices() {
    return this.#choices;
  }

  /** @param {Partial<Choices>} change */
  choose(change) {
    this.#choices = { ...this.#choices, ...change };
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#choices));
    } catch {
      // It holds until the page is left.
    }
  }

  /** @returns {Promise<boolean>} whether the desktop may be used: the browser asks its person once */
  async allowDesktop() {
    if (!("Notification" in globalThis)) return false;
    return (await Notification.requestPermission()) === "granted";
  }

  /** Plays the chosen sound, as when it was chosen. */
  play() {
    this.#sound();
  }

  /**
   * Somebody wrote or waits. **The words are the team's own**: what a visitor typed does not go to the desktop, where others see it.
   *
   * @param {string} title
   * @param {string} detail
   * @param {string} tag one conversation has one notification
   * @param {() => void} open
   */
  tell(title, detail, tag, open) {
    if (this.#choices.quiet) return;
    this.#sound();
    if (!this.#choices.desktop || document.hasFocus() || !("Notification" in globalThis) || Notification.permission !== "granted") return;
    const notification = new Notification(title, { body: detail, tag, silent: true });
    notification.addEventListener("click", () => {
      globalThis.focus();
      notification.close();
      open();
    });
  }

  #sound() {
    const tones = SOUNDS[this.#choices.sound];
    if (!tones || this.#choices.quiet) return;
    this.#context ??= new AudioContext();
    sing(this.#context, tones).catch(() => {});
  }
}

/**
 * @param {AudioContext} context
 * @param {{ frequency: number, at: number, lasts: number }[]} tones
 */
async function sing(context, tones) {
  await context.resume();
  for (const { frequency, at, lasts } of tones) {
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    const loudness = new GainNode(context, { gain: 0 });
    const start = context.currentTime + at;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + lasts);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + lasts);
  }
}
