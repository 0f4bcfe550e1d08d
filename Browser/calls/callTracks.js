/**
 * What this page sends to the other side of a call, microphone, camera and screen, through whichever connection there is.
 *
 * @module
 */
import { ScreenShare } from "./screenShare.js";

/** Event `changed` when this page gives something else. */
export class CallTracks extends EventTarget {
  #isPaused = false;
  /** @type {import("./peer.js").Peer | undefined} */
  #peer;
  #deviceChanged = (/** @type {Event} */ event) => this.#carryDevice(/** @type {CustomEvent} */ (event).detail);

  /** @type {import("./devices.js").Devices} */
  devices;
  share = new ScreenShare();

  /** @param {import("./devices.js").Devices} devices */
  constructor(devices) {
    super();
    this.devices = devices;
    devices.addEventListener("track", this.#deviceChanged);
    this.share.addEventListener("stopped", () => this.#screenStopped());
  }

  /** @returns {import("./showing.js").Showing} what this page gives the other side */
  get showing() {
    return {
      microphone: this.devices.track("microphone")?.enabled ?? false,
      camera: this.devices.track("camera") !== null,
      screen: this.share.isOn,
      isPaused: this.#isPaused,
    };
  }

  /** @param {import("./peer.js").Peer} peer the way to the other side, from now on */
  goBy(peer) {
    this.#peer = peer;
    peer.carry("microphone", this.devices.track("microphone"));
    peer.carry("camera", this.devices.track("camera"));
  }

  async toggleMicrophone() {
    const track = this.devices.track("microphone");
    if (!track) return this.devices.open(["microphone"]);
    track.enabled = !track.enabled;
    this.#changed();
    return new Map();
  }

  async toggleCamera() {
    if (!this.devices.track("camera")) return this.devices.open(["camera"]);
    this.devices.close("camera");
    return new Map();
  }

  async toggleScreen() {
    if (this.share.isOn) {
      this.share.stop();
      return;
    }
    const shared = await this.share.start();
    if (!shared) return;
    await this.#peer?.carry("screen", shared.screen);
    await this.#peer?.carry("screenSound", shared.sound);
    this.#changed();
  }

  /**
   * The other side is to know that its picture of us is paused, or back.
   *
   * @param {boolean} isPaused
   */
  pause(isPaused) {
    this.#isPaused = isPaused;
    this.#changed();
  }

  /** Switches everything off. */
  free() {
    this.share.stop();
    this.devices.closeAll();
  }

  /** Devices are followed no more: the call is over, or somebody else has them. */
  letGo() {
    this.devices.removeEventListener("track", this.#deviceChanged);
  }

  /** @param {{ kind: "camera" | "microphone", track: MediaStreamTrack | null }} change */
  #carryDevice({ kind, track }) {
    this.#peer?.carry(kind, track).catch(() => {});
    this.#changed();
  }

  #screenStopped() {
    this.#peer?.carry("screen", null).catch(() => {});
    this.#peer?.carry("screenSound", null).catch(() => {});
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
