/**
 * Adding a contact to a running call: whom, whether the other one agrees, and what becomes of it. Until both are in the meeting that the
 * call becomes, the call goes on as it was.
 *
 * @module
 */
import { Refusal } from "../live/refusal.js";
import { found } from "./addingSearch.js";
import { showFace } from "./face.js";
import { buttons, copyOf, onAction, part, region, say } from "./hooks.js";

/** @typedef {import("../live/protocol.js").CallAdding} CallAdding */
/** @typedef {import("../live/protocol.js").CallNotAdded} CallNotAdded */
/** @typedef {import("../live/protocol.js").AddableContact} Contact */

/** Milliseconds after which a word to the server is not meant any more. */
const LIFETIME = 15_000;

/** Event `moving` ({meeting}) when both pages go over, `stopped` when nobody is added. */
export class Adding extends EventTarget {
  #root;
  #session;
  #live;
  #view;
  /** @type {CallAdding | undefined} where it stands */
  #now;
  /** Whether this person said so, on this page. **Without that nothing of theirs goes to the server, whatever it says.** */
  #agrees = false;
  /** @type {Contact[]} */
  #contacts = [];
  /** @type {string | undefined} why this page could not get into the meeting */
  #why;

  /**
   * @param {HTMLElement} root
   * @param {{ session: import("./callSession.js").CallSession, live: import("../live/live.js").Live, view: import("./callView.js").CallView }} call
   */
  constructor(root, { session, live, view }) {
    super();
    this.#root = root;
    this.#session = session;
    this.#live = live;
    this.#view = view;
    onAction(root, {
      add: () => this.#open(),
      "add-person": (event) => this.#choose(event.target),
      "add-cancel": () => this.cancel("cancelled"),
      "add-agree": () => this.#answer(true),
      "add-not": () => this.#answer(false),
    });
    this.#search.addEventListener("input", () => this.#list());
    // Escape is no consent.
    region(root, "add-question", HTMLDialogElement).addEventListener("cancel", () => this.#answer(false));
    session.addEventListener("adding", (event) => this.#changed(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("notAdded", (event) => this.#ended(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("state", () => this.#follow());
    this.#follow();
  }

  /**
   * Nobody is to be added.
   *
   * @param {"cancelled" | "failed"} reason
   * @param {string} [why] in the server's words
   */
  cancel(reason, why) {
    this.#why = why;
    this.#say("call.addCancel", { call: this.#call, reason });
    region(this.#root, "add", HTMLDialogElement).close();
  }

  get #call() {
    return this.#root.dataset.callId ?? "";
  }

  get #search() {
    const field = region(this.#root, "add-choose", HTMLElement).querySelector("input");
    if (!field) throw new Error("nothing to search by");
    return field;
  }

  /** Somebody can be added while both talk. */
  #follow() {
    const { name } = this.#session.state;
    for (const button of buttons(this.#root, "add")) if (button.dataset.call === undefined) button.disabled = name !== "connected";
    if (name === "ended") [this.#now, this.#agrees] = [undefined, false];
  }

  // --- whom ---

  async #open() {
    const more = region(this.#root, "add", HTMLDialogElement);
    for (const open of this.#root.querySelectorAll(":popover-open")) if (open instanceof HTMLElement) open.hidePopover();
    this.#refuse(undefined);
    more.showModal();
    this.#stand();
    if (this.#now) return;
    say(region(this.#root, "add-lead", HTMLElement), this.#view.words("add.lead"));
    say(region(this.#root, "add-found", HTMLElement), this.#view.words("add.loading"));
    this.#search.value = "";
    const answer = /** @type {{ contacts: Contact[] } | undefined} */ (await this.#say("call.contacts", { call: this.#call }));
    this.#contacts = answer?.contacts ?? [];
    this.#list();
    if (more.open && this.#contacts.length > 0) this.#search.focus();
  }

  #list() {
    const named = this.#contacts.map((contact) => ({ ...contact, name: this.#nameOf(contact) }));
    const shown = found(named, this.#search.value);
    region(this.#root, "add-list", HTMLElement).replaceChildren(
      ...shown.map((contact) => {
        const row = copyOf(this.#root, "add-row");
        showFace(part(row, "row", "face"), contact.name, contact);
        say(part(row, "row", "name"), contact.name);
        part(row, "row", "presence").dataset.presence = contact.presence ?? "offline";
        /** @type {HTMLElement} */ (row.querySelector("button")).dataset.person = contact.person;
        return row;
      }),
    );
    const words = named.length === 0 ? "add.none" : shown.length === 0 ? "add.noMatch" : "add.found";
    say(region(this.#root, "add-found", HTMLElement), this.#view.words(words, { count: shown.length }));
  }

  /** @param {import("../live/protocol.js").Person} person */
  #nameOf(person) {
    return person.name ?? this.#view.words("incoming.nameless", { tag: person.person?.slice(-4) ?? "" });
  }

  /** @param {EventTarget | null} target */
  async #choose(target) {
    const button = target instanceof Element ? target.closest("[data-person]") : null;
    const person = button instanceof HTMLElement ? button.dataset.person : undefined;
    if (!person) return;
    this.#agrees = true;
    if ((await this.#say("call.add", { call: this.#call, person })) !== undefined) region(this.#root, "add", HTMLDialogElement).close();
    else this.#agrees = false;
  }

  // --- whether the other one agrees ---

  /** @param {CallAdding} adding */
  #ask({ who, stage }) {
    const question = region(this.#root, "add-question", HTMLDialogElement);
    const values = { who: this.#nameOf(who) };
    // A page that was loaded again meanwhile.
    const keys =
      stage === "moving" ? { title: "again", detail: "detail", stays: "not" } : { title: "title", detail: "detail", stays: "stays" };
    for (const [place, key] of Object.entries(keys))
      say(region(this.#root, `add-question-${place}`, HTMLElement), this.#view.words(`add.question.${key}`, values));
    if (!question.open) question.showModal();
  }

  /** @param {boolean} agrees */
  #answer(agrees) {
    region(this.#root, "add-question", HTMLDialogElement).close();
    const now = this.#now;
    if (!now || this.#agrees) return;
    this.#agrees = agrees;
    if (now.stage === "asking") this.#say("call.addAnswer", { call: this.#call, agrees });
    else if (agrees) this.#move(now);
    else this.cancel("cancelled");
  }

  /** @param {CallAdding} adding */
  #move({ meeting }) {
    this.dispatchEvent(new CustomEvent("moving", { detail: { meeting } }));
  }

  // --- what becomes of it ---

  /** @param {CallAdding} adding */
  #changed(adding) {
    this.#now = adding;
    this.#why = undefined;
    const isAsked = !this.#agrees && ((adding.stage === "asking" && !adding.isOwn) || adding.stage === "moving");
    if (isAsked) this.#ask(adding);
    else region(this.#root, "add-question", HTMLDialogElement).close();
    this.#stand();
    if (adding.stage === "moving" && this.#agrees) this.#move(adding);
  }

  /** @param {CallNotAdded} end */
  #ended({ reason, isOwn, who }) {
    this.#now = undefined;
    this.#agrees = false;
    region(this.#root, "add-question", HTMLDialogElement).close();
    this.#stand();
    this.dispatchEvent(new Event("stopped"));
    if (reason === "ended" || (reason === "refused" && !isOwn)) return;
    const words = this.#view.words(`add.ended.${reason}`, { who: this.#nameOf(who) });
    this.#view.say(this.#why ? `${words} ${this.#why}` : words);
  }

  /** Says where it stands, on the stage and in the dialog. */
  #stand() {
    const now = this.#now;
    const values = now && { who: this.#nameOf(now.who) };
    const words = now && this.#view.words(`add.${now.stage}`, values);
    this.#view.standFor("adding", now?.stage === "asking" && !now.isOwn ? undefined : words);
    region(this.#root, "add-choose", HTMLElement).hidden = now !== undefined;
    region(this.#root, "add-waiting", HTMLElement).hidden = now === undefined;
    if (!words) return;
    say(region(this.#root, "add-where", HTMLElement), words);
    say(region(this.#root, "add-cancel", HTMLButtonElement), this.#view.words("add.cancel", values));
  }

  /**
   * @template {keyof import("../live/protocol.js").Commands} Type
   * @param {Type} type
   * @param {import("../live/protocol.js").Commands[Type]} fields
   * @returns {Promise<unknown>} undefined when it was refused, which is said then
   */
  async #say(type, fields) {
    try {
      return (await this.#live.command(type, fields, { lifetime: LIFETIME })) ?? null;
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      this.#refuse(problem.message);
      return undefined;
    }
  }

  /** @param {string | undefined} words */
  #refuse(words) {
    const place = region(this.#root, "add-problem", HTMLElement);
    place.hidden = words === undefined;
    say(place, words ?? "");
    if (words && !region(this.#root, "add", HTMLDialogElement).open) this.#view.say(words);
  }
}
