/**
 * The page of one meeting: puts the live link, devices, media and view together.
 *
 * @module
 */
import { live, wake } from "../live/tab.js";
import { Refusal } from "../live/refusal.js";
import { CaptionBar } from "./captionBar.js";
import { Chat } from "./chat.js";
import { Check } from "./check.js";
import { ConnectionCheck } from "./connectionCheck.js";
import { enterCall } from "./currentCall.js";
import { DeviceMenus } from "./deviceMenus.js";
import { Devices } from "./devices.js";
import { buttons, onAction, press, region, say } from "./hooks.js";
import { MeetingCommands } from "./meetingCommands.js";
import { encodingFor, wanted } from "./meetingGrid.js";
import { lead, seatOf } from "./meetingHosts.js";
import { MeetingMedia } from "./meetingMedia.js";
import { news } from "./meetingNews.js";
import { MeetingView } from "./meetingView.js";
import { MeetingWords } from "./meetingWords.js";
import { OwnTracks } from "./ownTracks.js";
import { PollPanel } from "./pollPanel.js";
import { PushToTalk } from "./pushToTalk.js";
import { ScreenShare } from "./screenShare.js";
import { MEETING_KEYS, SingleKeys } from "./shortcuts.js";
import { SidePanel } from "./sidePanel.js";
import { SmallWindow, followed } from "./smallWindow.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {import("../live/protocol.js").Commands} Commands */
/** @typedef {import("../live/protocol.js").MeetingEnd | "left"} End */

