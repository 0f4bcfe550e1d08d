/**
 * The page of one call: puts devices, session, view and keys together.
 *
 * @module
 */
import { live, wake } from "../live/tab.js";
import { textOf } from "../design/text.js";
import { CallSession } from "./callSession.js";
import { CallView } from "./callView.js";
import { Chat } from "./chat.js";
import { Check } from "./check.js";
import { enterCall } from "./currentCall.js";
import { DeviceMenus } from "./deviceMenus.js";
import { Devices } from "./devices.js";
import { Adding } from "./adding.js";
import { GroupMove } from "./groupMove.js";
import { buttons, onAction, region } from "./hooks.js";
import { MutedSpeaker } from "./mutedSpeaker.js";
import { QualityWatch } from "./qualityWatch.js";
import { ScreenShare } from "./screenShare.js";
import { KEYS, SingleKeys } from "./shortcuts.js";

/** @typedef {import("./deviceChoice.js").Kind} Kind */

class CallPage {
  #root = region(document, "root", HTMLElement);
  #devices = new Devices();
  #session;
  #view;
  #check;
  #menus;
  #muted;
  #wasConnected = false;
  #isChecking = false;
  /** @type {GroupMove | undefined} while the call becomes a group call */
  #move;

  /** @param {import("../design/text.js").Text} text */
  constructor(text) {
    const { callId = "", callee, peerName = "" } = this.#root.dataset;
    const wantsRelay = this.#root.dataset.relayOnly !== undefined;
    this.#session = new CallSession({ live, call: callId, callee, wantsRelay, looksFirst: this.#looksFirst, devices: this.#devices });
    this.#view = new CallView(this.#root, text, peerName);
    this.#check = new Check(this.#root, this.#devices, text, wantsRelay);
    this.#menus = new DeviceMenus(this.#root, this.#devices, text);
    this.#muted = new MutedSpeaker(() => this.#view.remark("hint.mutedWhileSpeaking"));
    this.#hideImpossible();
    this.#follow();
    this.#followDevices();
    this.#act();
    const chat = new Chat(this.#root, this.#session, text, peerName);
    chat.addEventListener("arrived", () => this.#view.remark("hint.written"));
    if (this.#root.querySelector('[data-call="add"]')) this.#grow();
    enterCall({ isRunning: () => this.#isRunning, hangUp: () => this.#session.hangUp() });
  }

  begin() {
    this.#session.begin();
    wake();
    this.#menus.refresh();
  }

  get #isCaller() {
    return this.#root.dataset.role === "caller" || this.#isGuest;
  }

  get #isGuest() {
    return this.#root.dataset.role === "guest";
  }

  /** A guest's call rings before its page is there; a page loaded again goes straight back into the call. */
  get #looksFirst() {
    const [navigation] = performance.getEntriesByType("navigation");
    return this.#isGuest && navigation instanceof PerformanceNavigationTiming && navigation.type === "navigate";
  }

  get #isRunning() {
    return !["opening", "check", "offered", "ended"].includes(this.#session.state.name);
  }

  #follow() {
    const session = this.#session;
    const detail = (/** @type {Event} */ event) => /** @type {CustomEvent} */ (event).detail;
    session.addEventListener("state", (event) => this.#stateChanged(detail(event)));
    session.addEventListener("own", (event) => this.#ownChanged(detail(event)));
    session.addEventListener("showing", (event) => this.#view.showTheirs(detail(event)));
    session.addEventListener("track", (event) => this.#view.play(detail(event).line, detail(event).track));
    session.addEventListener("code", (event) => this.#view.showCode(detail(event).code, detail(event).isNew));
    const quality = new QualityWatch(session, live);
    quality.addEventListener("report", (event) => this.#view.showQuality(detail(event)));
    quality.addEventListener("rung", (event) => this.#view.remark(detail(event).isActive ? "hint.pictureBack" : "hint.soundKept"));
    live.on("link", (state) => this.#view.stand("server", this.#isRunning && state.name === "waiting" ? "status.serverAway" : undefined));
    const changed = () => session.networkChanged();
    addEventListener("online", changed);
    // Only Chromium tells of a change from one network to another.
    const { connection } = /** @type {any} */ (navigator);
    connection?.addEventListener?.("change", changed);
  }

  #followDevices() {
    const devices = this.#devices;
    devices.addEventListener("track", (event) => {
      const { kind, track } = /** @type {CustomEvent} */ (event).detail;
      if (kind === "microphone") this.#muted.follow(this.#isRunning ? track : null);
    });
    devices.addEventListener("lost", (event) => {
      const { device, other } = /** @type {CustomEvent} */ (event).detail;
      this.#view.remark(other ? "device.gone" : "device.lost", { device, other });
    });
    this.#menus.addEventListener("turned", (event) => this.#view.remark("device.switched", /** @type {CustomEvent} */ (event).detail));
    this.#menus.addEventListener("problem", (event) => this.#remarkProblem(/** @type {CustomEvent} */ (event).detail.guidance));
  }

  #act() {
    const session = this.#session;
    onAction(this.#root, {
      start: () => this.#start(),
      cancel: () => session.hangUp(),
      "hang-up": () => session.hangUp(),
      microphone: () => this.#toggle(() => session.tracks.toggleMicrophone()),
      camera: () => this.#toggle(() => session.tracks.toggleCamera()),
      screen: () => this.#shareScreen(),
      "screen-stop": () => session.tracks.share.stop(),
      "picture-in-picture": () => this.#pictureInPicture(),
      "full-screen": () => this.#fullScreen(),
      devices: () => this.#openDialog("devices"),
      shortcuts: () => this.#openDialog("shortcuts"),
      play: () => this.#view.listen(),
      again: () => this.#again(),
    });
    new SingleKeys(this.#root, KEYS, () => ["check", "ended"].includes(this.#root.dataset.state ?? "")).listen();
  }

  /** A call between members can become a group call. */
  #grow() {
    const session = this.#session;
    const adding = new Adding(this.#root, { session, live, view: this.#view });
    adding.addEventListener("moving", (event) => {
      if (this.#move) return;
      const { meeting } = /** @type {CustomEvent} */ (event).detail;
      const move = new GroupMove(this.#root, { session, call: this.#root.dataset.callId ?? "", meeting });
      this.#move = move;
      move.addEventListener("failed", (failure) => {
        adding.cancel("failed", /** @type {CustomEvent} */ (failure).detail.why);
        this.#stay();
      });
      move.begin();
    });
    adding.addEventListener("stopped", () => this.#stay());
    session.addEventListener("moved", () => this.#move?.otherMoved());
    session.addEventListener("upgraded", (event) => this.#upgraded(/** @type {CustomEvent} */ (event).detail.meeting));
  }

  #stay() {
    this.#move?.giveUp();
    this.#move = undefined;
  }

  /** @param {string} [meeting] where the call went on, for a page that was loaded in between */
  #upgraded(meeting) {
    if (this.#move) this.#move.takeOver();
    else if (meeting) location.replace(`/meetings/${encodeURIComponent(meeting)}`);
  }

  /** @param {import("./callState.js").CallState} state */
  #stateChanged(state) {
    if (state.name === "ended" && state.reason === "upgraded") {
      this.#muted.follow(null);
      return;
    }
    if (state.name === "ended") this.#stay();
    this.#view.show(state, { isCaller: this.#isCaller, problem: this.#session.problem });
    for (const button of buttons(this.#root, "start")) button.disabled = state.name === "opening";
    if (state.name !== "check" && state.name !== "offered") this.#check.close();
    else if (!this.#isChecking) this.#check.open();
    this.#isChecking = state.name === "check" || state.name === "offered";
    if (state.name === "connecting") this.#returnDevices();
    if (state.name === "connected" && !this.#wasConnected) this.#connected();
    if (state.name === "ended") this.#ended();
  }

  /** A page that was loaded again, or came from "Answer", still has to open what it gives. */
  async #returnDevices() {
    if (this.#devices.track("microphone")) return;
    const wantsCamera = location.hash !== "#sound-only";
    const [problem] = (await this.#devices.open(wantsCamera ? ["microphone", "camera"] : ["microphone"])).values();
    if (problem) this.#remarkProblem(problem.guidance);
  }

  #connected() {
    this.#wasConnected = true;
    this.#menus.applySpeaker();
    this.#muted.follow(this.#devices.track("microphone"));
  }

  #ended() {
    this.#muted.follow(null);
    for (const button of buttons(this.#root, "again")) button.hidden = this.#root.dataset.callee === undefined;
    if (document.fullscreenElement) document.exitFullscreen();
    if (document.pictureInPictureElement) document.exitPictureInPicture();
  }

  #start() {
    if (this.#session.state.name === "offered") this.#session.accept();
    else this.#session.place();
  }

  /** @param {import("./showing.js").Showing} own */
  #ownChanged(own) {
    this.#view.showOwn(own);
    this.#view.showSelf(this.#session.tracks.share.track ?? this.#devices.track("camera"));
    if (this.#isRunning) this.#muted.follow(this.#devices.track("microphone"));
  }

  /** @param {() => Promise<Map<string, import("./devices.js").DeviceProblem>>} action */
  async #toggle(action) {
    const before = this.#session.tracks.showing;
    const [problem] = (await action()).values();
    if (problem) this.#remarkProblem(problem.guidance);
    const own = this.#session.tracks.showing;
    this.#view.showOwn(own);
    if (own.microphone !== before.microphone) this.#view.remark(own.microphone ? "hint.microphoneOn" : "hint.microphoneOff");
    else if (own.camera !== before.camera) this.#view.remark(own.camera ? "hint.cameraOn" : "hint.cameraOff");
  }

  async #shareScreen() {
    if (!ScreenShare.isPossible) return;
    await this.#session.tracks.toggleScreen().catch(() => this.#view.remark("hint.screenFailed"));
  }

  async #pictureInPicture() {
    const hasScreen = this.#root.dataset.remoteScreen === "on";
    const video = region(this.#root, hasScreen ? "remote-screen" : "remote-video", HTMLVideoElement);
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else if (document.pictureInPictureEnabled) await video.requestPictureInPicture().catch(() => this.#view.remark("hint.noPicture"));
  }

  async #fullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else
      await this.#root
        .querySelector(".stage")
        ?.requestFullscreen()
        .catch(() => {});
  }

  /** @param {string} name */
  #openDialog(name) {
    for (const open of this.#root.querySelectorAll(":popover-open")) if (open instanceof HTMLElement) open.hidePopover();
    region(this.#root, name, HTMLDialogElement).showModal();
    this.#menus.refresh();
  }

  /** A new call to the same person, on a page of its own. */
  #again() {
    location.assign(`/people/${encodeURIComponent(this.#root.dataset.callee ?? "")}/call`);
  }

  /** @param {import("./guidance.js").Guidance} guidance */
  #remarkProblem(guidance) {
    this.#view.remark(`guidance.${guidance}.title`);
  }

  /** What this browser cannot do is not offered. */
  #hideImpossible() {
    const impossible = [
      ScreenShare.isPossible ? "" : "screen",
      document.pictureInPictureEnabled ? "" : "picture-in-picture",
      document.fullscreenEnabled ? "" : "full-screen",
    ];
    for (const action of impossible) for (const button of action ? buttons(this.#root, action) : []) button.hidden = true;
  }
}

new CallPage(await textOf("calls")).begin();
