/**
 * What one does with a conversation, other than talking. Each asks what it must know and tells the server.
 *
 * @module
 */
import { ask } from "./ask.js";

/** @typedef {import("./protocol.js").Overview} Overview */
/** @typedef {import("./protocol.js").Line} Line */

const HOUR = 3_600_000;

/**
 * When something comes back that is put aside: in an hour, tomorrow morning, on Monday.
 *
 * @param {number} now
 * @returns {{ hour: number, tomorrow: number, monday: number }}
 */
export function laterTimes(now) {
  const morning = (/** @type {number} */ days) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    date.setHours(9, 0, 0, 0);
    return date.getTime();
  };
  return { hour: now + HOUR, tomorrow: morning(1), monday: morning((8 - new Date(now).getDay()) % 7 || 7) };
}

export class Steps {
  #live;
  #text;
  #overview;
  #inbox;

  /**
   * @param {import("../live/live.js").Live} live
   * @param {import("../design/text.js").Text} text
   * @param {{ overview: () => Promise<Overview>, inbox: import("./inbox.js").Inbox }} about
   */
  constructor(live, text, { overview, inbox }) {
    this.#live = live;
    this.#text = text;
    this.#overview = overview;
    this.#inbox = inbox;
  }

  /** @param {string} conversation */
  take(conversation) {
    return this.#live.command("enquiry.take", { conversation });
  }

  /** Offers the visitor a call; whether it comes about is theirs to say. @param {string} conversation */
  call(conversation) {
    return this.#live.command("call.offer", { conversation });
  }

  /** A supervisor takes it from whoever has it. @param {string} conversation */
  takeOver(conversation) {
    return this.#live.command("enquiry.takeOver", { conversation });
  }

  /** What was offered goes on to the next. @param {string} conversation */
  decline(conversation) {
    return this.#live.command("offer.decline", { conversation });
  }

  /** @param {string} conversation */
  async transfer(conversation) {
    const { queues, colleagues } = await this.#overview();
    const line = this.#inbox.line(conversation);
    const options = [
      ...queues.map(({ id, name }) => ({ value: `queue/${id}`, label: name, group: this.#text("ask.queues") })),
      ...colleagues.map((colleague) => ({
        value: `person/${colleague.person}`,
        label: this.#named(colleague),
        group: this.#text("ask.colleagues"),
      })),
    ].filter(({ value }) => value !== `queue/${line?.queue}` || line?.state === "active");
    const answer = await this.#ask("transfer", [
      { name: "to", label: this.#text("ask.to"), kind: "select", options },
      { name: "note", label: this.#text("ask.note"), kind: "text" },
    ]);
    if (!answer) return;
    if (answer.note?.trim()) await this.#live.command("note.add", { conversation, text: answer.note.trim() });
    const [kind, id] = answer.to.split("/");
    await this.#live.command("enquiry.transfer", { conversation, ...(kind === "queue" ? { queue: id } : { person: id }) });
  }

  /** @param {string} conversation */
  async invite(conversation) {
    const { colleagues } = await this.#overview();
    const answer = await this.#ask("invite", [
      {
        name: "person",
        label: this.#text("ask.colleague"),
        kind: "select",
        options: colleagues.map((one) => ({ value: one.person, label: this.#named(one) })),
      },
    ]);
    if (answer?.person) await this.#live.command("enquiry.invite", { conversation, person: answer.person });
  }

  /** @param {string} conversation */
  async snooze(conversation) {
    if (this.#inbox.line(conversation)?.state === "snoozed") {
      await this.#live.command("enquiry.rouse", { conversation });
      return;
    }
    const times = laterTimes(Date.now());
    const words = (/** @type {"hour" | "tomorrow" | "monday"} */ key) =>
      this.#text(`snooze.${key}`, {
        when: new Date(times[key]).toLocaleString(document.documentElement.lang, { weekday: "short", hour: "numeric", minute: "2-digit" }),
      });
    const answer = await this.#ask("snooze", [
      {
        name: "until",
        label: this.#text("ask.until"),
        kind: "radio",
        options: [
          { value: "open", label: this.#text("snooze.open") },
          { value: "hour", label: words("hour") },
          { value: "tomorrow", label: words("tomorrow") },
          { value: "monday", label: words("monday") },
          { value: "moment", label: this.#text("snooze.moment") },
        ],
      },
      { name: "moment", label: this.#text("snooze.when"), kind: "moment" },
    ]);
    if (!answer) return;
    const at = answer.until === "moment" ? new Date(answer.moment).getTime() : times[/** @type {"hour"} */ (answer.until)];
    await this.#live.command("enquiry.snooze", { conversation, ...(Number.isFinite(at) ? { until: at } : {}) });
  }

  /** @param {string} conversation */
  async tag(conversation) {
    const { tags } = await this.#overview();
    const answer = await this.#ask("tag", [
      { name: "tag", label: this.#text("ask.word"), kind: "line", suggestions: tags, isRequired: true },
    ]);
    if (answer?.tag.trim()) await this.#live.command("enquiry.tag", { conversation, tag: answer.tag, isOn: true });
  }

  /** @param {string} conversation @param {string} tag */
  untag(conversation, tag) {
    return this.#live.command("enquiry.tag", { conversation, tag, isOn: false });
  }

  /** @param {string} conversation */
  async end(conversation) {
    const { wrapUps } = await this.#overview();
    const options = [{ value: "", label: this.#text("ask.noWrapUp") }, ...wrapUps.map(({ id, name }) => ({ value: id, label: name }))];
    const answer = await this.#ask(
      "end",
      wrapUps.length > 0 ? [{ name: "wrapUp", label: this.#text("ask.wrapUp"), kind: "select", options }] : [],
    );
    if (!answer) return;
    if (answer.wrapUp) await this.#live.command("enquiry.wrapUp", { conversation, wrapUp: answer.wrapUp });
    await this.#live.command("enquiry.close", { conversation });
  }

  /** @param {string} conversation */
  async merge(conversation) {
    const others = this.#inbox.lines.filter(
      (line) => line.conversation !== conversation && line.part === "agent" && line.state !== "closed",
    );
    if (others.length === 0) {
      await ask({
        title: this.#text("ask.merge.title"),
        lead: this.#text("ask.merge.none"),
        action: this.#text("ask.understood"),
        cancel: this.#text("ask.cancel"),
      });
      return;
    }
    const options = others.map((line) => ({
      value: line.conversation,
      label: [line.name || this.#text("visitor"), line.text].filter(Boolean).join(": ").slice(0, 80),
    }));
    const answer = await this.#ask("merge", [{ name: "into", label: this.#text("ask.into"), kind: "select", options }]);
    if (answer?.into) await this.#live.command("enquiry.merge", { conversation, into: answer.into });
  }

  /** @param {string} conversation */
  async block(conversation) {
    const answer = await this.#ask("block", [], true);
    if (answer) await this.#live.command("enquiry.block", { conversation });
  }

  /** @param {string} conversation */
  leave(conversation) {
    return this.#live.command("enquiry.leave", { conversation });
  }

  /**
   * @param {string} step
   * @param {import("./ask.js").Field[]} fields
   * @param {boolean} [isStop]
   */
  #ask(step, fields, isStop) {
    return ask({
      title: this.#text(`ask.${step}.title`),
      lead: this.#text(`ask.${step}.lead`),
      fields,
      action: this.#text(`ask.${step}.action`),
      cancel: this.#text("ask.cancel"),
      isStop,
    });
  }

  /** @param {import("./protocol.js").Colleague} colleague */
  #named({ name, status }) {
    return `${name} (${this.#text(`status.${status}`)})`;
  }
}
