/** Looks at a call every other second: says how good it is, and keeps the sound when the line gets narrow. */
import { Adaptation, applyRung, preferSound } from "./adaptation.js";
import { measureFrom } from "./callStats.js";
import { judge, Steady } from "./quality.js";

/** Milliseconds between two measures: long enough for a share of lost packets to mean something. */
const EVERY = 2_000;
/** Every how many looks our own line to the server is measured. */
const PROBE_EVERY = 3;

/** @typedef {{ sending: import("./quality.js").Verdict, receiving: import("./quality.js").Verdict, measure: import("./callStats.js").Measure }} Report */

/** Events: `report` and `rung`. */
export class QualityWatch extends EventTarget {
  #session;
  #live;
  /** @type {import("./callStats.js").Counters | undefined} */
  #counters;
  #adaptation = new Adaptation();
  #steady = { sending: new Steady(), receiving: new Steady() };
  /** @type {import("./quality.js").Condition} */
  #theirs = { isStrained: false, isBusy: false, isDecodingLate: false };
  #looks = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import("./callSession.js").CallSession} session
   * @param {import("../live/live.js").Live} live whose answers tell whether our own line is strained
   */
  constructor(session, live) {
    super();
    this.#session = session;
    this.#live = live;
    session.addEventListener("condition", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("peer", () => this.#apply());
    session.addEventListener("own", () => this.#apply());
    session.addEventListener("state", () => this.#follow());
  }

  #follow() {
    if (this.#session.state.name === "connected") {
      this.#timer ??= setInterval(() => this.#look().catch(() => {}), EVERY);
      this.#look().catch(() => {});
    } else if (this.#session.state.name === "ended") {
      clearInterval(this.#timer);
    }
  }

  /** @param {any} condition from the other side, so it may be anything */
  #hear({ isStrained, isBusy, isDecodingLate }) {
    this.#theirs = { isStrained: isStrained === true, isBusy: isBusy === true, isDecodingLate: isDecodingLate === true };
  }

  async #look() {
    const { peer, state } = this.#session;
    if (!peer || state.name !== "connected") return;
    const { measure, counters } = measureFrom((await peer.stats()).values(), this.#counters);
    this.#counters = counters;
    this.#looks += 1;
    if (this.#looks % PROBE_EVERY === 1) this.#live.probe();
    const ours = { isStrained: this.#live.isStrained, isBusy: measure.limitedBy === "cpu", isDecodingLate: measure.isDecodingLate };
    this.#session.tellCondition(ours);
    this.#report(measure, judge(measure, ours, this.#theirs));
    if (this.#adaptation.feed(measure)) this.#rungChanged();
  }

  /**
   * @param {import("./callStats.js").Measure} measure
   * @param {{ sending: import("./quality.js").Verdict, receiving: import("./quality.js").Verdict }} verdicts
   */
  #report(measure, verdicts) {
    /** @type {Report} */
    const report = {
      sending: this.#steady.sending.feed(verdicts.sending),
      receiving: this.#steady.receiving.feed(verdicts.receiving),
      measure,
    };
    this.dispatchEvent(new CustomEvent("report", { detail: report }));
  }

  #rungChanged() {
    this.#apply();
    const isPaused = !this.#adaptation.rung.isActive;
    if (isPaused !== this.#session.tracks.showing.isPaused) this.#session.tracks.pause(isPaused);
    this.dispatchEvent(new CustomEvent("rung", { detail: this.#adaptation.rung }));
  }

  /** Sets all senders; a sender that is not negotiated yet is set when it is. */
  #apply() {
    const { peer } = this.#session;
    const { rung } = this.#adaptation;
    const sound = peer?.sender("microphone");
    const camera = peer?.sender("camera");
    const screen = peer?.sender("screen");
    // Letters stay readable only unshrunk: a screen gives up motion instead.
    if (screen) applyRung(screen, { ...rung, shrink: 1 }).catch(() => {});
    if (camera) applyRung(camera, rung).catch(() => {});
    if (sound) preferSound(sound).catch(() => {});
  }
}
