/**
 * An incoming call, on every page of a member: a dialog whose two answers look alike, a ring, and a title that tells.
 * It stops the moment the call is answered, declined or given up anywhere.
 *
 * @module
 */
import { live } from "../live/tab.js";
import { textOf } from "../design/text.js";
import { CallNotification } from "./callNotification.js";
import { currentCall } from "./currentCall.js";
import { DeviceChoice } from "./deviceChoice.js";
import { showFace } from "./face.js";
import { onAction, region, say } from "./hooks.js";
import { Refusal } from "../live/refusal.js";
import { Ring } from "./tones.js";

/** @typedef {import("../live/protocol.js").CallRinging} CallRinging */

/** Milliseconds between two faces of the title. */
const TITLE_EVERY = 1_000;

class Incoming {
  #dialog = region(document, "incoming", HTMLDialogElement);
  #ring = new Ring();
  #notification = new CallNotification();
  /** @type {Map<string, CallRinging>} the calls that ring, oldest first */
  #ringing = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #titleTimer;
  #title = document.title;

  listen() {
    live.on("call.ringing", (ringing) => this.#rings(ringing));
    live.on("call.answered", ({ call }) => this.#stops(call));
    live.on("call.ended", ({ call }) => this.#stops(call));
    onAction(this.#dialog, { accept: () => this.#accept(), decline: () => this.#decline() });
    // Escape silences; only a button answers.
    this.#dialog.addEventListener("cancel", () => this.#silence());
  }

  /** @param {CallRinging} ringing */
  #rings(ringing) {
    const page = document.querySelector('[data-call="root"]');
    // The call's own page asks for itself.
    if (page instanceof HTMLElement && page.dataset.callId === ringing.call) return;
    if (this.#ringing.has(ringing.call)) return;
    this.#ringing.set(ringing.call, ringing);
    if (this.#ringing.size === 1) this.#show();
  }

  /** @param {string} call */
  #stops(call) {
    if (!this.#ringing.delete(call)) return;
    this.#dialog.close();
    this.#silence();
    this.#show();
  }

  async #show() {
    const text = await textOf("calls");
    const [first] = this.#ringing.values();
    if (!first || this.#dialog.open) return;
    const isBusy = currentCall()?.isRunning() ?? false;
    const part = (/** @type {string} */ name) =>
      /** @type {HTMLElement | null} */ (this.#dialog.querySelector(`[data-incoming="${name}"]`));
    const caller = first.from.name ?? text("incoming.nameless", { tag: first.from.person?.slice(-4) ?? "" });
    const values = { name: caller };
    const other = first.with && (first.with.name ?? text("incoming.nameless", { tag: first.with.person?.slice(-4) ?? "" }));
    const [detail, promise] = other
      ? [text("incoming.group", { other }), text(isBusy ? "incoming.promiseGroupBusy" : "incoming.promiseGroup")]
      : [
          text(first.isQuiet ? "incoming.door" : isBusy ? "incoming.waiting" : "incoming.detail", values),
          text(isBusy ? "incoming.promiseBusy" : "incoming.promise", values),
        ];
    for (const [name, words] of [
      ["name", caller],
      ["detail", detail],
      ["promise", promise],
    ]) {
      const place = part(name);
      if (place) say(place, words);
    }
    const face = part("face");
    if (face) showFace(face, caller, first.from);
    this.#dialog.showModal();
    const choice = new DeviceChoice();
    if (choice.ring("notifies")) this.#notification.show(first.call, text("incoming.title", values));
    // A guest at the door waits quietly, and a second call must not ring over the voice of the first.
    if (choice.ring("ringsAloud") && !isBusy && !first.isQuiet) this.#ring.start();
    this.#flashTitle(text("incoming.title", values));
  }

  /** @param {string} words */
  #flashTitle(words) {
    this.#title = document.title;
    document.title = words;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#titleTimer = setInterval(() => {
      document.title = document.title === words ? this.#title : words;
    }, TITLE_EVERY);
  }

  #silence() {
    this.#ring.stop();
    this.#notification.close();
    if (this.#titleTimer === undefined && document.title === this.#title) return;
    clearInterval(this.#titleTimer);
    this.#titleTimer = undefined;
    document.title = this.#title;
  }

  async #accept() {
    const [first] = this.#ringing.values();
    if (!first) return;
    const camera = this.#dialog.querySelector('[data-incoming="camera"]');
    const isSoundOnly = camera instanceof HTMLInputElement && !camera.checked;
    this.#silence();
    // Whoever answers visitors keeps the inbox. Opened at the click itself, or the browser would hold it back.
    const tab = document.querySelector('[data-desk="root"]') ? globalThis.open("about:blank") : null;
    if (first.with) {
      await this.#comeIn(first, isSoundOnly, tab);
      return;
    }
    currentCall()?.hangUp();
    try {
      await live.command("call.accept", { call: first.call, device: first.call }, { lifetime: 10_000 });
    } catch {
      // The page of the call says what became of it.
    }
    this.#goTo(`/calls/${encodeURIComponent(first.call)}${isSoundOnly ? "#sound-only" : ""}`, first, tab);
  }

  /** @param {string} address @param {CallRinging} first @param {Window | null} tab */
  #goTo(address, first, tab) {
    if (!tab) return location.assign(address);
    tab.location.href = new URL(address, location.href).href;
    this.#stops(first.call);
  }

  /**
   * Into the group call that the caller's becomes. The call that this page is in goes on when that cannot be had.
   *
   * @param {CallRinging} first
   * @param {boolean} isSoundOnly
   * @param {Window | null} tab
   */
  async #comeIn(first, isSoundOnly, tab) {
    try {
      const answer = { call: first.call, device: first.call };
      const { meeting } = /** @type {{ meeting: string }} */ (await live.command("call.accept", answer, { lifetime: 10_000 }));
      currentCall()?.hangUp();
      this.#goTo(`/meetings/${encodeURIComponent(meeting)}${isSoundOnly ? "#sound-only" : "#answered"}`, first, tab);
    } catch (problem) {
      tab?.close();
      if (!(problem instanceof Refusal)) throw problem;
      const detail = this.#dialog.querySelector('[data-incoming="detail"]');
      if (detail instanceof HTMLElement) say(detail, problem.message);
    }
  }

  #decline() {
    const [first] = this.#ringing.values();
    if (!first) return;
    live.command("call.decline", { call: first.call }).catch(() => {});
    this.#stops(first.call);
  }
}

/** Begins to listen for calls on this page, which has the dialog of the frame. */
export function ringHere() {
  new Incoming().listen();
}
