/**
 * Camera and microphone of this page: opening, switching without dropping, and letting go.
 *
 * **After `closeAll` no device is open, not even one whose permission is granted only later.**
 *
 * @module
 */
import { blur, blurOf } from "./backgroundBlur.js";
import { DeviceChoice } from "./deviceChoice.js";
import { guidanceFor, obstacle } from "./guidance.js";

/** @typedef {import("./deviceChoice.js").Kind} Kind */
/** @typedef {"camera" | "microphone"} Capturing */
/** @typedef {{ id: string, label: string }} Device label is empty before the browser may tell it */

/** Why a device could not be opened. */
export class DeviceProblem extends Error {
  /** @param {import("./guidance.js").Guidance} guidance */
  constructor(guidance) {
    super(guidance);
    this.name = "DeviceProblem";
    this.guidance = guidance;
  }
}

const BROWSER_KIND = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
const CONSTRAINT = /** @type {const} */ ({ camera: "video", microphone: "audio" });

/**
 * `track` tells that a device now gives this track (null: it is off), `listed` that devices came or went,
 * `lost` that a device was pulled out, with the label of what is used instead.
 */
export class Devices extends EventTarget {
  choice = new DeviceChoice();
  /** @type {Record<Capturing, MediaStreamTrack | null>} */
  #tracks = { camera: null, microphone: null };
  /** Counts closings, so that a permission given after hanging up opens nothing. */
  #era = 0;

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", () => this.dispatchEvent(new Event("listed")));
  }

  /** @param {Capturing} kind */
  track(kind) {
    return this.#tracks[kind];
  }

  /**
   * Opens what is not open yet; asked together so that the browser puts one question.
   *
   * @param {Capturing[]} kinds
   * @returns {Promise<Map<Capturing, DeviceProblem>>} what could not be opened
   */
  async open(kinds) {
    const missing = kinds.filter((kind) => !this.#tracks[kind]);
    /** @type {Map<Capturing, DeviceProblem>} */
    const problems = new Map();
    if (missing.length === 0) return problems;
    try {
      await this.#capture(missing);
    } catch (error) {
      const problem = problemOf(error);
      // A refusal is for both; anything else may be one device's, and the other is still useful.
      const isShared = missing.length === 1 || problem.guidance === "denied" || problem.guidance === "insecure";
      for (const kind of missing) {
        const found = isShared ? problem : (await this.open([kind])).get(kind);
        if (found) problems.set(kind, found);
      }
    }
    return problems;
  }

  /**
   * Turns to another device. The old one is kept until the new one gives a track.
   *
   * @param {Kind} kind
   * @param {string} id empty for the system's choice
   * @throws {DeviceProblem} the old device is used on
   */
  async turnTo(kind, id) {
    const before = this.choice.device(kind) ?? "";
    this.choice.choose(kind, id);
    if (kind === "speaker") {
      this.dispatchEvent(new Event("speaker"));
      return;
    }
    if (!this.#tracks[kind]) return;
    try {
      await this.#reopen(kind);
    } catch (error) {
      this.choice.choose(kind, before);
      throw error;
    }
  }

  /**
   * @param {import("./deviceChoice.js").SoundOption} option
   * @param {boolean} isOn
   */
  async setSound(option, isOn) {
    this.choice.chooseSound(option, isOn);
    // Browsers apply these only when they open the device.
    if (this.#tracks.microphone) await this.#reopen("microphone");
  }

  /** Whether what is behind the person is blurred; undefined where there is nothing to choose. */
  get blurs() {
    return blurOf(this.#tracks.camera);
  }

  /**
   * @param {boolean} isOn
   * @throws {DeviceProblem}
   */
  async setBlur(isOn) {
    this.choice.chooseBlur(isOn);
    const { camera } = this.#tracks;
    if (!camera) return;
    try {
      await blur(camera, isOn);
    } catch (error) {
      throw problemOf(error);
    }
  }

  /** @param {Capturing} kind */
  close(kind) {
    this.#put(kind, null);
  }

  closeAll() {
    this.#era += 1;
    this.#put("camera", null);
    this.#put("microphone", null);
  }

  /**
   * What there is to choose from.
   *
   * @returns {Promise<Record<Kind, Device[]>>}
   */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const of = (/** @type {Kind} */ kind) =>
      all
        .filter((device) => device.kind === BROWSER_KIND[kind] && device.deviceId !== "default" && device.deviceId !== "communications")
        .map((device) => ({ id: device.deviceId, label: device.label }));
    return { camera: of("camera"), microphone: of("microphone"), speaker: of("speaker") };
  }

  /** @param {Capturing} kind */
  async #reopen(kind) {
    const old = this.#tracks[kind];
    const wasEnabled = old?.enabled ?? true;
    try {
      await this.#capture([kind], wasEnabled);
    } catch (error) {
      if (problemOf(error).guidance !== "taken" || !old) throw problemOf(error);
      // Some systems lend a device once: give it back, then ask again.
      this.close(kind);
      const problem = (await this.open([kind])).get(kind);
      const opened = this.#tracks[kind];
      if (opened) opened.enabled = wasEnabled;
      if (problem) throw problem;
    }
  }

  /**
   * @param {Capturing[]} kinds
   * @param {boolean} [isEnabled]
   */
  async #capture(kinds, isEnabled = true) {
    const stop = obstacle({
      isSecureContext,
      hasDevices: Boolean(navigator.mediaDevices),
      hasConnections: "RTCPeerConnection" in globalThis,
    });
    if (stop) throw new DeviceProblem(stop);
    const era = this.#era;
    const stream = await this.#request(kinds);
    for (const track of stream.getTracks()) {
      track.enabled = isEnabled;
      if (era === this.#era) this.#put(track.kind === "audio" ? "microphone" : "camera", track);
      else track.stop();
    }
    this.dispatchEvent(new Event("listed"));
  }

  /**
   * @param {Capturing[]} kinds
   * @returns {Promise<MediaStream>}
   */
  async #request(kinds) {
    const wanted = Object.fromEntries(kinds.map((kind) => [CONSTRAINT[kind], this.choice.constraints(kind)]));
    try {
      return await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "OverconstrainedError") throw error;
      // The chosen device is not plugged in today, or cannot do what was chosen; the choice stays for when it is.
      return navigator.mediaDevices.getUserMedia(
        Object.fromEntries(kinds.map((kind) => [CONSTRAINT[kind], relaxed(this.choice.constraints(kind))])),
      );
    }
  }

  /**
   * @param {Capturing} kind
   * @param {MediaStreamTrack | null} track
   */
  #put(kind, track) {
    const old = this.#tracks[kind];
    if (old === track) return;
    this.#tracks[kind] = track;
    // The system may blur it too, or stop to.
    track?.addEventListener("configurationchange", () => this.dispatchEvent(new Event("listed")));
    track?.addEventListener("ended", () => this.#lost(kind, track), { once: true });
    this.dispatchEvent(new CustomEvent("track", { detail: { kind, track } }));
    old?.stop();
  }

  /**
   * The device was pulled out, or the permission taken back.
   *
   * @param {Capturing} kind
   * @param {MediaStreamTrack} track
   */
  async #lost(kind, track) {
    if (this.#tracks[kind] !== track) return;
    this.#put(kind, null);
    const problems = await this.open([kind]);
    const other = problems.size === 0 ? this.#tracks[kind] : null;
    if (other) other.enabled = track.enabled;
    this.dispatchEvent(new CustomEvent("lost", { detail: { kind, device: track.label, other: other?.label } }));
  }
}

/**
 * The same wishes, none of them a condition.
 *
 * @param {MediaTrackConstraints} constraints
 * @returns {MediaTrackConstraints}
 */
function relaxed(constraints) {
  return Object.fromEntries(
    Object.entries(constraints).map(([name, wish]) => [name, typeof wish === "object" && "exact" in wish ? { ideal: wish.exact } : wish]),
  );
}

/** @param {unknown} error */
function problemOf(error) {
  if (error instanceof DeviceProblem) return error;
  return new DeviceProblem(guidanceFor(error instanceof Error ? error.name : ""));
}
