/**
 * What to give up when the line gets narrow: first sharpness, then motion, then the picture, never the sound.
 *
 * The browser's own congestion control shares out what there is; these steps keep the picture from taking what the sound needs,
 * and keep it from coming back before there is room.
 *
 * @module
 */

/**
 * One way of sending the picture; rates in bits per second.
 *
 * @typedef {{ name: "full" | "reduced" | "small" | "soundOnly", isActive: boolean, shrink: number, frames: number, rate: number }} Rung
 */

/** @type {readonly Rung[]} best first */
export const LADDER = Object.freeze([
  { name: "full", isActive: true, shrink: 1, frames: 30, rate: 1_700_000 },
  { name: "reduced", isActive: true, shrink: 2, frames: 20, rate: 500_000 },
  { name: "small", isActive: true, shrink: 4, frames: 10, rate: 150_000 },
  { name: "soundOnly", isActive: false, shrink: 4, frames: 10, rate: 150_000 },
]);

/** What the sound and its repair need, in bits per second. */
const SOUND = 50_000;
/** Above these the sound itself suffers. */
const TOO_MUCH = { loss: 0.1, roundTrip: 1_000 };
/** Below these there is room to try more. */
const ROOM = { loss: 0.02, roundTrip: 400 };
/** A step up is tried when there is this much more room than the step before gave up at. */
const SPARE = 1.3;

export class Adaptation {
  static DOWN_AFTER = 2;
  static UP_AFTER = 5;
  /** The longest a step up is put off after it failed before, in measures. */
  static MOST_PATIENCE = 40;

  #index = 0;
  #bad = 0;
  #good = 0;
  #patience = Adaptation.UP_AFTER;
  #sinceUp = Infinity;

  get rung() {
    return LADDER[this.#index];
  }

  /**
   * @param {import("./callStats.js").Measure} measure one, every other second
   * @returns {boolean} true when the rung has changed
   */
  feed(measure) {
    this.#sinceUp += 1;
    this.#bad = this.#isTight(measure) ? this.#bad + 1 : 0;
    this.#good = this.#hasRoom(measure) ? this.#good + 1 : 0;
    if (this.#bad >= Adaptation.DOWN_AFTER && this.#index < LADDER.length - 1) {
      // A step up that did not last makes the next one wait longer.
      if (this.#sinceUp < 10) this.#patience = Math.min(this.#patience * 2, Adaptation.MOST_PATIENCE);
      return this.#move(1);
    }
    if (this.#good >= this.#patience && this.#index > 0) {
      if (this.#sinceUp > Adaptation.MOST_PATIENCE) this.#patience = Adaptation.UP_AFTER;
      this.#sinceUp = 0;
      return this.#move(-1);
    }
    return false;
  }

  /** @param {number} by */
  #move(by) {
    this.#index += by;
    this.#bad = 0;
    this.#good = 0;
    return true;
  }

  /** @param {import("./callStats.js").Measure} measure */
  #isTight({ sendLoss = 0, roundTrip = 0, outgoing = Infinity }) {
    const isStarved = this.rung.isActive && outgoing < SOUND + this.rung.rate / 4;
    return sendLoss > TOO_MUCH.loss || roundTrip > TOO_MUCH.roundTrip || isStarved;
  }

  /** @param {import("./callStats.js").Measure} measure */
  #hasRoom({ sendLoss = 0, roundTrip = 0, outgoing = Infinity }) {
    const above = LADDER[Math.max(0, this.#index - 1)];
    // Without a picture the browser has nothing to probe with, so its estimate stays low: only loss and delay count then.
    const isWide = !this.rung.isActive || outgoing > (SOUND + above.rate / 4) * SPARE;
    return sendLoss < ROOM.loss && roundTrip < ROOM.roundTrip && isWide;
  }
}

/**
 * Sets how a sender of pictures sends.
 *
 * @param {RTCRtpSender} sender
 * @param {Rung} rung
 */
export async function applyRung(sender, rung) {
  const parameters = sender.getParameters();
  // Before the first negotiation there are no encodings to set.
  if (!parameters.encodings?.length) return;
  for (const encoding of parameters.encodings) {
    encoding.active = rung.isActive;
    encoding.scaleResolutionDownBy = rung.shrink;
    encoding.maxFramerate = rung.frames;
    encoding.maxBitrate = rung.rate;
    encoding.priority = "low";
    encoding.networkPriority = "low";
  }
  await sender.setParameters(parameters);
}

/**
 * Lets the sound go first wherever packets queue.
 *
 * @param {RTCRtpSender} sender
 */
export async function preferSound(sender) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  for (const encoding of parameters.encodings) {
    encoding.priority = "high";
    encoding.networkPriority = "high";
  }
  await sender.setParameters(parameters);
}
