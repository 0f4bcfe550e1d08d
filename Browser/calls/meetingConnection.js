/**
 * Keeps a meeting's connections open: opens them, and opens them anew for as long as they cannot be had.
 *
 * @module
 */
import { Refusal } from "../live/refusal.js";
import { isAtLimit } from "./meetingMedia.js";

/** Milliseconds between attempts to make the connections anew. */
const AGAIN_AFTER = 2_000;

/**
 * Events: `changed` when it stands otherwise than before, `tried` after each attempt to open it, `refused` with the refusal when the media
 * server will not.
 */
export class MeetingConnection extends EventTarget {
  #live;
  #media;
  #tracks;
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #isWanted = false;
  #isOpening = false;
  #isHeld = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

  /**
   * @param {import("../live/live.js").Live} live
   * @param {import("./meetingMedia.js").MeetingMedia} media
   * @param {() => Record<import("./meetingMedia.js").Line, MediaStreamTrack | null> | null} tracks what is sent; null from who only listens
   */
  constructor(live, media, tracks) {
    super();
    this.#live = live;
    this.#media = media;
    this.#tracks = tracks;
    media.addEventListener("lost", () => this.#isWanted && this.#open());
  }

  get isOpen() {
    return this.#media.isOpen && !this.#isOpening;
  }

  /** Whether the server has too much to do to begin this meeting, and takes it as soon as there is room. */
  get isHeld() {
    return this.#isHeld;
  }

  /**
   * Opens it from now on, until it is closed.
   *
   * @param {RTCIceServer[]} iceServers
   * @param {boolean} isKnown whether the server has it still, from before the live link was down
   */
  async open(iceServers, isKnown) {
    this.#iceServers = iceServers;
    this.#isWanted = true;
    if (!isKnown || !this.#media.isOpen || this.#isTooNarrow) await this.#open();
  }

  /** Whoever listened may send from now on: a connection that was made to listen alone is made anew. */
  widen() {
    if (this.#isTooNarrow) this.#open();
  }

  get #isTooNarrow() {
    return this.#media.isOpen && !this.#media.sends && this.#tracks() !== null;
  }

  close() {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    this.#media.close();
  }

  async #open() {
    // While the link is down nothing can be agreed on; entering again, after the welcome, comes back here.
    if (this.#isOpening || !this.#isWanted || this.#live.state.name !== "open") {
      this.#changed();
      return;
    }
    this.#isOpening = true;
    clearTimeout(this.#retry);
    this.#changed();
    let wait = AGAIN_AFTER;
    try {
      await this.#media.open(this.#iceServers, this.#tracks());
      this.#isHeld = false;
    } catch (problem) {
      this.#media.close();
      const refusal = problem instanceof Refusal && !problem.isOwn ? problem : undefined;
      this.#isHeld = refusal !== undefined && isAtLimit(refusal);
      wait = pauseAfter(refusal);
      if (refusal) this.dispatchEvent(new CustomEvent("refused", { detail: refusal }));
    } finally {
      this.#isOpening = false;
    }
    // The link went down, the server just begins, or the connections were lost while they opened: a little later it may go.
    if (!this.#media.isOpen) this.#retry = setTimeout(() => this.#open(), wait);
    else if (this.#isTooNarrow) this.#retry = setTimeout(() => this.#open(), 0);
    this.#changed();
    this.dispatchEvent(new Event("tried"));
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * Milliseconds until it is tried again: as long as the server asks for, and then spread by chance, as everybody who waits there was asked for
 * the same.
 *
 * @param {Refusal | undefined} refusal
 */
function pauseAfter(refusal) {
  const asked = (refusal?.problem.retryAfter ?? 0) * 1_000;
  return asked > 0 ? asked * (1 + Math.random() / 2) : AGAIN_AFTER;
}
