/** What a call page shows: the view of each state, words for what happens, and who gives what. */
import { grouped, spelled } from "./callCode.js";
import { press, region, say, show } from "./hooks.js";
import { PassingWords } from "./passingWords.js";

/** @typedef {import("./callState.js").CallState} CallState */

/** @type {Record<CallState["name"], string>} the template's names of the views */
const VIEW = {
  opening: "check",
  check: "check",
  offered: "check",
  ringing: "ringing",
  connecting: "connecting",
  connected: "talking",
  interrupted: "reconnecting",
  ended: "ended",
};

export class CallView {
  #root;
  #text;
  #name;
  #title = globalThis.document?.title ?? "";
  #passing = new PassingWords((words) => this.#hint(words ?? this.#standingWords()));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  /** @type {Map<import("./connection.js").Line, MediaStreamTrack>} */
  #theirs = new Map();
  #path = /** @type {"direct" | "relay"} */ ("direct");
  #standing = /** @type {Map<string, string>} */ (new Map());

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   * @param {string} name the other side's
   */
  constructor(root, text, name) {
    this.#root = root;
    this.#text = text;
    this.#name = name;
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  words(key, values = {}) {
    return this.#text(key, { name: this.#name, ...values });
  }

  /**
   * @param {CallState} state
   * @param {{ isCaller: boolean, problem?: import("../live/protocol.js").Problem }} about
   */
  show(state, about) {
    const before = this.#root.dataset.state;
    this.#root.dataset.state = state.name === "ringing" && this.#isAtDoor ? "lobby" : VIEW[state.name];
    say(region(this.#root, "status", HTMLElement), this.#statusOf(state));
    say(region(this.#root, "hang-up-label", HTMLElement), this.words(state.name === "ringing" ? "control.cancel" : "control.hangUp"));
    document.title = state.name === "ringing" || state.name === "connected" ? `${this.#statusOf(state)} · ${this.#title}` : this.#title;
    this.#showDuration(state);
    if (state.name === "ended") this.#showEnd(state, about);
    else if (before === "check" && this.#root.dataset.state !== "check") this.#focusControls();
  }

  /**
   * Something that passes: shown for a moment, and read out.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  remark(key, values) {
    this.say(this.words(key, values));
  }

  /** @param {string} words that pass */
  say(words) {
    this.#passing.say(words);
  }

  /**
   * Something that stays true for a while, shown whenever nothing passes.
   *
   * @param {string} topic
   * @param {string | undefined} key undefined ends it
   */
  stand(topic, key) {
    this.standFor(topic, key && this.words(key));
  }

  /** @param {string} topic @param {string | undefined} words */
  standFor(topic, words) {
    const before = this.#standingWords();
    if (words) this.#standing.set(topic, words);
    else this.#standing.delete(topic);
    if (before === this.#standingWords()) return;
    this.#passing.cut();
    this.#hint(this.#standingWords());
  }

  /** @param {import("./showing.js").Showing} own */
  showOwn(own) {
    press(this.#root, "microphone", own.microphone);
    press(this.#root, "camera", own.camera);
    press(this.#root, "screen", own.screen);
    this.#root.dataset.localCamera = onOff(own.camera);
    this.#root.dataset.localScreen = onOff(own.screen);
    region(this.#root, "sharing", HTMLElement).hidden = !own.screen;
    say(region(this.#root, "sharing-words", HTMLElement), this.words("stage.sharingWith"));
  }

  /** @param {MediaStreamTrack | null} track what the other side sees of this one: the screen, or else the camera */
  showSelf(track) {
    show(region(this.#root, "local-video", HTMLVideoElement), [track]);
  }

  /** @param {import("./showing.js").Showing} theirs */
  showTheirs(theirs) {
    const hasScreen = this.#root.dataset.remoteScreen === "on";
    if (theirs.screen !== hasScreen) this.remark(theirs.screen ? "hint.screenOn" : "hint.screenOff");
    const hadVoice = this.#root.dataset.remoteMicrophone === "on";
    if (hadVoice && !theirs.microphone) this.remark("hint.peerMuted");
    const hasPicture = theirs.camera && !theirs.isPaused;
    this.#root.dataset.remoteMicrophone = onOff(theirs.microphone);
    this.#root.dataset.remoteCamera = onOff(hasPicture);
    this.#root.dataset.remoteScreen = onOff(theirs.screen);
    region(this.#root, "remote-screen", HTMLVideoElement).hidden = !theirs.screen;
    region(this.#root, "remote-muted", HTMLElement).hidden = theirs.microphone;
    region(this.#root, "remote-camera-off", HTMLElement).hidden = hasPicture;
    this.stand("peerPaused", theirs.isPaused ? "hint.soundKept" : undefined);
  }

  /**
   * @param {import("./connection.js").Line} line
   * @param {MediaStreamTrack} track
   */
  play(line, track) {
    this.#theirs.set(line, track);
    const of = (/** @type {import("./connection.js").Line} */ name) => this.#theirs.get(name) ?? null;
    show(region(this.#root, "remote-audio", HTMLAudioElement), [of("microphone")]);
    show(region(this.#root, "remote-video", HTMLVideoElement), [of("camera")]);
    show(region(this.#root, "remote-screen", HTMLVideoElement), [of("screen"), of("screenSound")]);
    this.listen();
  }

  /** Starts the players; a browser that wants a click first gets a button to click. */
  async listen() {
    const button = region(this.#root, "play", HTMLButtonElement);
    try {
      await region(this.#root, "remote-audio", HTMLAudioElement).play();
      button.hidden = true;
    } catch (error) {
      button.hidden = !(error instanceof Error && error.name === "NotAllowedError");
    }
  }

  /**
   * @param {string} code six digits
   * @param {boolean} isNew true when another one was shown before
   */
  showCode(code, isNew) {
    region(this.#root, "code-button", HTMLElement).hidden = false;
    for (const name of ["code", "code-large"]) {
      const place = region(this.#root, name, HTMLElement);
      say(place, grouped(code));
      place.setAttribute("aria-label", spelled(code));
      place.setAttribute("role", "img");
      // In a right-to-left page the two groups would change places.
      place.dir = "ltr";
    }
    if (isNew) this.remark("hint.newCode");
  }

  /** @param {import("./qualityWatch.js").Report} report */
  showQuality({ sending, receiving, measure }) {
    const summary = [sending, receiving].some(({ level }) => level === "poor")
      ? "poor"
      : receiving.level === "good" && sending.level === "good"
        ? "good"
        : "fair";
    const button = region(this.#root, "quality-button", HTMLElement);
    button.hidden = false;
    button.dataset.level = summary;
    say(region(this.#root, "quality-summary", HTMLElement), this.words(`quality.${summary}`));
    this.#showVerdict("quality-sent", sending, measure.sendLoss, measure.roundTrip);
    this.#showVerdict("quality-received", receiving, measure.receiveLoss, measure.roundTrip);
    if (!measure.path) return;
    this.#path = measure.path;
    say(region(this.#root, "quality-path", HTMLElement), this.words(`quality.via.${measure.path}`));
    if (this.#root.dataset.state === "talking")
      say(region(this.#root, "status", HTMLElement), this.words(this.#path === "relay" ? "status.relayed" : "status.talking"));
  }

  /** @param {string} name @param {import("./quality.js").Verdict} verdict @param {number} [loss] @param {number} [roundTrip] */
  #showVerdict(name, verdict, loss, roundTrip) {
    const place = region(this.#root, name, HTMLElement);
    place.dataset.level = verdict.level;
    const parts = [this.words(`quality.${verdict.level}`)];
    if (verdict.cause !== "none") parts.push(this.words(`quality.cause.${verdict.cause}`));
    if (verdict.level !== "good" && loss !== undefined) parts.push(this.words("quality.loss", { percent: Math.round(loss * 100) }));
    if (verdict.level !== "good" && roundTrip !== undefined)
      parts.push(this.words("quality.roundTrip", { milliseconds: Math.round(roundTrip) }));
    say(place, parts.join(" · "));
  }

  /** A guest who waits until the host opens the door. */
  get #isAtDoor() {
    return this.#root.dataset.waitsForHost !== undefined;
  }

  /** @param {CallState} state */
  #statusOf(state) {
    switch (state.name) {
      case "ringing":
        if (this.#isAtDoor) return this.words("status.lobby");
        return this.words(state.isPlaced ? "status.ringing" : "status.starting");
      case "connecting":
      case "interrupted":
        if (state.isPeerAway) return this.words("status.peerAway");
        return this.words(state.name === "connecting" ? "status.connecting" : "status.reconnecting");
      case "connected":
        return this.words(this.#path === "relay" ? "status.relayed" : "status.talking");
      default:
        return "";
    }
  }

  /** @param {CallState} state */
  #showDuration(state) {
    const place = region(this.#root, "duration", HTMLElement);
    clearInterval(this.#clock);
    if (state.name !== "connected" && state.name !== "interrupted") {
      say(place, "");
      return;
    }
    const tick = () => say(place, clockFace(Date.now() - state.since));
    tick();
    this.#clock = setInterval(tick, 1_000);
  }

  /**
   * @param {Extract<CallState, { name: "ended" }>} state
   * @param {{ isCaller: boolean, problem?: import("../live/protocol.js").Problem }} about
   */
  #showEnd({ reason, lasted }, { isCaller, problem }) {
    const key = this.#isAtDoor && reason === "declined" ? "refused" : endingKey(reason, isCaller);
    // What the server refused it says better itself.
    const told = reason === "refused" ? problem : undefined;
    say(region(this.#root, "ended-title", HTMLElement), told?.title ?? this.words(`ended.${key}.title`));
    say(region(this.#root, "ended-detail", HTMLElement), told ? (told.detail ?? "") : this.words(`ended.${key}.detail`));
    const duration = region(this.#root, "ended-duration", HTMLElement);
    duration.hidden = lasted < 1_000;
    say(duration, this.words("ended.lasted", { duration: clockFace(lasted) }));
    for (const open of this.#root.querySelectorAll(":popover-open")) if (open instanceof HTMLElement) open.hidePopover();
    for (const dialog of this.#root.querySelectorAll("dialog")) dialog.close();
    region(this.#root, "ended-title", HTMLElement).focus();
  }

  #focusControls() {
    const [microphone] = this.#root.querySelectorAll('.controls [data-action="microphone"]');
    if (microphone instanceof HTMLElement) microphone.focus();
  }

  #standingWords() {
    return Array.from(this.#standing.values()).join(" ");
  }

  /** @param {string} words */
  #hint(words) {
    const hint = region(this.#root, "hint", HTMLElement);
    hint.hidden = words === "";
    say(hint, words);
  }
}

/**
 * The words of an ending depend on who called.
 *
 * @param {import("./callState.js").Ending} reason
 * @param {boolean} isCaller
 * @returns {string}
 */
export function endingKey(reason, isCaller) {
  if (isCaller) return reason;
  if (reason === "cancelled") return "cancelledByPeer";
  if (reason === "missed") return "missedByYou";
  return reason === "declined" ? "declinedByYou" : reason;
}

/**
 * @param {number} milliseconds
 * @returns {string} 4:07 or 1:04:07
 */
export function clockFace(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** @param {boolean} isOn */
function onOff(isOn) {
  return isOn ? "on" : "off";
}
