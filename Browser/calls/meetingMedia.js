/**
 * The two connections of a meeting: one sends this page's microphone, camera and screen, the other receives a fixed number of slots. Who
 * only listens has the second alone.
 *
 * **Descriptions are exchanged twice when it opens, and never after**: who is shown in which slot comes over the live link.
 *
 * @module
 */
import { inStereo } from "./opus.js";

/** @typedef {import("../live/protocol.js").MeetingSlot} Slot */
/** @typedef {"camera" | "microphone" | "screen" | "screenSound"} Line */
/** @typedef {{ track: MediaStreamTrack | null, isPaused: boolean, isForeign: boolean }} Shown a picture, and why there is none */

/** A screen goes as it is, as letters must stay readable, and small and slowly for those whose line carries no more. */
const SCREENS = [
  { rid: "q", scaleResolutionDownBy: 2, maxBitrate: 200_000, maxFramerate: 5 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];
/** Bits a second of what a screen sounds like: music, in stereo. */
const SCREEN_SOUND = { maxBitrate: 128_000 };
/** From the smallest to the largest; the server chooses for each who looks. */
const ENCODINGS = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_100_000 },
];
/** What pictures may be in. Which of them is used the server says, by the order of its answer. */
const CODECS = ["video/vp8", "video/vp9", "video/av1", "video/h264", "video/rtx"];
/** Milliseconds a connection may be in doubt before both are made anew. */
const PATIENCE = 4_000;
/** Milliseconds after which an offer that was not sent is not meant any more. */
const LIFETIME = 15_000;

/** What a page says to the server to meet others. */
const MEETING = /** @type {const} */ ({ publish: "meeting.publish", accept: "meeting.accept" });
/** What it says to try the way there. */
export const CHECKING = /** @type {const} */ ({ publish: "meeting.check", accept: "meeting.checkAccept" });

/**
 * Whether the media server has too much to do for one more room, and takes it as soon as it can.
 *
 * @param {import("../live/refusal.js").Refusal} problem
 */
export const isAtLimit = ({ problem }) => problem.type === "urn:sotto:problem.mediaBusy";

/** Events: `slots` when a slot shows somebody else, `lost` when the connections are to be made anew. */
export class MeetingMedia extends EventTarget {
  #live;
  #meeting;
  #purpose;
  /** @type {RTCPeerConnection | undefined} */
  #sending;
  /** @type {RTCPeerConnection | undefined} */
  #receiving;
  /** @type {Record<Line, RTCRtpTransceiver> | undefined} */
  #lines;
  /** @type {Map<string, MediaStreamTrack>} by the slot's line */
  #tracks = new Map();
  /** @type {Slot[]} */
  #slots = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #doubt;
  /** Ends the wait for connections that were closed while they opened. */
  #closed = () => {};

  /**
   * @param {import("../live/live.js").Live} live
   * @param {string} meeting
   * @param {typeof MEETING | typeof CHECKING} [purpose]
   */
  constructor(live, meeting, purpose = MEETING) {
    super();
    this.#live = live;
    this.#meeting = meeting;
    this.#purpose = purpose;
  }

  get isOpen() {
    return this.#receiving !== undefined;
  }

  /** Whether it sends as well, and does not listen alone. */
  get sends() {
    return this.#sending !== undefined;
  }

  /** Whether both ways to the server stand. */
  get isConnected() {
    return this.isOpen && this.connections.every((one) => one.connectionState === "connected");
  }

