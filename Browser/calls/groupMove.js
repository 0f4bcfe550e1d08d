/**
 * Goes over from a call between two to the meeting that it becomes, within one page and **without a moment of silence**: the call sounds
 * until this page hears the other one in the meeting, and its way stays open until the other page has gone over, too.
 *
 * @module
 */
import { live } from "../live/tab.js";
import { offerCopies } from "../design/copy.js";
import { pageAt } from "../design/pageAt.js";
import { textOf } from "../design/text.js";
import { Refusal } from "../live/refusal.js";
import { fadeOver } from "./fade.js";
import { region } from "./hooks.js";

/** Packets of the other's voice that prove it comes: a tenth of a second of speech, some seconds of silence. */
const ENOUGH = 5;
/** Milliseconds between two looks whether they have come. */
const LOOK_EVERY = 100;
/** Milliseconds that the way of the call stays open for a page that does not say that it has gone over. */
const PATIENCE = 10_000;
/** Milliseconds for our last word to leave. */
const LINGER = 500;

/** Event `failed` ({why}) when the meeting cannot be had: the call goes on. */
export class GroupMove extends EventTarget {
  #root;
  #session;
  #call;
  #meeting;
  /** @type {import("./meetingPage.js").MeetingPage | undefined} */
  #room;
  /** @type {HTMLElement | undefined} */
  #stage;
  #title = "";
  /** @type {"coming" | "heard" | "over" | "given up"} */
  #state = "coming";
  /** @type {(() => void) | undefined} */
  #otherMoved;
  #isOtherThere = new Promise((/** @type {(value: void) => void} */ resolve) => {
    this.#otherMoved = resolve;
  });

  /**
   * @param {HTMLElement} root of the call
   * @param {{ session: import("./callSession.js").CallSession, call: string, meeting: string }} from
   */
  constructor(root, { session, call, meeting }) {
    super();
    this.#root = root;
    this.#session = session;
    this.#call = call;
    this.#meeting = meeting;
    session.addEventListener("own", () => this.#isOn && this.#room?.ownChanged());
  }

  get #isOn() {
    return this.#state === "coming" || this.#state === "heard";
  }

  /** Comes into the meeting beside the call, and says when the other one is heard there. */
  async begin() {
    try {
      await this.#open();
      while (this.#state === "coming") {
        if (await this.#room?.hearsOther(ENOUGH, this.#session.theirs?.microphone === false)) {
          this.#state = "heard";
          await live.command("call.heard", { call: this.#call }, { lifetime: PATIENCE });
          return;
        }
        await new Promise((resume) => setTimeout(resume, LOOK_EVERY));
      }
    } catch (problem) {
      this.#fail(problem instanceof Refusal ? problem.message : undefined);
    }
  }

  /** The server, or the other page, says that both hear each other: the meeting is what is heard from now on. */
  async takeOver() {
    if (!this.#isOn) return;
    this.#state = "over";
    // A page that was loaded again in between has not come in yet.
    if (!this.#room || !this.#stage) {
      location.replace(`/meetings/${encodeURIComponent(this.#meeting)}`);
      return;
    }
    const rising = this.#room.takePlace();
    const falling = [...this.#root.querySelectorAll("audio, video")].filter((one) => one instanceof HTMLMediaElement && !one.muted);
    this.#show();
    await fadeOver(/** @type {HTMLMediaElement[]} */ (falling), rising);
    this.#session.tellMoved();
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([this.#isOtherThere, patience]);
    await new Promise((resolve) => setTimeout(resolve, LINGER));
    this.#session.moveOn();
    this.#root.remove();
  }

  /** The other page has gone over. */
  otherMoved() {
    this.#otherMoved?.();
    this.takeOver();
  }

  /** Nobody is added, or the call is over. */
  giveUp() {
    if (!this.#isOn) return;
    this.#state = "given up";
    this.#room?.giveUp();
    this.#stage?.remove();
  }

  /** @param {string} [why] */
  #fail(why) {
    if (!this.#isOn) return;
    this.giveUp();
    this.dispatchEvent(new CustomEvent("failed", { detail: { why } }));
  }

  async #open() {
    const [page, { MeetingPage }, text, callText] = await Promise.all([
      pageAt(`/meetings/${encodeURIComponent(this.#meeting)}`),
      import("./meetingPage.js"),
      textOf("meeting"),
      textOf("calls"),
    ]);
    if (!page) throw new Error("the meeting's page cannot be had");
    await Promise.all([...page.head.querySelectorAll("link[rel=stylesheet]")].map((link) => dress(/** @type {HTMLLinkElement} */ (link))));
    if (!this.#isOn) return;
    this.#title = page.title;
    const stage = document.adoptNode(region(page, "root", HTMLElement));
    stage.toggleAttribute("data-beside", true);
    stage.inert = true;
    // Before the call: what both call by the same name is found here first.
    this.#root.before(stage);
    this.#stage = stage;
    const { devices, share } = this.#session.tracks;
    this.#room = new MeetingPage(text, callText, { root: stage, devices, share });
    this.#room.addEventListener("over", (event) => this.#fail(/** @type {CustomEvent} */ (event).detail.problem?.detail));
    this.#room.joinBeside();
  }

  /** The page is the meeting's: what it shows, where it is, and where the keys go. */
  #show() {
    if (!this.#stage) return;
    // What both wrote to each other stays with the two of them.
    const before = region(this.#root, "messages", HTMLElement);
    region(this.#stage, "messages", HTMLElement).prepend(...before.children);
    for (const dialog of this.#root.querySelectorAll("dialog")) dialog.close();
    for (const open of this.#root.querySelectorAll(":popover-open")) if (open instanceof HTMLElement) open.hidePopover();
    this.#root.dataset.state = "ended";
    this.#root.toggleAttribute("data-beside", true);
    this.#root.inert = true;
    this.#stage.inert = false;
    this.#stage.removeAttribute("data-beside");
    history.replaceState(null, "", `/meetings/${encodeURIComponent(this.#meeting)}`);
    document.title = this.#title;
    offerCopies(this.#stage);
    const [microphone] = this.#stage.querySelectorAll('.controls [data-action="microphone"]');
    if (microphone instanceof HTMLElement) microphone.focus();
  }
}

/**
 * Adds a stylesheet that this page has not yet, and waits until it is there.
 *
 * @param {HTMLLinkElement} link of the other page
 * @returns {Promise<void>}
 */
function dress(link) {
  const address = link.getAttribute("href") ?? "";
  if (document.head.querySelector(`link[rel=stylesheet][href="${CSS.escape(address)}"]`)) return Promise.resolve();
  const own = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  return new Promise((resolve, reject) => {
    own.addEventListener("load", () => resolve());
    own.addEventListener("error", () => reject(new Error(`${address} cannot be had`)));
    document.head.append(own);
  });
}
