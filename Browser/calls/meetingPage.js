/**
 * The page of one meeting: puts the live link, devices, media and view together.
 *
 * @module
 */
import { BackOff } from "../live/backOff.js";
import { live, wake } from "../live/tab.js";
import { CaptionBar } from "./captionBar.js";
import { Check } from "./check.js";
import { ConnectionCheck } from "./connectionCheck.js";
import { enterCall } from "./currentCall.js";
import { DeviceMenus } from "./deviceMenus.js";
import { Devices } from "./devices.js";
import { buttons, onAction, region } from "./hooks.js";
import { MeetingActs } from "./meetingActs.js";
import { MeetingCommands } from "./meetingCommands.js";
import { MeetingConnection } from "./meetingConnection.js";
import { showEnd } from "./meetingEnd.js";
import { lead } from "./meetingHosts.js";
import { MeetingList } from "./meetingList.js";
import { MeetingMedia } from "./meetingMedia.js";
import { MeetingPanels } from "./meetingPanels.js";
import { MeetingPeople } from "./meetingPeople.js";
import { MeetingStage } from "./meetingStage.js";
import { MeetingView } from "./meetingView.js";
import { MeetingWords } from "./meetingWords.js";
import { OwnTracks } from "./ownTracks.js";
import { PushToTalk } from "./pushToTalk.js";
import { ScreenShare } from "./screenShare.js";
import { MEETING_KEYS, SingleKeys } from "./shortcuts.js";

/** @typedef {import("../live/protocol.js").Commands} Commands */

/** Event `over` when a page that came in beside a call has to go: `problem` in the server's words, if it has any. */
export class MeetingPage extends EventTarget {
  #root;
  #meeting;
  #devices;
  #media;
  #commands;
  #words = new MeetingWords(async (text) => (await this.#commands.ask("meeting.say", { text })) !== undefined);
  #view;
  #check;
  #connectionCheck;
  #menus;
  #own;
  #acts;
  #panels;
  #connection;
  #captions;
  #stage;
  #list;
  /** Whether the person has pressed "Join", and neither left nor been sent away. */
  #isIn = false;
  /** Whether the page shows and sounds another call yet, which this meeting is to take the place of. */
  #isBeside = false;
  /** Whether the host is asked to open. */
  #isAtDoor = false;
  #people = new MeetingPeople();
  #backOff = new BackOff();

