/**
 * What this page sends into a meeting: microphone, camera and screen, switched by their buttons and by hosts.
 *
 * @module
 */
import { buttons, press, region } from "./hooks.js";
import { MutedSpeaker } from "./mutedSpeaker.js";
import { ScreenShare } from "./screenShare.js";

/** @typedef {"camera" | "microphone"} Capturing */

/** Event `shown` when the own picture is another. */
export class OwnTracks extends EventTarget {
  #root;
  #view;
  #devices;
  #media;
  #commands;
  #isIn;
  #share;
  #muted;
  /** How often a host has taken the word, as far as this page was told. */
  #mutes = 0;

  /**
   * @param {HTMLElement} root
   * @param {{ view: import("./meetingView.js").MeetingView, devices: import("./devices.js").Devices, share: ScreenShare,
   *   media: import("./meetingMedia.js").MeetingMedia, commands: import("./meetingCommands.js").MeetingCommands }} meeting
   * @param {() => boolean} isIn whether the person is in the meeting: before, devices belong to the check
   */
  constructor(root, { view, devices, share, media, commands }, isIn) {
    super();
    this.#root = root;
    this.#view = view;
    this.#devices = devices;
    this.#share = share;
    this.#media = media;
    this.#commands = commands;
    this.#isIn = isIn;
    this.#muted = new MutedSpeaker(() => view.remark("say.mutedWhileSpeaking"));
    devices.addEventListener("track", (/** @type {Event} */ event) => this.#deviceChanged(/** @type {CustomEvent} */ (event).detail));
    for (const change of ["stopped", "silent"]) this.#share.addEventListener(change, () => this.refresh());
    for (const button of buttons(root, "screen")) button.hidden = !ScreenShare.isPossible;
  }

  /** What the connections carry. */
  get all() {
    const [microphone, camera] = [this.#devices.track("microphone"), this.#devices.track("camera")];
    return { microphone, camera, screen: this.#share.track, screenSound: this.#share.sound };
  }

  /** Whether there is a microphone that is off. */
  get isMuted() {
    return this.#devices.track("microphone")?.enabled === false;
  }

  show() {
    press(this.#root, "microphone", this.#devices.track("microphone")?.enabled ?? false);
    press(this.#root, "camera", this.#devices.track("camera") !== null);
    press(this.#root, "screen", this.#share.isOn);
    region(this.#root, "sharing", HTMLElement).hidden = !this.#share.isOn;
    region(this.#root, "sharing-silent", HTMLElement).hidden = this.#share.sound !== null;
    region(this.#root, "sharing-sound", HTMLElement).hidden = this.#share.sound === null;
    this.dispatchEvent(new Event("shown"));
  }

  /** Says to the server what is sent: what comes before that word is not let through. */
  tell() {
    return this.#commands.ask("meeting.tracks", {
      microphone: this.#devices.track("microphone")?.enabled ?? false,
      camera: this.#devices.track("camera") !== null,
      screen: this.#share.isOn,
      screenSound: this.#share.sound !== null,
      mutes: this.#mutes,
    });
  }

  /** @param {Capturing} kind */
  async toggle(kind) {
    if (!this.#isIn() || this.#root.dataset.ownRole === "attendee") return;
    const track = this.#devices.track(kind);
    if (!track) {
      const problem = (await this.#devices.open([kind])).get(kind);
      if (problem) this.#view.remark("say.noDevice");
    } else if (kind === "camera") {
      this.#devices.close("camera");
    } else {
      await this.#speak(track, !track.enabled);
    }
  }

  /** @param {boolean} isSpeaking switches the microphone on or off, or opens one */
  async speakUp(isSpeaking) {
    const track = this.#devices.track("microphone");
    if (track) await this.#speak(track, isSpeaking);
    else if (isSpeaking) await this.toggle("microphone");
  }

  /**
   * The page has come in, or back. Who listens has no camera and microphone open, and who was muted while the page was away is so.
   *
   * @param {import("../live/protocol.js").MeetingEntered} entered
   */
  enter({ role, mutes, isMuted }) {
    if (role === "attendee") this.listen();
    if (isMuted && mutes > this.#mutes) this.mute(mutes);
    this.#mutes = mutes;
    this.show();
  }

  /**
   * A host has taken the word. The server lets nothing through from then on, so it need not be told.
   *
   * @param {number} mutes how often by now: who speaks again says to know of it
   */
  mute(mutes) {
    this.#mutes = mutes;
    const track = this.#devices.track("microphone");
    if (track) track.enabled = false;
    this.#muted.follow(track);
    this.show();
    this.#view.remark("say.muted");
  }

  async toggleScreen() {
    if (this.#root.dataset.ownRole === "attendee") return;
    if (this.#share.isOn) {
      this.#share.stop();
      return;
    }
    const shared = await this.#share.start().catch(() => null);
    if (shared === null) this.#view.remark("say.noScreen");
    // Left meanwhile, or made a listener.
    else if (shared && (!this.#isIn() || this.#root.dataset.ownRole === "attendee")) this.#share.stop();
    else if (shared) await this.refresh();
  }

  stopScreen() {
    this.#share.stop();
  }

  /** Who listens from now on sends nothing. */
  listen() {
    this.#share.stop();
    // Also what the browser is asking about just now.
    this.#devices.closeAll();
  }

  close() {
    this.#share.stop();
    this.#devices.closeAll();
    this.#muted.follow(null);
  }

  /** @param {MediaStreamTrack} track @param {boolean} isSpeaking */
  async #speak(track, isSpeaking) {
    if (track.enabled === isSpeaking) return;
    track.enabled = isSpeaking;
    this.#muted.follow(track);
    this.show();
    await this.tell();
  }

  /** @param {{ kind: Capturing, track: MediaStreamTrack | null }} change */
  async #deviceChanged({ kind, track }) {
    if (!this.#isIn()) return;
    if (kind === "microphone") this.#muted.follow(track);
    this.show();
    // First the word, then the picture: what comes before the word is not let through.
    await this.tell();
    await this.#media.carry(kind, this.#devices.track(kind)).catch(() => {});
  }

  /** Shows, says and sends what is shared now. */
  async refresh() {
    if (!this.#isIn()) return;
    this.show();
    await this.tell();
    await this.#media.carry("screen", this.#share.track).catch(() => {});
    await this.#media.carry("screenSound", this.#share.sound).catch(() => {});
  }
}
