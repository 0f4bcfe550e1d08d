/**
 * The check of the way to the media server before somebody joins a meeting: something made up goes there and comes back, as picture and
 * sound would, and what came of it is said in words. Nothing of camera and microphone is sent.
 *
 * @module
 */
import { Refusal } from "../live/refusal.js";
import { measureFrom } from "./callStats.js";
import { buttons, onAction, say } from "./hooks.js";
import { CHECKING, isAtLimit, MeetingMedia } from "./meetingMedia.js";
import { offeredRelays } from "./pathCheck.js";

/** Milliseconds after which a way that was not found will not be. */
const PATIENCE = 10_000;
/** Milliseconds for which a found way is looked at, at most; and between two looks. */
const [LOOKS, PACE] = [6_000, 500];
/** Bits a second with which the middle size of a picture comes, and with which a small one does. */
const [VIDEO, SMALL] = [300_000, 80_000];

/** @typedef {{ isConnected: boolean, rate: number, loss: number, roundTrip?: number, isTCP?: boolean }} Found `rate` in bits a second, `loss` from 0 to 1, `roundTrip` in milliseconds */
/** @typedef {"video" | "small" | "sound" | "blocked"} Verdict what the way is good for */

/**
 * What the way is good for. Somebody far away is still understood at 400 ms; at a tenth of loss voices begin to break.
 *
 * @param {Found} found
 * @returns {Verdict}
 */
export function verdictOn({ isConnected, rate, loss, roundTrip = 0 }) {
  if (!isConnected) return "blocked";
  if (rate >= VIDEO && loss < 0.05 && roundTrip < 400) return "video";
  return rate >= SMALL && loss < 0.1 && roundTrip < 800 ? "small" : "sound";
}

/** How each verdict is marked. */
const RESULT = { video: "good", small: "fair", sound: "fair", blocked: "bad" };

export class ConnectionCheck {
  #root;
  #text;
  #media;
  #commands;
  #isRunning = false;

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   * @param {{ live: import("../live/live.js").Live, meeting: string, commands: import("./meetingCommands.js").MeetingCommands }} to
   */
  constructor(root, text, { live, meeting, commands }) {
    this.#root = root;
    this.#text = text;
    this.#media = new MeetingMedia(live, meeting, CHECKING);
    this.#commands = commands;
    for (const button of buttons(root, "check-connection")) button.disabled = false;
    onAction(root, { "check-connection": () => this.#run() });
  }

  /** Ends it, also one that is under way: whoever joins needs the way for themself. */
  close() {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#media.close();
    this.#commands.ask("meeting.checkEnd", {});
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const button of buttons(this.#root, "check-connection")) button.disabled = true;
    this.#say("waiting", this.#text("connection.checking"));
    const made = madeUp();
    try {
      await this.#media.open(await offeredRelays().catch(() => []), made.tracks);
      this.#tell(await this.#look());
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      // The server would not just now: of the way nothing is known, good or bad.
      this.#say(problem.isTemporary ? "off" : "bad", this.#wordsOf(problem));
    } finally {
      made.stop();
      this.close();
      for (const button of buttons(this.#root, "check-connection")) button.disabled = false;
    }
  }

  /** @param {Refusal} problem why nothing was tried */
  #wordsOf(problem) {
    if (problem.isOwn) return this.#text("connection.away");
    return isAtLimit(problem) ? this.#text("connection.full") : problem.message;
  }

  /** @returns {Promise<Found>} what was found, the best of a few seconds */
  async #look() {
    const { connections } = this.#media;
    const isOpen = () => connections.every((one) => one.connectionState === "connected");
    for (let waited = 0; waited < PATIENCE && !isOpen() && this.#isRunning; waited += PACE) await pause();
    /** @type {Found} */
    let found = { isConnected: isOpen(), rate: 0, loss: 0 };
    let [bytes, counters] = [0, /** @type {import("./callStats.js").Counters | undefined} */ (undefined)];
    for (let looked = 0; looked < LOOKS && found.isConnected && this.#isRunning; looked += PACE) {
      await pause();
      const stats = (await Promise.all(connections.map((one) => one.getStats()))).flatMap((report) => [...report.values()]);
      const read = measureFrom(stats, counters);
      const { receiveLoss = 0, sendLoss = 0, roundTrip } = read.measure;
      const all = stats.filter((one) => one.type === "inbound-rtp").reduce((sum, one) => sum + (one.bytesReceived ?? 0), 0);
      const rate = ((all - bytes) * 8_000) / PACE;
      found = {
        isConnected: isOpen(),
        rate: Math.max(found.rate, rate),
        loss: Math.max(receiveLoss, sendLoss),
        roundTrip,
        isTCP: goesByTCP(stats),
      };
      [bytes, counters] = [all, read.counters];
      if (verdictOn(found) === "video") break;
    }
    return found;
  }

  /** @param {Found} found */
  #tell(found) {
    if (!this.#isRunning) return;
    const verdict = verdictOn(found);
    const numbers = { rate: Math.round(found.rate / 1_000), roundTrip: Math.round(found.roundTrip ?? 0) };
    const words = [this.#text(`connection.${verdict}`)];
    if (found.isTCP) words.push(this.#text("connection.tcp"));
    if (verdict !== "blocked") words.push(this.#text("connection.numbers", numbers));
    this.#say(RESULT[verdict], words.join(" "));
  }

  /** @param {string} result @param {string} words */
  #say(result, words) {
    const row = this.#root.querySelector('[data-check="connection"]');
    const place = row?.querySelector("[data-check-words]");
    if (!(row instanceof HTMLElement) || !(place instanceof HTMLElement)) return;
    row.dataset.result = result;
    say(place, words);
  }
}

/**
 * Whether packets go by TCP, as where a network lets no UDP pass.
 *
 * @param {any[]} stats of both connections
 */
export function goesByTCP(stats) {
  const used = stats.filter((one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded");
  return used.some((pair) => stats.some((one) => one.id === pair.localCandidateId && one.protocol === "tcp"));
}

function pause() {
  return new Promise((resume) => setTimeout(resume, PACE));
}

/** A picture that changes all over, so that it takes as much as a person who moves, and a quiet tone. */
function madeUp() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const pen = canvas.getContext("2d");
  const draw = () => {
    if (!pen) return;
    for (let x = 0; x < 640; x += 20) {
      for (let y = 0; y < 360; y += 20) {
        pen.fillStyle = `hsl(${Math.random() * 360} 60% 50%)`;
        pen.fillRect(x, y, 20, 20);
      }
    }
  };
  draw();
  const drawing = setInterval(draw, 66);
  const sound = new AudioContext();
  const tone = new OscillatorNode(sound, { frequency: 220 });
  const heard = sound.createMediaStreamDestination();
  tone.connect(new GainNode(sound, { gain: 0.1 })).connect(heard);
  tone.start();
  const [camera, microphone] = [canvas.captureStream(15).getVideoTracks()[0], heard.stream.getAudioTracks()[0]];
  const stop = () => {
    clearInterval(drawing);
    for (const track of [camera, microphone]) track?.stop();
    sound.close();
  };
  return { tracks: { camera: camera ?? null, microphone: microphone ?? null, screen: null, screenSound: null }, stop };
}