  /** Both connections, for whoever measures them. */
  get connections() {
    return [this.#sending, this.#receiving].filter((one) => one !== undefined);
  }

  /**
   * Makes both connections, instead of those before.
   *
   * @param {RTCIceServer[]} iceServers
   * @param {Record<Line, MediaStreamTrack | null> | null} tracks null from who only listens, whose way to send is not made
   * @throws {import("../live/refusal.js").Refusal}
   */
  async open(iceServers, tracks) {
    this.close();
    /** @type {Promise<void>} what a closed connection is still asked for never comes */
    const closed = new Promise((resolve) => {
      this.#closed = resolve;
    });
    await Promise.race([closed, this.#agree(iceServers, tracks)]);
  }

  /** @param {RTCIceServer[]} iceServers @param {Record<Line, MediaStreamTrack | null> | null} tracks */
  async #agree(iceServers, tracks) {
    const sending = tracks ? new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }) : undefined;
    const receiving = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    [this.#sending, this.#receiving] = [sending, receiving];
    receiving.addEventListener("track", ({ transceiver, track }) => this.#arrived(transceiver.mid ?? "", track));
    for (const one of this.connections) one.addEventListener("connectionstatechange", () => this.#look());
    const sdp = sending && tracks ? await this.#offer(sending, tracks) : undefined;
    const offer = { meeting: this.#meeting, ...(sdp === undefined ? {} : { sdp }) };
    const welcome = await this.#live.command(this.#purpose.publish, offer, { lifetime: LIFETIME });
    // Closed meanwhile, or opened again: these are nobody's.
    if (this.#receiving !== receiving) return;
    await sending?.setRemoteDescription({ type: "answer", sdp: welcome.answer });
    await this.#keepApart();
    await receiving.setRemoteDescription({ type: "offer", sdp: welcome.slots });
    const own = await receiving.createAnswer();
    const answer = inStereo(own.sdp ?? "");
    if (this.#receiving !== receiving) return;
    // The server is told before the first check is made, and nobody waits for what it says to that.
    await Promise.all([
      this.#live.command(this.#purpose.accept, { meeting: this.#meeting, sdp: answer }, { lifetime: LIFETIME }),
      receiving.setLocalDescription({ type: "answer", sdp: answer }),
    ]);
  }

  /** @param {RTCPeerConnection} sending @param {Record<Line, MediaStreamTrack | null>} tracks */
  async #offer(sending, tracks) {
    this.#lines = linesOf(sending);
    await this.carry("microphone", tracks.microphone);
    await this.carry("camera", tracks.camera);
    await this.carry("screen", tracks.screen);
    await this.carry("screenSound", tracks.screenSound);
    await sending.setLocalDescription();
    return sending.localDescription?.sdp ?? "";
  }

  /** Chromium puts all sizes of VP9 and AV1 into one stream, of which the server could leave out none, unless each is said to be for itself. */
  async #keepApart() {
    for (const line of [this.#lines?.camera, this.#lines?.screen]) {
      const parameters = line?.sender.getParameters();
      if (!line || !/vp9|av1/iu.test(parameters?.codecs[0]?.mimeType ?? "")) continue;
      for (const encoding of parameters?.encodings ?? []) Object.assign(encoding, { scalabilityMode: "L1T1" });
      if (parameters) await line.sender.setParameters(parameters).catch(() => {});
    }
  }

  close() {
    this.#closed();
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    for (const one of this.connections) one.close();
    [this.#sending, this.#receiving, this.#lines] = [undefined, undefined, undefined];
    this.#tracks.clear();
    this.#slots = [];
  }

  /**
   * Sends this track from now on, or nothing.
   *
   * @param {Line} line
   * @param {MediaStreamTrack | null} track
   */
  async carry(line, track) {
    await this.#lines?.[line].sender.replaceTrack(track);
  }

  /**
   * Sends only so many sizes of the own picture: the others are wanted by nobody.
   *
   * @param {number} count
   */
  async limit(count) {
    const sender = this.#lines?.camera.sender;
    if (!sender) return;
    const parameters = sender.getParameters();
    parameters.encodings.forEach((encoding, place) => {
      encoding.active = place < Math.max(1, count);
    });
    await sender.setParameters(parameters).catch(() => {});
  }

  /**
   * Sends a picture in another codec from now on, as somebody has come who cannot decode the one before.
   *
   * @param {Line} line
   * @param {string} name as descriptions write it
   */
  async goOver(line, name) {
    const sender = this.#lines?.[line].sender;
    const parameters = sender?.getParameters();
    const codec = parameters?.codecs.find((one) => one.mimeType.toLowerCase() === `video/${name.toLowerCase()}`);
    if (!sender || !parameters || !codec) return;
    const { mimeType, clockRate, sdpFmtpLine } = codec;
    for (const encoding of parameters.encodings) Object.assign(encoding, { codec: { mimeType, clockRate, sdpFmtpLine } });
    await sender.setParameters(parameters).catch(() => {});
    const [now] = /** @type {{ codec?: { mimeType: string } }[]} */ (sender.getParameters().encodings);
    // Browsers that do not know how make both connections anew, and begin with what all can decode.
    if (now?.codec?.mimeType !== mimeType) this.#lose();
  }

  /** @param {Slot[]} slots whom each shows from now on */
  show(slots) {
    this.#slots = slots;
    this.dispatchEvent(new Event("slots"));
  }

  /**
   * A picture of somebody; null where none is shown.
   *
   * @param {number} seat
   * @param {"camera" | "screen"} name
   * @returns {Shown}
   */
  picture(seat, name) {
    const slot = this.#slots.find((one) => one.seat === seat && one.track === name);
    const track = slot ? (this.#tracks.get(slot.mid) ?? null) : null;
    return { track, isPaused: slot?.isPaused ?? false, isForeign: slot?.isForeign ?? false };
  }

  /**
   * How many packets of somebody's voice have come so far.
   *
   * @param {number} seat
   * @returns {Promise<number>} 0 while no slot is theirs
   */
  async heard(seat) {
    const slot = this.#slots.find((one) => one.seat === seat && one.track === "microphone");
    const stats = slot && (await this.#receiving?.getStats());
    for (const stat of stats?.values() ?? []) {
      if (stat.type === "inbound-rtp" && stat.kind === "audio" && stat.mid === slot?.mid) return stat.packetsReceived ?? 0;
    }
    return 0;
  }

  /** Everything that can be heard, by the slot's line. */
  get sounds() {
    return [...this.#tracks].filter(([, track]) => track.kind === "audio");
  }

  /**
   * @param {string} mid
   * @param {MediaStreamTrack} track
   */
  #arrived(mid, track) {
    this.#tracks.set(mid, track);
    this.dispatchEvent(new Event("slots"));
  }

  #look() {
    const states = this.connections.map((one) => one.connectionState);
    if (states.includes("failed")) this.#lose();
    else if (states.includes("disconnected")) this.#doubt ??= setTimeout(() => this.#lose(), PATIENCE);
    else {
      clearTimeout(this.#doubt);
      this.#doubt = undefined;
    }
  }

  #lose() {
    this.close();
    this.dispatchEvent(new Event("lost"));
  }
}

/**
 * The lines of what is sent; the order tells the server which is which.
 *
 * @param {RTCPeerConnection} connection
 */
function linesOf(connection) {
  const microphone = connection.addTransceiver("audio", { direction: "sendonly" });
  const camera = connection.addTransceiver("video", { direction: "sendonly", sendEncodings: ENCODINGS.map((one) => ({ ...one })) });
  const screen = connection.addTransceiver("video", { direction: "sendonly", sendEncodings: SCREENS.map((one) => ({ ...one })) });
  const screenSound = connection.addTransceiver("audio", { direction: "sendonly", sendEncodings: [SCREEN_SOUND] });
  const known = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const wanted = CODECS.flatMap((type) => known.filter((codec) => codec.mimeType.toLowerCase() === type));
  for (const line of [camera, screen]) if (wanted.length > 0 && "setCodecPreferences" in line) line.setCodecPreferences(wanted);
  return { microphone, camera, screen, screenSound };
}
