/**
 * The panel of a meeting's polls: asking, answering, and what came of it, in words and bars.
 *
 * @module
 */
import { buttons, copyOf, onAction, part, region, say } from "./hooks.js";
import { MeetingPolls, namesOf, percentOf, showsResults } from "./meetingPolls.js";
import { SidePanel } from "./sidePanel.js";

/** @typedef {import("../live/protocol.js").MeetingPoll} Poll */

/** How many answers there are to choose from; the server holds it. */
const [LEAST, MOST] = [2, 8];

export class PollPanel extends SidePanel {
  #root;
  #text;
  #commands;
  #view;
  #polls = new MeetingPolls();
  /** @type {Map<number, HTMLElement>} */
  #shown = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   * @param {{ commands: import("./meetingCommands.js").MeetingCommands, view: import("./meetingView.js").MeetingView }} meeting
   */
  constructor(root, text, { commands, view }) {
    super(root, "polls");
    this.#root = root;
    this.#text = text;
    this.#commands = commands;
    this.#view = view;
    const of = (/** @type {Event} */ event) => /** @type {CustomEvent<Poll>} */ (event).detail;
    this.#polls.addEventListener("poll", (event) => this.#show(of(event)));
    this.#polls.addEventListener("closed", (event) => view.remark("say.pollClosed", { question: of(event).question }));
    this.#polls.addEventListener("cleared", () => this.#clear());
    this.addEventListener("changed", () => this.#call());
    onAction(root, {
      polls: () => this.#toggle(),
      "polls-close": () => this.close(),
      "polls-see": () => this.open(),
      "polls-later": () => this.#later(),
      "poll-more": () => this.#addField().focus(),
      "poll-fewer": (event) => this.#removeField(event.target),
      "poll-close": (event) => this.#commands.ask("meeting.pollClose", { poll: numberOf(event.target) }),
    });
    this.#form.addEventListener("submit", (event) => this.#ask(event));
    region(root, "poll-list", HTMLElement).addEventListener("submit", (event) => this.#vote(event));
    for (let place = 0; place < LEAST; place += 1) this.#addField();
  }

  /** @param {number} seat @param {Poll[]} polls */
  enter(seat, polls) {
    this.#polls.enter(seat, polls);
  }

  /** @param {Poll} poll */
  hear(poll) {
    this.#polls.hear(poll);
  }

  #toggle() {
    region(this.#root, "more", HTMLElement).hidePopover();
    this.toggle();
  }

  // --- asking ---

  get #form() {
    return region(this.#root, "poll-form", HTMLFormElement);
  }

  get #fields() {
    return Array.from(region(this.#root, "poll-fields", HTMLElement).querySelectorAll("input"));
  }

  #addField() {
    const field = copyOf(this.#root, "poll-field-template");
    region(this.#root, "poll-fields", HTMLElement).append(field);
    this.#numberFields();
    return /** @type {HTMLInputElement} */ (field.querySelector("input"));
  }

  /** @param {EventTarget | null} target */
  #removeField(target) {
    const field = target instanceof Element ? target.closest(".poll-field") : null;
    const next = field?.nextElementSibling ?? field?.previousElementSibling;
    field?.remove();
    this.#numberFields();
    next?.querySelector("input")?.focus();
  }

  #numberFields() {
    const fields = this.#fields;
    fields.forEach((field, place) => {
      field.placeholder = this.#text("polls.answer", { number: place + 1 });
      field.setAttribute("aria-label", field.placeholder);
      field.required = place < LEAST;
      const button = field.parentElement?.querySelector("button");
      button?.setAttribute("aria-label", this.#text("polls.fewer", { number: place + 1 }));
      if (button) button.hidden = fields.length <= LEAST;
    });
    for (const button of buttons(this.#root, "poll-more")) button.disabled = fields.length >= MOST;
  }

  /** @param {Event} event */
  async #ask(event) {
    event.preventDefault();
    const entered = new FormData(this.#form);
    const answers = this.#fields.map((field) => field.value.trim()).filter((answer) => answer !== "");
    const wish = {
      question: String(entered.get("question") ?? ""),
      answers,
      allowsSeveral: entered.has("several"),
      isAnonymous: entered.has("anonymous"),
    };
    // What was refused, or could not be brought, stays in the form.
    if ((await this.#commands.ask("meeting.poll", wish)) === undefined) return;
    this.#form.reset();
    for (const field of this.#fields.slice(LEAST)) field.parentElement?.remove();
    this.#numberFields();
    const details = region(this.#root, "poll-new", HTMLDetailsElement);
    details.open = false;
    details.querySelector("summary")?.focus();
  }

  // --- answering ---

  /** @param {SubmitEvent} event */
  async #vote(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const answers = Array.from(form.querySelectorAll("input"), (input, place) => (input.checked ? place : -1)).filter(
      (place) => place >= 0,
    );
    const isDone = (await this.#commands.ask("meeting.pollAnswer", { poll: numberOf(form), answers })) !== undefined;
    if (isDone) this.#view.remark("polls.counted");
  }

  // --- what there is ---

  #clear() {
    for (const item of this.#shown.values()) item.remove();
    this.#shown.clear();
    region(this.#root, "polls-none", HTMLElement).hidden = false;
    this.#call();
  }

  /** @param {Poll} poll */
  #show(poll) {
    const known = this.#shown.get(poll.number);
    const item = known ?? this.#make(poll);
    const isShown = showsResults(poll);
    say(
      part(item, "poll", "state"),
      [...(poll.isOpen ? [] : [this.#text("polls.closed")]), this.#text("polls.voters", { count: poll.voters })].join(" · "),
    );
    item.querySelectorAll(".poll-answer").forEach((row, place) => {
      const answer = poll.answers[place];
      const percent = percentOf(poll, place);
      const words = isShown && answer ? this.#text("polls.result", { count: answer.count, percent }) : "";
      say(part(row, "poll", "result"), words);
      say(part(row, "poll", "names"), isShown && answer ? namesOf(answer) : "");
      const bar = /** @type {HTMLMeterElement} */ (part(row, "poll", "bar"));
      [bar.hidden, bar.value] = [!isShown, percent / 100];
      const input = /** @type {HTMLInputElement} */ (row.querySelector("input"));
      // What somebody is choosing just now stays as it is while others answer.
      if (!known || !poll.isOpen || !item.contains(document.activeElement)) input.checked = poll.chosen.includes(place);
      input.disabled = !poll.isOpen;
    });
    const vote = part(item, "poll", "vote");
    vote.hidden = !poll.isOpen;
    say(vote, this.#text(poll.chosen.length > 0 ? "polls.change" : "polls.vote"));
    part(item, "poll", "close").toggleAttribute("data-own", poll.isOwn);
    part(item, "poll", "close").hidden = !poll.isOpen;
    this.#call();
  }

  /** @param {Poll} poll */
  #make(poll) {
    const item = copyOf(this.#root, "poll-template");
    item.dataset.poll = String(poll.number);
    say(part(item, "poll", "question"), poll.question);
    const facts = [
      this.#text("polls.by", { name: poll.name }),
      this.#text(poll.allowsSeveral ? "polls.many" : "polls.one"),
      this.#text(poll.isAnonymous ? "polls.unnamed" : "polls.named"),
    ];
    say(part(item, "poll", "facts"), facts.join(" · "));
    for (const answer of poll.answers) {
      const row = copyOf(this.#root, "poll-answer-template");
      say(part(row, "poll", "text"), answer.text);
      const input = /** @type {HTMLInputElement} */ (row.querySelector("input"));
      input.type = poll.allowsSeveral ? "checkbox" : "radio";
      input.name = `poll-${poll.number}`;
      // Of one answer there is one; of several all may be taken back.
      input.required = !poll.allowsSeveral;
      part(item, "poll", "answers").append(row);
    }
    this.#shown.set(poll.number, item);
    region(this.#root, "poll-list", HTMLElement).prepend(item);
    region(this.#root, "polls-none", HTMLElement).hidden = true;
    return item;
  }

  // --- calling for an answer ---

  /** @type {Set<number>} */
  #putOff = new Set();

  #later() {
    for (const { number } of this.#polls.waiting) this.#putOff.add(number);
    this.#call();
  }

  /** Asks for this person's answer below the pictures, and counts what waits for one. */
  #call() {
    const { waiting } = this.#polls;
    const [latest] = waiting.filter((poll) => !this.#putOff.has(poll.number));
    const call = region(this.#root, "poll-call", HTMLElement);
    call.hidden = !latest || this.isOpen;
    say(
      region(this.#root, "poll-words", HTMLElement),
      latest ? this.#text("polls.asked", { name: latest.name, question: latest.question }) : "",
    );
    const count = region(this.#root, "polls-count", HTMLElement);
    count.hidden = waiting.length === 0;
    say(count, String(waiting.length));
  }
}

/** @param {EventTarget | null} target */
function numberOf(target) {
  const item = target instanceof Element ? target.closest("li.poll") : null;
  return item instanceof HTMLElement ? Number(item.dataset.poll) : 0;
}
