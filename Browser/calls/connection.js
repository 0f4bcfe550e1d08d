/**
 * One RTCPeerConnection between two call pages, kept agreed by perfect negotiation (W3C WebRTC §10.7).
 *
 * Its lines are fixed from the first offer: microphone, camera, screen, the screen's sound, and a channel for words.
 * Switching a device, a camera or a screen only changes what a line carries, so it never needs the other side's consent.
 *
 * @module
 */
import { withRepairAndSilence } from "./opus.js";

/** The lines in the order they are offered. */
export const LINES = /** @type {const} */ (["microphone", "camera", "screen", "screenSound"]);
/** @typedef {typeof LINES[number]} Line */
/** @typedef {Partial<Record<Line, MediaStreamTrack | null>>} Tracks */

/** Milliseconds the server has to say why the channel closed, before it counts as broken. */
const CHANNEL_GRACE = 1_500;

/** @type {Record<Line, "audio" | "video">} */
const KIND = { microphone: "audio", camera: "video", screen: "video", screenSound: "audio" };

/**
 * What a connection tells its owner.
 *
 * @typedef {{
 *   signal: (signal: { description: { type: RTCSdpType, sdp: string } } | { candidate: RTCIceCandidateInit | null }) => void,
 *   track: (line: Line, track: MediaStreamTrack) => void,
 *   change: () => void,
 *   lines: () => void,
 *   channel: (channel: RTCDataChannel) => void,
 * }} Listener
 */

export class Connection {
  #peerConnection;
  #isPolite;
  #listener;
  #tracks;
  #isMakingOffer = false;
  #isIgnoringOffer = false;
  #isLaidOut = false;
  #isDead = false;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  /** Descriptions and candidates are worked off one after the other, as they were sent. */
  #work = Promise.resolve();
  #leaving = new AbortController();
  /** Camera and microphone travel as one stream each with its companion, so that lips and voice stay together. */
  #streams = { person: new MediaStream(), screen: new MediaStream() };

  /**
   * @param {{ isPolite: boolean, configuration: RTCConfiguration, tracks: Tracks, listener: Listener }} options
   */
  constructor({ isPolite, configuration, tracks, listener }) {
    this.#isPolite = isPolite;
    this.#listener = listener;
    this.#tracks = { ...tracks };
    this.#peerConnection = new RTCPeerConnection(configuration);
    this.#listen();
  }

