/**
 * The list of people in a meeting: who waits, who is there, what hosts do about them, and how one finds somebody among hundreds.
 *
 * @module
 */
import { language } from "../design/text.js";
import { keepRows, part, region, say } from "./hooks.js";
import { factsOf } from "./meetingNews.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */

/** From so many on there is a field to find somebody by. */
const MANY = 12;

export class MeetingList {
  #root;
  #text;
  #people;
  /** @type {WeakMap<HTMLElement, string>} what rows show: hundreds are looked at again whenever one of them changes */
  #looks = new WeakMap();

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   * @param {import("./meetingPeople.js").MeetingPeople} people
   */
  constructor(root, text, people) {
    this.#root = root;
    this.#text = text;
    this.#people = people;
    this.#field.addEventListener("input", () => this.#find());
  }

  show() {
    const { all, unseen } = this.#people;
    this.#showWaiting();
    this.#showPeople();
    region(this.#root, "find", HTMLElement).hidden = all.length < MANY && this.#field.value === "";
    this.#find();
    const rest = region(this.#root, "unseen", HTMLElement);
    rest.hidden = unseen === 0;
    say(rest, unseen === 0 ? "" : this.#text("people.unseen", { count: unseen }));
    this.#showSwitches();
  }

  get #mayRule() {
    return this.#root.dataset.ownRole === "host";
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (region(this.#root, "find", HTMLElement).querySelector("input"));
  }

  #showSwitches() {
    const { isShut, isLocked, isWebinar } = this.#people;
    for (const [name, isOn] of /** @type {[string, boolean][]} */ ([
      ["door", isShut],
      ["lock", isLocked],
      ["webinar", isWebinar],
    ])) {
      const label = region(this.#root, name, HTMLElement);
      label.hidden = !this.#mayRule;
      const box = label.querySelector("input");
      if (box) box.checked = isOn;
    }
    region(this.#root, "end", HTMLElement).hidden = !this.#mayRule;
    region(this.#root, "locked", HTMLElement).hidden = !isLocked;
  }

  #showWaiting() {
    const { waiting } = this.#people;
    region(this.#root, "lobby", HTMLElement).hidden = waiting.length === 0;
    const count = region(this.#root, "waiting-count", HTMLElement);
    count.hidden = waiting.length === 0;
    say(count, new Intl.NumberFormat(language).format(waiting.length));
    const words = waiting.length === 0 ? "" : this.#text("people.waitingCount", { count: waiting.length });
    say(region(this.#root, "waiting-words", HTMLElement), words);
    const list = region(this.#root, "waiting", HTMLElement);
    keepRows(list, "waiting-template", this.#root, waiting, (row, one) => say(part(row, "row", "name"), one.name));
  }

  #showPeople() {
    const { listed, seat: own, isWebinar } = this.#people;
    const mayRule = this.#mayRule;
    keepRows(region(this.#root, "list", HTMLElement), "row-template", this.#root, listed, (row, face) => {
      const isOwn = face.seat === own;
      const words = factsOf(face, isOwn, this.#text, isWebinar);
      const looks = `${face.name} ${words} ${face.role} ${face.microphone} ${face.isCaptioner} ${face.isAway} ${mayRule} ${isOwn}`;
      if (this.#looks.get(row) === looks) return;
      say(part(row, "row", "name"), isOwn ? this.#text("people.you", { name: face.name }) : face.name);
      say(part(row, "row", "facts"), words);
      part(row, "row", "actions").hidden = !mayRule;
      const role = part(row, "row", "role");
      role.hidden = isOwn;
      // What somebody is choosing just now stays, and is looked at again.
      if (role instanceof HTMLSelectElement && role !== document.activeElement) {
        role.value = face.role;
        this.#looks.set(row, looks);
      }
      for (const button of row.querySelectorAll("button")) {
        if (button.dataset.action === "captioner") button.setAttribute("aria-pressed", String(face.isCaptioner));
        if (button.dataset.action === "mute") button.hidden = !face.microphone;
        if (button.dataset.action === "giveWord") button.hidden = face.role !== "attendee";
        // Who listens only has nothing to switch on; who is away hears of nothing.
        if (button.dataset.action === "ask") button.hidden = face.microphone || face.role === "attendee" || face.isAway;
        // A host has one thing to ask of themself.
        if (isOwn) button.hidden = button.dataset.action !== "captioner";
        button.setAttribute("aria-label", this.#text(`people.${button.dataset.action}Whom`, { name: face.name }));
      }
    });
  }

  #find() {
    const sought = this.#field.value.trim().toLocaleLowerCase(language);
    for (const row of region(this.#root, "list", HTMLElement).children) {
      if (!(row instanceof HTMLElement)) continue;
      const name = part(row, "row", "name").textContent ?? "";
      row.hidden = sought !== "" && !name.toLocaleLowerCase(language).includes(sought);
    }
  }
}
