/**
 * One call as this page takes part in it: brings together the live link, the states, the other side and the devices.
 * It knows no page; what shows it listens to its events.
 *
 * @module
 */
import { newID } from "../live/id.js";
import { Refusal } from "../live/refusal.js";
import { OPENING, step } from "./callState.js";
import { CallTracks } from "./callTracks.js";
import { CodeWatch } from "./codeWatch.js";
import { Peer } from "./peer.js";
import { asShowing } from "./showing.js";
import { Text } from "./text.js";

/** @typedef {import("./callState.js").CallState} CallState */
/** @typedef {import("./callState.js").CallEvent} CallEvent */
/** @typedef {import("./showing.js").Showing} Showing */

/** Milliseconds after which an unsent ring is no longer meant: nobody still holds the phone to the ear. */
const RING_LIFETIME = 45_000;
/** Milliseconds after which a signal is out of date: both pages have greeted each other again by then. */
const SIGNAL_LIFETIME = 30_000;

/**
 * Events: `state`, `track` ({line, track}), `showing` (what the other side gives), `own` (what this page gives), `code` ({code, isNew}),
 * `words` (one message), `peer` (a fresh connection), `adding` and `notAdded` (what the server says of adding somebody), `upgraded`
 * ({meeting}: both hear each other in the meeting that the call became), `moved` (the other page has gone over to it).
 */
export class CallSession extends EventTarget {
  /** @type {CallState} */
  #state = OPENING;
  #live;
  #call;
  #callee;
  #wantsRelay;
  #looksFirst;
  #device = newID(Date.now());
  /** @type {import("../live/protocol.js").Joined | undefined} */
  #joined;
  /** @type {Peer | undefined} */
  #peer;
  /** @type {import("./beside.js").Beside | undefined} */
  #beside;
  /** @type {import("../live/protocol.js").Problem | undefined} */
  #problem;
  /** @type {Showing | undefined} */
  #theirs;
  #codes = 0;
  /** @type {(() => void)[]} */
  #endings = [];

