/** How loud a track is, several times a second. */

/** Below this the ear hears silence, in decibels relative to the loudest possible. */
const FLOOR = -60;
/** Milliseconds between two looks: quick enough for a moving bar. */
const EVERY = 80;

/**
 * @param {Float32Array} samples from -1 to 1
 * @returns {number} from 0 (silence) to 1, evenly for the ear
 */
export function levelOf(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  if (power === 0) return 0;
  return Math.min(1, Math.max(0, 1 - (10 * Math.log10(power)) / FLOOR));
}

export class LevelMeter {
  #context = new AudioContext();
  #analyser = this.#context.createAnalyser();
  #track;
  #timer;

  /**
   * @param {MediaStreamTrack} track listened to through a copy, so that it also hears what a muted track does not send
   * @param {(level: number) => void} tell
   */
  constructor(track, tell) {
    this.#track = track.clone();
    this.#track.enabled = true;
    this.#analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(new MediaStream([this.#track])).connect(this.#analyser);
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#timer = setInterval(() => {
      this.#analyser.getFloatTimeDomainData(samples);
      tell(levelOf(samples));
    }, EVERY);
    // Before the first click browsers keep it asleep.
    this.#context.resume().catch(() => {});
  }

  close() {
    clearInterval(this.#timer);
    this.#track.stop();
    this.#context.close().catch(() => {});
  }
}
