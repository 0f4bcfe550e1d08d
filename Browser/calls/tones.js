/** The few sounds of calls, made rather than loaded: a test for the speaker and a ring. */

/** A rising fourth, soft enough for headphones: frequency in hertz, start and length in seconds. */
const TEST = [
  { frequency: 523.25, at: 0, lasts: 0.28 },
  { frequency: 698.46, at: 0.3, lasts: 0.5 },
];
const RING = [
  { frequency: 587.33, at: 0, lasts: 0.22 },
  { frequency: 880, at: 0.24, lasts: 0.22 },
  { frequency: 587.33, at: 0.6, lasts: 0.22 },
  { frequency: 880, at: 0.84, lasts: 0.36 },
];
/** Milliseconds from one ring to the next. */
const RING_EVERY = 3_000;
const LOUDNESS = 0.16;

/**
 * Plays the test on the chosen speaker.
 *
 * @param {string | undefined} speaker a device id
 */
export async function playTest(speaker) {
  const context = new AudioContext();
  await context.resume();
  const output = context.createMediaStreamDestination();
  const audio = new Audio();
  audio.srcObject = output.stream;
  if (speaker) await setSpeaker(audio, speaker);
  await audio.play();
  const length = play(context, output, TEST);
  await new Promise((resolve) => {
    setTimeout(resolve, length * 1000 + 200);
  });
  audio.pause();
  await context.close();
}

/** Plays the ring once, so that a person knows it again. */
export async function playRing() {
  const context = new AudioContext();
  await context.resume();
  const length = play(context, context.destination, RING);
  await new Promise((resolve) => {
    setTimeout(resolve, length * 1000 + 100);
  });
  await context.close();
}

/**
 * A ring that goes on until it is stopped, **from one page of this browser at a time**.
 * Silent where the browser allows no sound before a click.
 */
export class Ring {
  /** @type {AudioContext | undefined} */
  #context;
  /** @type {AbortController | undefined} ends the turn of this page */
  #turn;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  start() {
    if (this.#context) return;
    const context = new AudioContext();
    const turn = new AbortController();
    this.#context = context;
    this.#turn = turn;
    // A page that may not sound leaves its turn to one that may.
    context.resume().then(
      () => inTurn(turn.signal, () => this.#sound(context)),
      () => {},
    );
  }

  stop() {
    this.#turn?.abort();
    clearInterval(this.#timer);
    this.#context?.close().catch(() => {});
    this.#context = undefined;
  }

  /** @param {AudioContext} context */
  #sound(context) {
    const once = () => play(context, context.destination, RING);
    once();
    this.#timer = setInterval(once, RING_EVERY);
  }
}

/**
 * Calls `begin` when no other page of this browser rings any more, and keeps the turn until `signal` says that it is over.
 *
 * @param {AbortSignal} signal
 * @param {() => void} begin
 */
async function inTurn(signal, begin) {
  if (signal.aborted) return;
  const over = new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
  const hold = () => {
    // The call may have been answered while this page waited.
    if (signal.aborted) return;
    begin();
    return over;
  };
  await navigator.locks.request("sotto.ring", { signal }, hold).catch(() => {});
}

/**
 * @param {HTMLMediaElement} element
 * @param {string} speaker a device id, empty for the system's choice
 */
export async function setSpeaker(element, speaker) {
  if (!("setSinkId" in element)) return;
  // One that was unplugged: the system's choice is right then.
  await element.setSinkId(speaker).catch(() => element.setSinkId("").catch(() => {}));
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} output
 * @param {{ frequency: number, at: number, lasts: number }[]} notes
 * @returns {number} seconds it takes
 */
function play(context, output, notes) {
  for (const { frequency, at, lasts } of notes) {
    const start = context.currentTime + at;
    const voice = context.createOscillator();
    const loudness = context.createGain();
    voice.frequency.value = frequency;
    // Swelling and fading keeps the speaker from clicking.
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + lasts);
    voice.connect(loudness).connect(output);
    voice.start(start);
    voice.stop(start + lasts);
  }
  return Math.max(...notes.map((note) => note.at + note.lasts));
}