  /**
   * @param {import("../design/text.js").Text} text
   * @param {import("../design/text.js").Text} callText
   * @param {{ root: HTMLElement, devices: Devices, share: ScreenShare }} [call] what a call hands over that becomes this meeting
   */
  constructor(text, callText, call) {
    super();
    this.#root = call?.root ?? region(document, "root", HTMLElement);
    this.#devices = call?.devices ?? new Devices();
    this.#meeting = this.#root.dataset.meeting ?? "";
    this.#media = new MeetingMedia(live, this.#meeting);
    this.#commands = new MeetingCommands(live, this.#meeting);
    this.#view = new MeetingView(this.#root, text);
    this.#check = new Check(this.#root, this.#devices, callText, false);
    this.#connectionCheck = new ConnectionCheck(this.#root, text, { live, meeting: this.#meeting, commands: this.#commands });
    this.#menus = new DeviceMenus(this.#root, this.#devices, callText);
    const share = call?.share ?? new ScreenShare();
    const parts = { view: this.#view, devices: this.#devices, share, media: this.#media, commands: this.#commands };
    this.#own = new OwnTracks(this.#root, parts, () => this.#isIn);
    const keys = new SingleKeys(this.#root, MEETING_KEYS, () => this.#isBeside || this.#root.dataset.state !== "talking").listen();
    new PushToTalk(
      () => keys.isOn && this.#own.isMuted,
      (isSpeaking) => this.#own.speakUp(isSpeaking),
    ).listen();
    const meeting = { words: this.#words, commands: this.#commands, people: this.#people, view: this.#view };
    this.#acts = new MeetingActs(this.#root, text, { ...meeting, own: this.#own });
    this.#panels = new MeetingPanels(this.#root, { text, callText }, { ...meeting, menus: this.#menus });
    this.#captions = new CaptionBar(this.#root, this.#commands);
    this.#connection = new MeetingConnection(live, this.#media, () => (this.#listens ? null : this.#own.all));
    this.#stage = new MeetingStage(this.#root, { ...meeting, media: this.#media, own: this.#own, connection: this.#connection });
    this.#list = new MeetingList(this.#root, text, this.#people);
    this.#text = text;
    this.#hear();
    this.#follow(callText);
    this.#act();
    if (!call) this.#takeCalls();
  }

  #text;

  async begin() {
    wake();
    for (const button of buttons(this.#root, "start")) button.disabled = false;
    await this.#menus.refresh();
    if (["#answered", "#sound-only"].includes(location.hash)) await this.#comeAnswered();
    else if (!this.#listens) await this.#check.open();
  }

  /** Whether this person neither is nor may be seen and heard. */
  get #listens() {
    return this.#root.dataset.ownRole === "attendee";
  }

  /** Whoever pressed "Answer" is in at once. A page that is loaded again asks first. */
  async #comeAnswered() {
    const isSoundOnly = location.hash === "#sound-only";
    history.replaceState(null, "", location.pathname);
    await this.#devices.open(isSoundOnly ? ["microphone"] : ["microphone", "camera"]);
    this.#start();
  }

  #takeCalls() {
    enterCall({ isRunning: () => this.#isIn, hangUp: () => this.#leave() });
  }

  // --- beside a call that becomes this meeting ---

  /** Comes in unseen and unheard, while the call goes on. What the call's page sends is sent here, too. */
  joinBeside() {
    this.#isBeside = true;
    this.#stage.sounds.isHushed = true;
    this.#menus.refresh();
    this.#start();
  }

  /** What the call's page sends has changed. */
  ownChanged() {
    this.#own.refresh();
  }

  /**
   * Whether the other one of the call is heard here by now. The two are the meeting's hosts.
   *
   * @param {number} packets how many of a voice are enough
   * @param {boolean} isMuted whether they have switched their microphone off, as they said in the call: then there is nothing to hear
   */
  async hearsOther(packets, isMuted) {
    const other = this.#people.others.find((one) => one.role === "host");
    if (!other || other.isAway || !this.#media.isConnected) return false;
    return isMuted || (await this.#media.heard(other.seat)) >= packets;
  }

  /** The meeting is what the page is from now on. Gives the players that are to be heard, silent yet. */
  takePlace() {
    this.#isBeside = false;
    const { sounds } = this.#stage;
    sounds.isHushed = false;
    const { players } = sounds;
    for (const player of players) Object.assign(player, { volume: 0, muted: false });
    this.#menus.applySpeaker();
    this.#takeCalls();
    this.#view.remark("say.grown");
    this.#stage.look();
    return players;
  }

  /** The call goes on as it was, with its devices. */
  giveUp() {
    this.#commands.ask("meeting.leave", {});
    this.#goAway();
  }

  #goAway() {
    this.#isIn = false;
    this.#connection.close();
    this.#view.become("ended");
  }

  #hear() {
    /** @param {{ meeting: string }} message */
    const isOurs = (message) => this.#isIn && message.meeting === this.#meeting;
    live.onWelcome(() => this.#isIn && this.#enter());
    live.on("meeting.people", (message) => isOurs(message) && this.#changed(this.#people.change(message)));
    live.on("meeting.self", (message) => isOurs(message) && this.#changed(this.#people.changeSelf(message.face)));
    live.on("meeting.slots", (message) => isOurs(message) && this.#media.show(message.slots));
    live.on("meeting.speakers", (message) => isOurs(message) && this.#stage.speak(message.seats));
    live.on("meeting.encodings", (message) => isOurs(message) && this.#media.limit(message.count));
    live.on("meeting.codec", (message) => isOurs(message) && this.#media.goOver(message.track, message.codec));
    live.on("meeting.admitted", (message) => isOurs(message) && this.#enter());
    live.on("meeting.muted", (message) => isOurs(message) && this.#own.mute(message.mutes));
    live.on("meeting.asked", (message) => isOurs(message) && this.#acts.showAsked(true));
    live.on("meeting.said", (message) => isOurs(message) && this.#words.hear(message.words));
    live.on("meeting.poll", (message) => isOurs(message) && this.#panels.polls.hear(message.poll));
    live.on("meeting.captioned", (message) => isOurs(message) && this.#captions.hear(message));
    live.on("meeting.reacted", (message) => isOurs(message) && this.#acts.hearReaction(message));
    live.on("meeting.applause", (message) => isOurs(message) && this.#view.showApplause(message.reactions));
    live.on("meeting.over", (message) => isOurs(message) && this.#end(message.reason));
    live.on("link", () => this.#stand());
  }

  /** @param {import("../design/text.js").Text} callText */
  #follow(callText) {
    const said = (/** @type {Event} */ event) => /** @type {CustomEvent} */ (event).detail;
    this.#connection.addEventListener("changed", () => this.#stand());
    this.#connection.addEventListener("refused", (event) => this.#refuse(said(event)));
    this.#menus.addEventListener("turned", (event) => this.#view.say(callText("device.switched", said(event))));
    this.#menus.addEventListener("problem", (event) => this.#view.say(callText(`guidance.${said(event).guidance}.title`)));
    this.#commands.addEventListener("refused", (event) => this.#refused(said(event)));
    this.#stage.addEventListener("sounding", () => this.#menus.applySpeaker());
    addEventListener("pagehide", () => {
      this.#check.close();
      if (this.#isIn) this.#commands.ask("meeting.leave", { mayReturn: true });
      this.#connection.close();
      this.#own.close();
    });
  }

  #act() {
    onAction(this.#root, {
      start: () => this.#start(),
      microphone: () => this.#own.toggle("microphone"),
      camera: () => this.#own.toggle("camera"),
      screen: () => this.#own.toggleScreen(),
      "screen-stop": () => this.#own.stopScreen(),
      leave: () => this.#leave(),
    });
    lead(this.#root, this.#commands, this.#people);
  }

  // --- coming and going ---

  #start() {
    this.#isIn = true;
    this.#check.close();
    this.#connectionCheck.close();
    this.#view.become("waiting");
    this.#stand();
    if (live.state.name === "open") this.#enter();
  }

  /** Comes in, or back: after the link was down, after the server was. */
  async #enter() {
    const entered = await this.#commands.ask("meeting.enter", {});
    if (!entered || !this.#isIn) return;
    const told = /** @type {import("../live/protocol.js").MeetingEntered} */ (entered);
    const { state, seat, role, hasMedia, iceServers, words, polls } = told;
    this.#backOff.reset();
    this.#people.seat = seat;
    this.#root.dataset.ownRole = role;
    if (state === "waiting") {
      this.#view.become("waiting");
      this.#isAtDoor = true;
      this.#stand();
      return;
    }
    this.#view.become("talking");
    this.#words.enter(seat, words);
    this.#panels.polls.enter(seat, polls);
    // Who is there may have been told before the own seat was known.
    this.#view.showPeople(this.#people.stage, seat);
    this.#list.show();
    this.#own.enter(told);
    // Said before the offer is made, and read before it: commands keep their order.
    this.#own.tell();
    await this.#connection.open(iceServers, hasMedia);
    this.#stand();
    this.#stage.look();
  }

  /** @param {import("../live/refusal.js").Refusal} problem of the media server */
  #refuse(problem) {
    // A call that goes on need not wait for it.
    if (this.#isBeside) this.#end("ended", problem.problem);
    // The server has seen the page out while its link was down, and does not know it any more.
    else if (problem.isNotFound) this.#enter();
    // That it waits for room stays written as long as it does.
    else if (!this.#connection.isHeld) this.#view.say(problem.message);
  }

  #leave() {
    if (!this.#isIn) return;
    this.#commands.ask("meeting.leave", {});
    this.#end("left");
  }

  /**
   * @param {import("./meetingEnd.js").End} reason
   * @param {import("../live/protocol.js").Problem} [problem] in the server's words
   */
  #end(reason, problem) {
    if (this.#isBeside) {
      this.#goAway();
      this.dispatchEvent(new CustomEvent("over", { detail: { problem } }));
      return;
    }
    this.#isIn = false;
    this.#connection.close();
    this.#own.close();
    this.#stage.close();
    this.#panels.close();
    this.#captions.close();
    showEnd(this.#root, this.#text, reason, problem);
  }

  // --- who is there ---

  /** @param {{ key: string, name: string } | undefined} told what is new of who is there */
  #changed(told) {
    const { own, seat, stage } = this.#people;
    if (own) this.#followRole(own);
    this.#view.showPeople(stage, seat);
    this.#list.show();
    this.#captions.follow(this.#people);
    if (told) this.#view.remark(told.key, { name: told.name });
    this.#acts.showHand();
    this.#stand();
    this.#stage.show();
    this.#stage.look();
  }

  /** @param {import("../live/protocol.js").MeetingFace} own */
  #followRole(own) {
    const before = this.#root.dataset.ownRole;
    if (before === own.role) return;
    this.#root.dataset.ownRole = own.role;
    this.#view.remark(`say.nowA.${own.role}`);
    if (own.role === "attendee") this.#own.listen();
    else this.#connection.widen();
  }

  /** Says where things stand: the worst first. */
  #stand() {
    if (!this.#isIn) return;
    if (live.state.name !== "open" && this.#people.seat > 0) this.#view.stand("status.reconnecting");
    else if (this.#root.dataset.state === "waiting") this.#view.stand(this.#isAtDoor ? "status.waiting" : "status.connecting");
    else if (!this.#connection.isOpen) this.#view.stand(this.#connection.isHeld ? "status.held" : "status.connecting");
    else if (this.#people.count === 1) this.#view.stand("status.alone");
    else this.#view.stand("status.together", { count: this.#people.count });
  }

  /** @param {{ type: keyof Commands, problem: import("../live/refusal.js").Refusal }} detail */
  #refused({ type, problem }) {
    if (!this.#isIn) return;
    if (type === "meeting.enter") this.#keptOut(problem);
    else if (!problem.isNotFound) this.#view.say(problem.message);
    // What the page sends is not let through before the server knows of it.
    if (type === "meeting.tracks" && problem.isTemporary) this.#later(() => this.#own.tell());
  }

  /** @param {import("../live/refusal.js").Refusal} problem why the page cannot come in */
  #keptOut(problem) {
    if (this.#isBeside || !problem.isTemporary) return this.#end("ended", problem.problem);
    this.#view.say(problem.message);
    this.#later(() => this.#enter());
  }

  /** @param {() => void} body done a little later, while the person is in: longer each time that it fails */
  #later(body) {
    setTimeout(() => this.#isIn && body(), this.#backOff.next());
  }
}
