/**
 * The check before a call, and the one on its own page: shows what the camera sees and the microphone hears,
 * and says in words what works. Nothing leaves the device.
 *
 * @module
 */
import { buttons, onAction, press, region, say, show } from "./hooks.js";
import { LevelMeter } from "./levelMeter.js";
import { hasDirectPath, hasRelay, offeredRelays } from "./pathCheck.js";
import { playTest } from "./tones.js";

/** @typedef {"camera" | "microphone"} Capturing */
/** @typedef {"waiting" | "good" | "bad" | "off"} Result */

/** Above this level somebody speaks or rustles: the microphone hears. */
const AUDIBLE = 0.15;
/** Milliseconds of silence after which the person is asked whether the device itself is muted. */
const SILENT_AFTER = 6_000;

export class Check {
  #root;
  #devices;
  #text;
  #isRelayed;
  /** @type {LevelMeter | undefined} */
  #meter;
  #quietSince = 0;
  #isPathChecked = false;

  /**
   * @param {HTMLElement} root
   * @param {import("./devices.js").Devices} devices
   * @param {import("../design/text.js").Text} text
   * @param {boolean} isRelayed true when the call will go through the relay whatever the direct path is like
   */
  constructor(root, devices, text, isRelayed) {
    this.#root = root;
    this.#devices = devices;
    this.#text = text;
    this.#isRelayed = isRelayed;
    devices.addEventListener("track", (event) => this.#changed(/** @type {CustomEvent} */ (event).detail.kind));
    onAction(root, {
      "check-camera": () => this.#toggle("camera"),
      "check-microphone": () => this.#toggle("microphone"),
      "test-speaker": () => this.#testSpeaker(),
      retry: () => this.open(),
    });
  }

  /** Begins the check; asks for camera and microphone, saying first what the browser is about to ask. */
  async open() {
    this.#guide("ask");
    for (const kind of /** @type {Capturing[]} */ (["microphone", "camera"])) this.#result(kind, "waiting", "check.waiting");
    await this.#try(["camera", "microphone"]);
    await this.#checkPaths();
  }

  /** Stops listening; the devices stay as they are, for the call. */
  close() {
    this.#meter?.close();
    this.#meter = undefined;
  }

  /** @param {Capturing} kind */
  async #toggle(kind) {
    if (this.#devices.track(kind)) this.#devices.close(kind);
    else await this.#try([kind]);
  }

  /** @param {Capturing[]} kinds */
  async #try(kinds) {
    const problems = await this.#devices.open(kinds);
    const [problem] = problems.values();
    this.#guide(problem?.guidance);
    for (const kind of kinds) {
      if (problems.has(kind)) this.#result(kind, "bad", `result.${kind}.bad`);
      else this.#changed(kind);
    }
  }

  /** @param {Capturing} kind */
  #changed(kind) {
    // Who came to listen has no check of devices, and may be given the word later.
    if (!this.#root.querySelector('[data-call="check-video"]')) return;
    const track = this.#devices.track(kind);
    press(this.#root, `check-${kind}`, track !== null);
    this.#result(kind, track ? "good" : "off", track ? `result.${kind}.good` : `result.${kind}.off`);
    if (kind === "camera") {
      show(region(this.#root, "check-video", HTMLVideoElement), [track]);
      region(this.#root, "check-off", HTMLElement).hidden = track !== null;
      return;
    }
    this.close();
    this.#level(0);
    if (track) this.#listen(track);
  }

  /** @param {MediaStreamTrack} track */
  #listen(track) {
    this.#quietSince = Date.now();
    this.#meter = new LevelMeter(track, (level) => {
      this.#level(level);
      if (level > AUDIBLE) this.#quietSince = Date.now();
      const isSilent = Date.now() - this.#quietSince > SILENT_AFTER;
      this.#result("microphone", "good", isSilent ? "result.microphone.silent" : "result.microphone.good");
    });
  }

  /** @param {number} level */
  #level(level) {
    region(this.#root, "level", HTMLMeterElement).value = level;
  }

  async #testSpeaker() {
    const all = buttons(this.#root, "test-speaker");
    for (const button of all) button.disabled = true;
    await playTest(this.#devices.choice.device("speaker")).catch(() => {});
    for (const button of all) button.disabled = false;
  }

  async #checkPaths() {
    if (this.#isPathChecked || !("RTCPeerConnection" in globalThis)) return;
    // In a meeting all goes to the server: there is no path to find.
    if (!this.#root.querySelector('[data-check="direct"]')) return;
    this.#isPathChecked = true;
    await Promise.all([this.#checkDirect(), this.#checkRelay()]);
  }

  async #checkDirect() {
    if (this.#isRelayed) {
      this.#result("direct", "off", "result.direct.off");
      return;
    }
    const isGood = await hasDirectPath().catch(() => false);
    this.#result("direct", isGood ? "good" : "bad", isGood ? "result.direct.good" : "result.direct.bad");
  }

  async #checkRelay() {
    const relays = await offeredRelays().catch(() => []);
    if (relays.length === 0) {
      this.#result("relay", "off", "result.relay.off");
      return;
    }
    const isGood = await hasRelay(relays).catch(() => false);
    this.#result("relay", isGood ? "good" : "bad", isGood ? "result.relay.good" : "result.relay.bad");
  }

  /**
   * @param {string} name
   * @param {Result} result
   * @param {string} key
   */
  #result(name, result, key) {
    const row = this.#root.querySelector(`[data-check="${name}"]`);
    const words = row?.querySelector("[data-check-words]");
    if (!(row instanceof HTMLElement) || !(words instanceof HTMLElement)) return;
    row.dataset.result = result;
    say(words, this.#text(key));
  }

  /** @param {import("./guidance.js").Guidance | undefined} guidance nothing hides it */
  #guide(guidance) {
    const box = region(this.#root, "guidance", HTMLElement);
    box.hidden = guidance === undefined;
    for (const words of box.querySelectorAll("[data-guidance]")) {
      if (words instanceof HTMLElement) words.hidden = words.dataset.guidance !== guidance;
    }
    for (const button of buttons(box, "retry")) button.hidden = guidance === "ask" || guidance === "unsupported";
  }
}
