/**
 * The other side of a call: finds it, keeps the way to it open through lost networks and reloads of either page,
 * and replaces the connection when the other page was loaded again.
 *
 * **While the call lasts there is at most one connection, and it carries whatever was last asked of each line.**
 *
 * @module
 */
import { newID } from "../live/id.js";
import { Beside } from "./beside.js";
import { Connection } from "./connection.js";
import { Handshake } from "./handshake.js";

/** @typedef {import("./connection.js").Line} Line */

/**
 * Milliseconds an interruption lasts before a new path is looked for. The caller's side goes first, so that both rarely
 * do at once.
 */
const RESTART_AFTER = { impolite: 2_000, polite: 4_000 };
/** Milliseconds before a connection that can't come back is replaced: not at once, so that a network that is gone is not asked in a loop. */
const REPLACE_AFTER = 1_000;
/** Milliseconds between two searches for a path. */
const RESTART_EVERY = 8_000;
/** Milliseconds without a path after which nobody waits any more: a tunnel is shorter, a dead phone longer. */
const PATIENCE = 90_000;

/**
 * What the other side tells its owner. `beside` is where words, states and the call code travel.
 *
 * @typedef {{
 *   signal: (signal: import("../live/protocol.js").Signal) => void,
 *   path: (state: "open" | "interrupted" | "broken", reason?: "failed" | "insecure") => void,
 *   track: (line: Line, track: MediaStreamTrack) => void,
 *   lines: () => void,
 *   beside: (beside: Beside) => void,
 * }} Listener
 */

export class Peer {
  #isPolite;
  #configuration;
  #listener;
  /** @type {import("./connection.js").Tracks} */
  #tracks = {};
  #handshake = new Handshake(newID(Date.now()));
  #connection;
  #wasOpen = false;
  #isProved = false;
  #isInterrupted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #restarting;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #givingUp;
  #isClosed = false;

  /**
   * @param {{ isPolite: boolean, iceServers: RTCIceServer[], relayOnly: boolean, listener: Listener }} options
   */
  constructor({ isPolite, iceServers, relayOnly, listener }) {
    this.#isPolite = isPolite;
    this.#configuration = configurationFor(iceServers, relayOnly);
    this.#listener = listener;
    this.#connection = this.#connect();
  }

  /** Says that this page is there. To be called again whenever signals may have been lost. */
  greet() {
    this.#listener.signal(this.#handshake.ready);
    this.#restartLater(RESTART_EVERY);
  }

  /**
   * @param {import("../live/protocol.js").Signal} signal
   * @returns {Promise<void>} rejected when the other side's description cannot be used
   */
  async receive(signal) {
    if (this.#isClosed) return;
    if (signal.ready) this.#receiveReady(signal);
    else if (this.#handshake.accepts(signal)) await this.#connection.receive(signal);
  }

  /**
   * Changes what a line carries, in this connection and any that replaces it.
   *
   * @param {Line} line
   * @param {MediaStreamTrack | null} track
   */
  async carry(line, track) {
    this.#tracks[line] = track;
    await this.#connection.carry(line, track);
  }

  /** @param {Line} line */
  sender(line) {
    return this.#connection.sender(line);
  }

  /** @param {RTCIceServer[]} iceServers with fresh credentials, for the next search for a path */
  renew(iceServers) {
    this.#configuration = { ...this.#configuration, iceServers };
    this.#connection.configure(this.#configuration);
  }

  /** Looks for a new path, as when the network has changed. */
  restart() {
    this.#connection.restart();
  }

  /** @returns {Promise<RTCStatsReport>} what the browser counted */
  stats() {
    return this.#connection.stats();
  }

  /** @returns {Promise<{ local: string, remote: string } | undefined>} the session descriptions both sides announced */
  descriptions() {
    return this.#connection.descriptions();
  }

  close() {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#connection.close();
  }

  /** @param {{ from: string, to: string | null }} ready */
  #receiveReady(ready) {
    const { renew, reply, begin, again } = this.#handshake.receive(ready, () => newID(Date.now()));
    if (renew) this.#replace();
    if (reply) this.#listener.signal(this.#handshake.ready);
    if (begin) this.#connection.begin();
    // What we sent before may have been lost with the other side's live link.
    if (again) this.#connection.repeatOffer();
  }

  #replace() {
    this.#connection.close();
    this.#isProved = false;
    this.#connection = this.#connect();
    if (this.#wasOpen) this.#interrupt();
  }

  #connect() {
    const name = this.#handshake.mine;
    const isCurrent = () => name === this.#handshake.mine && !this.#isClosed;
    return new Connection({
      isPolite: this.#isPolite,
      configuration: this.#configuration,
      tracks: this.#tracks,
      listener: {
        signal: (signal) => isCurrent() && this.#listener.signal({ from: name, to: this.#handshake.theirs, ...signal }),
        track: (line, track) => isCurrent() && this.#listener.track(line, track),
        lines: () => isCurrent() && this.#listener.lines(),
        channel: (channel) => isCurrent() && this.#listener.beside(new Beside(channel)),
        change: () => isCurrent() && this.#pathChanged(),
      },
    });
  }

  #pathChanged() {
    const { path } = this.#connection;
    if (path === "insecure" && !this.#isProved) this.#listener.path("broken", "insecure");
    else if (path === "open") this.#open();
    else if (this.#wasOpen) this.#interrupt();
    if (path === "dead") this.#restartLater(REPLACE_AFTER);
  }

  #open() {
    this.#stopWaiting();
    this.#wasOpen = true;
    this.#isProved = true;
    this.#isInterrupted = false;
    this.#listener.path("open");
  }

  #interrupt() {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#listener.path("interrupted");
    // A search that has failed is repeated at once, a mere silence often ends by itself.
    if (this.#connection.isPathLost) this.restart();
    this.#restartLater(this.#isPolite ? RESTART_AFTER.polite : RESTART_AFTER.impolite);
  }

  /** @param {number} wait */
  #restartLater(wait) {
    if (this.#isClosed || this.#connection.path === "open") return;
    this.#givingUp ??= setTimeout(() => this.#listener.path("broken", "failed"), PATIENCE);
    clearTimeout(this.#restarting);
    this.#restarting = setTimeout(() => this.#tryAgain(), wait);
  }

  #tryAgain() {
    const { path } = this.#connection;
    if (path === "dead" || path === "insecure") {
      this.#handshake.rename(newID(Date.now()));
      this.#replace();
    } else {
      this.restart();
    }
    this.greet();
  }

  #stopWaiting() {
    clearTimeout(this.#restarting);
    clearTimeout(this.#givingUp);
    this.#givingUp = undefined;
  }
}

/**
 * @param {RTCIceServer[]} iceServers
 * @param {boolean} relayOnly
 * @returns {RTCConfiguration}
 */
export function configurationFor(iceServers, relayOnly) {
  return { iceServers, iceTransportPolicy: relayOnly ? "relay" : "all", bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" };
}