  tracks;
  text = new Text((words) => this.#tell("words", words));

  /**
   * @param {{ live: import("../live/live.js").Live, call: string, callee?: string, wantsRelay: boolean, looksFirst: boolean,
   *   devices: import("./devices.js").Devices }} options `callee` is there when this page may place the call; `looksFirst`: the call
   *   already rings or was answered, but the person is to see themself before it begins
   */
  constructor({ live, call, callee, wantsRelay, looksFirst, devices }) {
    super();
    this.#live = live;
    this.#call = call;
    this.#callee = callee;
    this.#wantsRelay = wantsRelay;
    this.#looksFirst = looksFirst;
    this.tracks = new CallTracks(devices);
    this.tracks.addEventListener("changed", () => this.#tellOwn());
  }

  get state() {
    return this.#state;
  }

  /**
   * Writes beside the call.
   *
   * @param {string} text
   * @returns {boolean} false when there is nothing in it
   */
  write(text) {
    return this.text.write(text);
  }

  get peer() {
    return this.#peer;
  }

  /** Why the server refused, when it did. */
  get problem() {
    return this.#problem;
  }

  /** What the server said of this call. */
  get joined() {
    return this.#joined;
  }

  /** What the other side gives; undefined before it said so. */
  get theirs() {
    return this.#theirs;
  }

  /** Begins to listen, and asks the server what is known of the call. */
  begin() {
    const on = (/** @type {() => void} */ end) => this.#endings.push(end);
    const isOurs = (/** @type {{ call: string }} */ message) => message.call === this.#call;
    const live = this.#live;
    on(live.on("call.accepted", (message) => isOurs(message) && this.#happen({ type: "accepted" })));
    on(live.on("call.answered", (message) => isOurs(message) && this.#answered(message.device)));
    on(live.on("call.ended", (message) => isOurs(message) && this.#over(message.reason)));
    on(live.on("call.adding", (message) => isOurs(message) && this.#tell("adding", message)));
    on(live.on("call.notAdded", (message) => isOurs(message) && this.#tell("notAdded", message)));
    on(live.on("call.peer", (message) => isOurs(message) && this.#peerCame(message.present)));
    on(live.on("call.signal", (message) => isOurs(message) && this.#signalled(message.signal)));
    on(live.onWelcome(() => this.#welcomed()));
    on(() => this.tracks.letGo());
    if (live.state.name === "open") this.#welcomed();
  }

  place() {
    this.#happen({ type: "place" });
  }

  accept() {
    this.#happen({ type: "accept" });
  }

  /** Declines, cancels or ends the call: whatever leaving means now. */
  hangUp() {
    this.#happen({ type: "hangUp", at: Date.now() });
  }

  /** Tells the other page that this one has gone over to the meeting. */
  tellMoved() {
    this.#beside?.send("moved", {});
  }

  /** Ends the way to the other page, as both are in the meeting. Devices and screen go on there. */
  moveOn() {
    this.#happen({ type: "moved", at: Date.now() });
  }

  /** The network of this device has changed. */
  networkChanged() {
    this.#peer?.restart();
  }

  /** @param {import("./quality.js").Condition} condition */
  tellCondition(condition) {
    this.#beside?.send("condition", condition);
  }

  /** @param {CallEvent} event */
  #happen(event) {
    const { state, effects } = step(this.#state, event);
    const hasChanged = state !== this.#state;
    this.#state = state;
    for (const effect of effects) this.#act(effect);
    if (hasChanged) this.#tell("state", state);
    if (state.name === "ended") for (const end of this.#endings.splice(0)) end();
  }

  /** @param {import("./callState.js").Effect} effect */
  #act(effect) {
    switch (effect) {
      case "ring":
        this.#ring();
        break;
      case "join":
        this.#join();
        break;
      case "accept":
        this.#live.command("call.accept", { call: this.#call, device: this.#device }).then(
          () => this.#join(),
          (refusal) => this.#refused(refusal),
        );
        break;
      case "decline":
        this.#live.command("call.decline", { call: this.#call }).catch(() => {});
        break;
      case "hangUp":
        this.#live.command("call.hangUp", { call: this.#call }).catch(() => {});
        break;
      case "openPeer":
        this.#openPeer();
        break;
      case "closePeer":
        this.#peer?.close();
        break;
      case "freeDevices":
        this.tracks.free();
        break;
    }
  }

  #ring() {
    const ring = { call: this.#call, callee: this.#callee ?? "", relayOnly: this.#wantsRelay };
    this.#live.command("call.ring", ring, { lifetime: RING_LIFETIME }).then(
      () => this.#happen({ type: "placed" }),
      (refusal) => this.#refused(refusal),
    );
  }

  async #join() {
    try {
      this.#joined = await this.#live.command("call.join", { call: this.#call, device: this.#device }, { lifetime: SIGNAL_LIFETIME });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.isNotFound) this.#happen({ type: "unknown", canPlace: this.#callee !== undefined });
      // Without a connection there is nothing to say yet; the next welcome asks again.
      else if (!refusal.isOwn) this.#refused(refusal);
      return;
    }
    const { state, role, reason, since, peerPresent, iceServers, meeting } = /** @type {import("../live/protocol.js").Joined} */ (
      this.#joined
    );
    if (reason === "upgraded") {
      this.#over(reason, meeting);
      return;
    }
    this.#happen({ type: "joined", state, role, reason, since, looksFirst: this.#looksFirst });
    if (state === "accepted") this.#happen({ type: "peer", isPresent: peerPresent, at: Date.now() });
    // A relay's credentials do not last for ever.
    this.#peer?.renew(iceServers);
    this.#peer?.greet();
  }

  /** A fresh connection to the server: it first hears which page of which call speaks. */
  #welcomed() {
    const { state } = this;
    const isKnownToServer =
      state.name !== "ended" && !(state.name === "check" && state.stage === "new") && !(state.name === "ringing" && !state.isPlaced);
    if (isKnownToServer) this.#join();
  }

  /** @param {unknown} refusal */
  #refused(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.#problem = refusal.problem;
    this.#happen({ type: "refused" });
  }

  /**
   * @param {import("../live/protocol.js").EndReason} reason
   * @param {string} [meeting]
   */
  #over(reason, meeting) {
    if (reason === "upgraded") this.#tell("upgraded", { meeting });
    else this.#happen({ type: "ended", reason, at: Date.now() });
  }

  /** @param {string} device */
  #answered(device) {
    this.#happen({ type: "answered", byThisPage: device === this.#device, at: Date.now() });
  }

  /** @param {boolean} isPresent */
  #peerCame(isPresent) {
    this.#happen({ type: "peer", isPresent, at: Date.now() });
    // Signals sent while it was away went nowhere.
    if (isPresent) this.#peer?.greet();
  }

  /** @param {import("../live/protocol.js").Signal} signal */
  #signalled(signal) {
    // A description this browser cannot use: the next greeting brings another.
    this.#peer?.receive(signal).catch(() => this.#peer?.restart());
  }

  #openPeer() {
    if (this.#peer || !this.#joined) return;
    const { role, iceServers, relayOnly } = this.#joined;
    const isCaller = role === "caller";
    this.#peer = new Peer({
      isPolite: !isCaller,
      iceServers,
      relayOnly: relayOnly || this.#wantsRelay,
      listener: {
        signal: (signal) => this.#live.command("call.signal", { call: this.#call, signal }, { lifetime: SIGNAL_LIFETIME }).catch(() => {}),
        path: (state, reason) => this.#happen({ type: "path", state, reason, at: Date.now() }),
        track: (line, track) => this.#tell("track", { line, track }),
        lines: () => this.#tell("peer", this.#peer),
        beside: (beside) => this.#besideOpened(beside, isCaller),
      },
    });
    this.tracks.goBy(this.#peer);
    this.#peer.greet();
  }

  /**
   * @param {import("./beside.js").Beside} beside
   * @param {boolean} isCaller
   */
  #besideOpened(beside, isCaller) {
    this.#beside = beside;
    this.text.attach(beside);
    beside.on("showing", (showing) => {
      this.#theirs = asShowing(showing);
      this.#tell("showing", this.#theirs);
    });
    beside.on("condition", (condition) => this.#tell("condition", condition));
    beside.on("moved", () => this.#tell("moved", undefined));
    beside.whenOpen(() => this.#tellOwn());
    const watch = new CodeWatch(beside, isCaller, async () => this.#peer?.descriptions());
    this.#awaitCode(watch.result, beside);
  }

  /**
   * @param {Promise<string>} result
   * @param {import("./beside.js").Beside} beside
   */
  async #awaitCode(result, beside) {
    try {
      const code = await result;
      this.#codes += 1;
      this.#tell("code", { code, isNew: this.#codes > 1 });
    } catch {
      // A connection that was replaced meanwhile proves nothing about the one that is used.
      if (beside !== this.#beside) return;
      this.#happen({ type: "path", state: "broken", reason: "insecure", at: Date.now() });
    }
  }

  #tellOwn() {
    const own = this.tracks.showing;
    this.#beside?.send("showing", own);
    this.#tell("own", own);
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
