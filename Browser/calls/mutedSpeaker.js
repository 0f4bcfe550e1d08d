/** Notices that somebody speaks into a microphone that is switched off. Listens on this device only. */
import { LevelMeter } from "./levelMeter.js";

/** Loud enough for speech at a microphone, in the measure of `levelOf`. */
const SPEECH = 0.5;
/** Milliseconds it must last: a cough is not speech. */
const LASTS = 700;
/** Milliseconds after which the same remark may come again. */
const AGAIN = 20_000;

export class MutedSpeaker {
  #tell;
  /** @type {LevelMeter | undefined} */
  #meter;
  #loudSince = 0;
  #toldAt = -AGAIN;

  /** @param {() => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {MediaStreamTrack | null} track listened to while it is there and switched off */
  follow(track) {
    this.#meter?.close();
    this.#meter = undefined;
    this.#loudSince = 0;
    if (track && !track.enabled) this.#meter = new LevelMeter(track, (level) => this.hear(level, Date.now()));
  }

  /**
   * @param {number} level
   * @param {number} now milliseconds
   */
  hear(level, now) {
    if (level < SPEECH) this.#loudSince = 0;
    else if (this.#loudSince === 0) this.#loudSince = now;
    else if (now - this.#loudSince >= LASTS && now - this.#toldAt >= AGAIN) {
      this.#toldAt = now;
      this.#tell();
    }
  }
}