  /** Makes the first offer. The polite side waits for it instead. */
  begin() {
    if (this.#isPolite || this.#isLaidOut) return;
    for (const line of LINES) {
      this.#peerConnection.addTransceiver(KIND[line], { direction: "sendrecv", streams: [this.#streamOf(line)] });
    }
    this.#layOut();
  }

  /**
   * Changes what a line carries; null makes it silent or dark.
   *
   * @param {Line} line
   * @param {MediaStreamTrack | null} track
   */
  async carry(line, track) {
    this.#tracks[line] = track;
    await this.sender(line)?.replaceTrack(track);
  }

  /** @param {Line} line */
  sender(line) {
    return this.#isLaidOut ? this.#peerConnection.getTransceivers()[LINES.indexOf(line)]?.sender : undefined;
  }

  /**
   * Takes in what the other side sent.
   *
   * @param {{ description?: { type: RTCSdpType, sdp: string }, candidate?: RTCIceCandidateInit | null }} signal
   * @returns {Promise<void>} rejected when it cannot be used
   */
  receive(signal) {
    const done = this.#work.then(() => this.#take(signal));
    this.#work = done.catch(() => {});
    return done;
  }

  /** @param {RTCConfiguration} configuration */
  configure(configuration) {
    // A page that hears the answer after it hung up, or while a new connection takes this one's place, has nothing to configure.
    if (this.#peerConnection.signalingState === "closed") return;
    this.#peerConnection.setConfiguration(configuration);
  }

  /** Looks for a new path, as after a change of network; what is being said goes on. */
  restart() {
    if (this.#isLaidOut && this.#peerConnection.signalingState !== "closed") this.#peerConnection.restartIce();
  }

  /** Sends an offer again that may have been lost on its way. */
  repeatOffer() {
    const { localDescription, signalingState } = this.#peerConnection;
    if (localDescription && signalingState === "have-local-offer") this.#tell(localDescription);
  }

  /** @returns {"opening" | "open" | "interrupted" | "dead" | "insecure"} only a fresh connection replaces a dead one */
  get path() {
    const { connectionState, iceConnectionState } = this.#peerConnection;
    const hasPath = iceConnectionState === "connected" || iceConnectionState === "completed";
    if (this.#isDead) return "dead";
    if (connectionState === "connected") return "open";
    // A path was found, but the keys at its other end are not those that were announced.
    if (this.#haveKeysFailed && hasPath) return "insecure";
    return connectionState === "failed" || connectionState === "disconnected" ? "interrupted" : "opening";
  }

  /** True when only a new search for a path can help. */
  get isPathLost() {
    return this.#peerConnection.iceConnectionState === "failed";
  }

  /**
   * What both sides announced. Words may come before the browser has finished taking in the answer that let them through.
   *
   * @returns {Promise<{ local: string, remote: string } | undefined>}
   */
  async descriptions() {
    await this.#work;
    const { localDescription, remoteDescription } = this.#peerConnection;
    return localDescription && remoteDescription ? { local: localDescription.sdp, remote: remoteDescription.sdp } : undefined;
  }

  stats() {
    return this.#peerConnection.getStats();
  }

  close() {
    this.#leaving.abort();
    this.#peerConnection.close();
  }

  #listen() {
    const connection = this.#peerConnection;
    const { signal } = this.#leaving;
    connection.addEventListener("negotiationneeded", () => this.#offer(), { signal });
    connection.addEventListener("icecandidate", ({ candidate }) => this.#listener.signal({ candidate: candidate?.toJSON() ?? null }), {
      signal,
    });
    connection.addEventListener("track", (event) => this.#hear(event), { signal });
    connection.addEventListener("connectionstatechange", () => this.#changed(), { signal });
    connection.addEventListener("iceconnectionstatechange", () => this.#changed(), { signal });
  }

  #changed() {
    const { iceConnectionState } = this.#peerConnection;
    // Firefox gives up good keys when a search for a path fails. A later path then carries pictures, but no words.
    if (this.#haveKeysFailed && (iceConnectionState === "checking" || iceConnectionState === "failed")) this.#isDead = true;
    this.#listener.change();
  }

  get #haveKeysFailed() {
    return this.#peerConnection.getTransceivers().some(({ sender }) => sender.transport?.state === "failed");
  }

  /** A channel never comes back. Usually the other page is gone, and the server tells so in a moment. */
  #channelClosed() {
    setTimeout(() => {
      if (this.#leaving.signal.aborted) return;
      this.#isDead = true;
      this.#listener.change();
    }, CHANNEL_GRACE);
  }

  /** @param {RTCTrackEvent} event */
  #hear({ transceiver, track }) {
    const line = LINES[this.#peerConnection.getTransceivers().indexOf(transceiver)];
    if (line) this.#listener.track(line, track);
  }

  async #offer() {
    // The polite side's lines come with the first offer it gets.
    if (!this.#isLaidOut) return;
    this.#isMakingOffer = true;
    try {
      await this.#peerConnection.setLocalDescription();
      if (this.#peerConnection.localDescription) this.#tell(this.#peerConnection.localDescription);
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    } finally {
      this.#isMakingOffer = false;
    }
  }

  /** @param {{ description?: { type: RTCSdpType, sdp: string }, candidate?: RTCIceCandidateInit | null }} signal */
  async #take({ description, candidate }) {
    if (this.#leaving.signal.aborted) return;
    if (description) await this.#takeDescription(description);
    else if (candidate) await this.#takeCandidate(candidate);
  }

  /** @param {{ type: RTCSdpType, sdp: string }} description */
  async #takeDescription(description) {
    const connection = this.#peerConnection;
    const collides = description.type === "offer" && (this.#isMakingOffer || connection.signalingState !== "stable");
    this.#isIgnoringOffer = !this.#isPolite && collides;
    if (this.#isIgnoringOffer) return;
    // An answer to an offer that was given back, or one that came twice.
    if (description.type === "answer" && connection.signalingState !== "have-local-offer") return;
    await connection.setRemoteDescription(description);
    for (const candidate of this.#early.splice(0)) await connection.addIceCandidate(candidate).catch(() => {});
    if (description.type !== "offer") return;
    if (!this.#isLaidOut) this.#adopt();
    await connection.setLocalDescription();
    if (connection.localDescription) this.#tell(connection.localDescription);
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #takeCandidate(candidate) {
    if (!this.#peerConnection.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#peerConnection.addIceCandidate(candidate);
    } catch (error) {
      // One of an offer we ignored, or of a search that is over.
      if (!this.#isIgnoringOffer && this.path === "opening") throw error;
    }
  }

  /** Makes the lines of the other side's first offer ours as well. */
  #adopt() {
    for (const [index, transceiver] of this.#peerConnection.getTransceivers().entries()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams?.(this.#streamOf(LINES[index]));
    }
    this.#layOut();
  }

  #layOut() {
    this.#isLaidOut = true;
    for (const line of LINES) this.sender(line)?.replaceTrack(this.#tracks[line] ?? null);
    const channel = this.#peerConnection.createDataChannel("beside", { negotiated: true, id: 0 });
    channel.addEventListener("close", () => this.#channelClosed(), { signal: this.#leaving.signal });
    this.#listener.channel(channel);
    this.#listener.lines();
  }

  /** @param {Line} line */
  #streamOf(line) {
    return line === "screen" || line === "screenSound" ? this.#streams.screen : this.#streams.person;
  }

  /** @param {RTCSessionDescription} description */
  #tell({ type, sdp }) {
    this.#listener.signal({ description: { type, sdp: withRepairAndSilence(sdp) } });
  }
}