/** Pictures that are asked for at a time; more people are shown by their initials. */
const MOST_PICTURES = 16;
/** Milliseconds between attempts to make the connections anew. */
const AGAIN_AFTER = 2_000;

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
  #chat;
  #list;
  #polls;
  #captions;
  #window;
  /** Whether the person has pressed "Join", and neither left nor been sent away. */
  #isIn = false;
  /** Whether the page shows and sounds another call yet, which this meeting is to take the place of. */
  #isBeside = false;
  /** Whether the host is asked to open. */
  #isAtDoor = false;
  /** 0 until the server gave one. */
  #seat = 0;
  /** @type {Face[]} */
  #people = [];
  /** @type {import("../live/protocol.js").MeetingWaiting[]} */
  #waiting = [];
  /** @type {number[]} who spoke, the latest first */
  #spoke = [];
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #lastView = "";
  #isOpening = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

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
    this.#chat = new Chat(this.#root, this.#words, callText);
    this.#list = new SidePanel(this.#root, "people");
    this.#captions = new CaptionBar(this.#root, this.#commands);
    this.#window = new SmallWindow(this.#root, region(this.#root, "follow", HTMLVideoElement));
    this.#polls = new PollPanel(this.#root, text, { commands: this.#commands, view: this.#view });
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
    else await this.#check.open();
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
    this.#view.isHushed = true;
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
    const other = this.#people.find((one) => one.seat !== this.#seat && one.role === "host");
    if (!other || other.isAway || !this.#media.isConnected) return false;
    return isMuted || (await this.#media.heard(other.seat)) >= packets;
  }

  /** The meeting is what the page is from now on. Gives the players that are to be heard, silent yet. */
  takePlace() {
    this.#isBeside = false;
    this.#view.isHushed = false;
    const { players } = this.#view;
    for (const player of players) Object.assign(player, { volume: 0, muted: false });
    this.#menus.applySpeaker();
    this.#takeCalls();
    this.#view.remark("say.grown");
    this.#look();
    return players;
  }

  /** The call goes on as it was, with its devices. */
  giveUp() {
    this.#commands.ask("meeting.leave", {});
    this.#goAway();
  }

  #goAway() {
    this.#isIn = false;
    clearTimeout(this.#retry);
    this.#media.close();
    this.#view.become("ended");
  }

  #hear() {
    /** @param {{ meeting: string }} message */
    const isOurs = (message) => this.#isIn && message.meeting === this.#meeting;
    live.onWelcome(() => this.#isIn && this.#enter());
    live.on("meeting.people", (message) => isOurs(message) && this.#peopleChanged(message));
    live.on("meeting.slots", (message) => isOurs(message) && this.#media.show(message.slots));
    live.on("meeting.speakers", (message) => isOurs(message) && this.#speak(message.seats));
    live.on("meeting.encodings", (message) => isOurs(message) && this.#media.limit(message.count));
    live.on("meeting.codec", (message) => isOurs(message) && this.#media.goOver(message.track, message.codec));
    live.on("meeting.admitted", (message) => isOurs(message) && this.#enter());
    live.on("meeting.muted", (message) => isOurs(message) && this.#own.mute());
    live.on("meeting.asked", (message) => isOurs(message) && this.#showAsked(true));
    live.on("meeting.said", (message) => isOurs(message) && this.#words.hear(message.words));
    live.on("meeting.poll", (message) => isOurs(message) && this.#polls.hear(message.poll));
    live.on("meeting.captioned", (message) => isOurs(message) && this.#captions.hear(message));
    live.on("meeting.reacted", (message) => isOurs(message) && this.#reacted(message));
    live.on("meeting.over", (message) => isOurs(message) && this.#end(message.reason));
    live.on("link", () => this.#stand());
  }

  /** @param {import("../design/text.js").Text} callText */
  #follow(callText) {
    this.#media.addEventListener("slots", () => this.#showMedia());
    this.#media.addEventListener("lost", () => this.#isIn && this.#reopen());
    const said = (/** @type {Event} */ event) => /** @type {CustomEvent} */ (event).detail;
    this.#menus.addEventListener("turned", (event) => this.#view.say(callText("device.switched", said(event))));
    this.#menus.addEventListener("problem", (event) => this.#view.say(callText(`guidance.${said(event).guidance}.title`)));
    this.#commands.addEventListener("refused", (event) => this.#refused(/** @type {CustomEvent} */ (event).detail));
    // One stands beside the stage at a time.
    for (const panel of [this.#chat, this.#list, this.#polls]) panel.addEventListener("opened", () => this.#makeRoomFor(panel));
    this.#view.addEventListener("arranged", () => this.#look());
    this.#window.addEventListener("turned", () => this.#look());
    this.#own.addEventListener("shown", () => this.#showOwn());
    new ResizeObserver(() => this.#look()).observe(region(this.#root, "stage", HTMLElement));
    addEventListener("pagehide", () => {
      this.#check.close();
      if (this.#isIn) this.#commands.ask("meeting.leave", {});
      this.#media.close();
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
      pin: (event) => this.#view.togglePin(seatOf(event.target)),
      "speaker-view": () => this.#view.toggleSpeakerView(),
      "hide-self": () => this.#view.toggleSelf(),
      "page-back": () => this.#view.turn(-1),
      "page-on": () => this.#view.turn(1),
      hand: () => this.#raise(),
      people: () => this.#list.toggle(),
      "people-close": () => this.#list.close(),
      react: (event) => this.#react(event.target),
      shortcuts: () => this.#openDialog("shortcuts"),
      devices: () => this.#openDialog("devices"),
      "full-screen": () => this.#toggleFullScreen(),
      "picture-in-picture": () => this.#toggleWindow(),
      "asked-yes": () => {
        this.#showAsked(false);
        this.#own.speakUp(true);
      },
      "asked-no": () => this.#showAsked(false),
      leave: () => this.#leave(),
      play: () => this.#view.listen(),
    });
    lead(this.#root, this.#commands, (one) => this.#people.find(({ seat }) => seat === one));
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
    const { state, seat, role, hasMedia, iceServers, words, polls } = /** @type {import("../live/protocol.js").MeetingEntered} */ (entered);
    [this.#seat, this.#iceServers] = [seat, iceServers];
    this.#root.dataset.ownRole = role;
    if (state === "waiting") {
      this.#view.become("waiting");
      this.#isAtDoor = true;
      this.#stand();
      return;
    }
    this.#view.become("talking");
    this.#words.enter(seat, words);
    this.#polls.enter(seat, polls);
    // Who is there may have been told before the own seat was known.
    this.#view.showPeople(this.#people, seat);
    this.#own.show();
    await this.#own.tell();
    if (!hasMedia || !this.#media.isOpen) await this.#reopen();
    this.#stand();
    this.#look();
  }

  async #reopen() {
    // While the link is down nothing can be agreed on; entering again, after the welcome, comes back here.
    if (this.#isOpening || !this.#isIn || live.state.name !== "open") {
      this.#stand();
      return;
    }
    this.#isOpening = true;
    clearTimeout(this.#retry);
    this.#stand();
    try {
      await this.#media.open(this.#iceServers, this.#own.all);
      this.#lastView = "";
    } catch (problem) {
      this.#media.close();
      if (problem instanceof Refusal && !problem.isOwn) this.#refuse(problem);
    } finally {
      this.#isOpening = false;
    }
    // The link went down, the server just begins, or the connections were lost while they opened: a little later it may go.
    if (!this.#media.isOpen) this.#retry = setTimeout(() => this.#reopen(), AGAIN_AFTER);
    this.#stand();
    this.#look();
    this.#showMedia();
  }

  /** @param {Refusal} problem of the media server */
  #refuse(problem) {
    // A call that goes on need not wait for it.
    if (this.#isBeside) this.#end("ended", problem.problem);
    else this.#view.say(problem.message);
  }

  #leave() {
    if (!this.#isIn) return;
    this.#commands.ask("meeting.leave", {});
    this.#end("left");
  }

  /**
   * @param {End} reason
   * @param {import("../live/protocol.js").Problem} [problem] in the server's words
   */
  #end(reason, problem) {
    if (this.#isBeside) {
      this.#goAway();
      this.dispatchEvent(new CustomEvent("over", { detail: { problem } }));
      return;
    }
    this.#isIn = false;
    clearTimeout(this.#retry);
    this.#media.close();
    this.#own.close();
    this.#window.close();
    this.#captions.close();
    const title = region(this.#root, "ended-title", HTMLElement);
    say(title, problem?.title ?? this.#text(`over.${reason}.title`));
    say(region(this.#root, "ended-detail", HTMLElement), problem ? (problem.detail ?? "") : this.#text(`over.${reason}.detail`));
    region(this.#root, "again", HTMLElement).hidden = problem !== undefined || (reason !== "left" && reason !== "elsewhere");
    region(this.#root, "end-question", HTMLDialogElement).close();
    this.#view.become("ended");
    title.focus();
  }

  // --- who is there ---

  /** @param {import("../live/protocol.js").MeetingPeople} message */
  #peopleChanged({ people, waiting, isShut }) {
    const before = this.#people;
    this.#people = people;
    const own = people.find((one) => one.seat === this.#seat);
    if (own) this.#followRole(own);
    this.#view.showPeople(people, this.#seat);
    this.#view.showWaiting(waiting);
    this.#view.showDoor(isShut);
    this.#captions.follow(people, this.#seat);
    const told = news({ people: before, waiting: this.#waiting }, { people, waiting }, this.#seat);
    if (told) this.#view.remark(told.key, { name: told.name });
    this.#waiting = waiting;
    press(this.#root, "hand", own?.hand !== undefined);
    this.#stand();
    this.#showMedia();
    this.#look();
  }

  /** @param {Face} own */
  #followRole(own) {
    const before = this.#root.dataset.ownRole;
    if (before === own.role) return;
    this.#root.dataset.ownRole = own.role;
    this.#view.remark(`say.nowA.${own.role}`);
    if (own.role !== "attendee") return;
    this.#own.listen();
  }

  /** @param {number[]} seats the loudest first */
  #speak(seats) {
    this.#spoke = [...seats, ...this.#spoke.filter((one) => !seats.includes(one))];
    this.#view.showSpeakers(seats, this.#spoke);
    if (this.#window.isOn) this.#look();
    this.#followOn();
  }

  /** Says where things stand: the worst first. */
  #stand() {
    if (!this.#isIn) return;
    if (live.state.name !== "open" && this.#seat > 0) this.#view.stand("status.reconnecting");
    else if (this.#root.dataset.state === "waiting") this.#view.stand(this.#isAtDoor ? "status.waiting" : "status.connecting");
    else if (!this.#media.isOpen || this.#isOpening) this.#view.stand("status.connecting");
    else this.#view.stand("status.together", { count: this.#people.length });
  }

  /** Tells the server whose pictures are wanted, and how large: it sends no more than is shown. */
  #look() {
    if (!this.#isIn || !this.#media.isOpen || this.#isOpening) return;
    const isSeen = (/** @type {number} */ seat) => this.#people.some((one) => one.seat === seat && seat !== this.#seat && one.camera);
    const screens = this.#people.filter((one) => one.seat !== this.#seat && one.screen);
    /** @type {Commands["meeting.view"]["tiles"]} */
    const tiles = screens.map(({ seat }) => ({ seat, track: "screen", encoding: 2 }));
    const { large, small } = this.#view.shown;
    if (large !== undefined && isSeen(large)) tiles.push({ seat: large, track: "camera", encoding: 2 });
    // On another page of people, perhaps.
    const whom = this.#window.isOn ? this.#followed : undefined;
    if (whom?.track === "camera" && whom.seat !== large) tiles.push({ ...whom, encoding: 1 });
    const encoding = encodingFor(this.#view.tileWidth);
    const others = small.filter((one) => isSeen(one) && !tiles.some(({ seat, track }) => seat === one && track === "camera"));
    for (const seat of wanted(others, this.#spoke, MOST_PICTURES - tiles.length)) {
      tiles.push({ seat, track: "camera", encoding });
    }
    const view = JSON.stringify(tiles);
    if (view === this.#lastView) return;
    this.#lastView = view;
    this.#commands.ask("meeting.view", { tiles });
  }

  #showMedia() {
    for (const { seat } of this.#people) {
      if (seat === this.#seat) continue;
      this.#view.showPicture(seat, this.#media.picture(seat, "camera"));
    }
    this.#view.showScreens(
      this.#people
        .filter((one) => one.screen && one.seat !== this.#seat)
        .map((one) => ({ ...one, ...this.#media.picture(one.seat, "screen") })),
    );
    this.#followOn();
    this.#showOwn();
    this.#view.playSounds(this.#media.sounds);
    this.#menus.applySpeaker();
  }

  // --- the small window ---

  /** Whose picture the small window shows. */
  get #followed() {
    const others = this.#people.filter((one) => one.seat !== this.#seat);
    return followed(others, this.#view.shown.large, this.#spoke);
  }

  get #followedPicture() {
    const whom = this.#followed;
    return whom ? this.#media.picture(whom.seat, whom.track).track : null;
  }

  #followOn() {
    // Until somebody else's picture is there, the one before stays.
    const track = this.#followedPicture;
    if (track || !this.#followed) this.#window.follow(track);
  }

  async #toggleWindow() {
    if (!(await this.#window.toggle(this.#followedPicture))) this.#view.remark("say.noPicture");
  }

  // --- what people do ---

  #showOwn() {
    this.#view.showPicture(this.#seat, { track: this.#own.all.camera, isPaused: false, isForeign: false });
    if (!this.#own.isMuted && this.#own.all.microphone) this.#showAsked(false);
  }

  /** @param {boolean} isAsked whether a host would like to hear this person */
  #showAsked(isAsked) {
    region(this.#root, "asked", HTMLElement).hidden = !isAsked;
  }

  #raise() {
    const isUp = this.#people.find((one) => one.seat === this.#seat)?.hand !== undefined;
    this.#commands.ask("meeting.hand", { isRaised: !isUp });
  }

  /** @param {EventTarget | null} target */
  #react(target) {
    const reaction = target instanceof Element ? target.closest("[data-reaction]")?.getAttribute("data-reaction") : null;
    if (!reaction) return;
    this.#commands.ask("meeting.react", { reaction: /** @type {import("../live/protocol.js").MeetingReaction} */ (reaction) });
    region(this.#root, "more", HTMLElement).hidePopover();
  }

  /** @param {import("../live/protocol.js").MeetingReacted} message */
  #reacted({ seat, reaction }) {
    this.#view.showReaction(seat, reaction);
    const name = this.#people.find((one) => one.seat === seat)?.name;
    if (name && seat !== this.#seat) this.#view.remark("say.reaction", { name, reaction: this.#text(`reaction.${reaction}`) });
  }

  /** @param {{ type: keyof Commands, problem: Refusal }} detail */
  #refused({ type, problem }) {
    if (!this.#isIn) return;
    if (type === "meeting.enter") this.#end("ended", problem.problem);
    else if (!problem.isNotFound) this.#view.say(problem.message);
  }

  // --- beside the pictures ---

  /** @param {Chat | SidePanel} opening */
  #makeRoomFor(opening) {
    if (opening !== this.#chat) this.#chat.close();
    for (const panel of [this.#list, this.#polls]) if (panel !== opening) panel.hide();
  }

  /** @param {"devices" | "shortcuts"} name */
  #openDialog(name) {
    region(this.#root, "more", HTMLElement).hidePopover();
    region(this.#root, name, HTMLDialogElement).showModal();
    this.#menus.refresh();
  }

  async #toggleFullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.#root.requestFullscreen().catch(() => this.#view.remark("say.noFullScreen"));
  }
}
