/**
 * How good each direction of a call is, and what is in the way, from the measures of both sides.
 *
 * Loss on the way from Ana to Ben can begin at her uplink or at his downlink, and packets do not say where they died.
 * Each side therefore also says whether its own line is strained (its answers from the server have become slow).
 *
 * @module
 */

/** @typedef {"good" | "fair" | "poor"} Level */
/** @typedef {"none" | "yourUplink" | "yourDownlink" | "theirUplink" | "theirDownlink" | "between" | "distance" | "yourProcessor" | "theirProcessor"} Cause */
/** @typedef {{ level: Level, cause: Cause }} Verdict */

/**
 * What one side tells the other about itself.
 *
 * @typedef {{ isStrained: boolean, isBusy: boolean, isDecodingLate: boolean }} Condition
 */

/** @type {Level[]} best first */
const LEVELS = ["good", "fair", "poor"];

/** Above these shares of lost packets speech is audibly damaged, or no longer understood, in spite of Opus's own repair. */
const LOSS = { fair: 0.03, poor: 0.1 };
/** Above these round trips, in milliseconds, people begin to talk over each other, or cannot converse. */
const ROUND_TRIP = { fair: 350, poor: 800 };
/** Below these rates, in bits per second, the picture is visibly soft, or sound itself is in danger. */
const RATE = { fair: 300_000, poor: 90_000 };

/**
 * @param {import("./callStats.js").Measure} measure
 * @param {Condition} ours
 * @param {Condition} theirs
 * @returns {{ sending: Verdict, receiving: Verdict }}
 */
export function judge(measure, ours, theirs) {
  const delay = rising(measure.roundTrip, ROUND_TRIP);
  return {
    sending: verdict([
      [rising(measure.sendLoss, LOSS), lineCause(ours, theirs, "yourUplink", "theirDownlink")],
      [
        measure.limitedBy === "bandwidth" ? falling(measure.outgoing, RATE) : "good",
        lineCause(ours, theirs, "yourUplink", "theirDownlink"),
      ],
      [ours.isBusy ? "fair" : "good", "yourProcessor"],
      [theirs.isDecodingLate ? "fair" : "good", "theirProcessor"],
      [delay, "distance"],
    ]),
    receiving: verdict([
      [rising(measure.receiveLoss, LOSS), lineCause(ours, theirs, "yourDownlink", "theirUplink")],
      [theirs.isBusy ? "fair" : "good", "theirProcessor"],
      [ours.isDecodingLate ? "fair" : "good", "yourProcessor"],
      [delay, "distance"],
    ]),
  };
}

/**
 * Keeps a level from flickering: worse is believed the second time, better the fourth time in a row.
 */
export class Steady {
  static WORSE_AFTER = 2;
  static BETTER_AFTER = 4;

  /** @type {Verdict} */
  #shown = { level: "good", cause: "none" };
  /** @type {Verdict | undefined} */
  #other;
  #times = 0;

  /**
   * @param {Verdict} measured
   * @returns {Verdict} what to show
   */
  feed(measured) {
    const direction = LEVELS.indexOf(measured.level) - LEVELS.indexOf(this.#shown.level);
    if (direction === 0) {
      this.#times = 0;
      this.#other = undefined;
      if (measured.level !== "good") this.#shown = measured;
      return this.#shown;
    }
    this.#times = this.#other && direction > 0 === this.#isWorse(this.#other) ? this.#times + 1 : 1;
    this.#other = measured;
    if (this.#times >= (direction > 0 ? Steady.WORSE_AFTER : Steady.BETTER_AFTER)) {
      this.#shown = measured;
      this.#times = 0;
      this.#other = undefined;
    }
    return this.#shown;
  }

  /** @param {Verdict} other */
  #isWorse(other) {
    return LEVELS.indexOf(other.level) > LEVELS.indexOf(this.#shown.level);
  }
}

/**
 * Blames the line that is strained, the path when both or neither are.
 *
 * @param {Condition} ours
 * @param {Condition} theirs
 * @param {Cause} atOurs
 * @param {Cause} atTheirs
 * @returns {Cause}
 */
function lineCause(ours, theirs, atOurs, atTheirs) {
  if (ours.isStrained === theirs.isStrained) return "between";
  return ours.isStrained ? atOurs : atTheirs;
}

/**
 * The worst finding; of equally bad ones the first.
 *
 * @param {[Level, Cause][]} findings
 * @returns {Verdict}
 */
function verdict(findings) {
  /** @type {Verdict} */
  let worst = { level: "good", cause: "none" };
  for (const [level, cause] of findings) if (LEVELS.indexOf(level) > LEVELS.indexOf(worst.level)) worst = { level, cause };
  return worst;
}

/**
 * @param {number | undefined} value
 * @param {{ fair: number, poor: number }} limits
 * @returns {Level}
 */
function rising(value, limits) {
  if (value === undefined || value < limits.fair) return "good";
  return value < limits.poor ? "fair" : "poor";
}

/**
 * @param {number | undefined} value
 * @param {{ fair: number, poor: number }} limits
 * @returns {Level}
 */
function falling(value, limits) {
  if (value === undefined || value > limits.fair) return "good";
  return value > limits.poor ? "fair" : "poor";
}
