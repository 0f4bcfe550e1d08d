/**
 * What stands beside a conversation: what the visitor said about themself, and what the team did.
 *
 * @module
 */
import { CardFields } from "./cardFields.js";
import { button, element, icon, languageName, momentOf, tagWords } from "./parts.js";

/** @typedef {import("./protocol.js").VisitorCard} VisitorCard */

export class CardView {
  #root;
  #text;
  #live;
  #act;
  #fields;
  /** @type {string | undefined} */
  #shown;
  #turn = 0;

  /**
   * @param {HTMLElement} root
   * @param {import("../live/live.js").Live} live
   * @param {import("../design/text.js").Text} text
   * @param {(action: string, id: string, value?: string) => void} act
   */
  constructor(root, live, text, act) {
    this.#root = root;
    this.#live = live;
    this.#text = text;
    this.#act = act;
    this.#fields = new CardFields(text, (conversation, field, value) => live.command("enquiry.fill", { conversation, field, value }));
  }

  get shown() {
    return this.#shown;
  }

  /**
   * Shows the card of a conversation that this person takes part in; nothing empties the place.
   *
   * @param {string} [id]
   * @param {string} [name]
   */
  async show(id, name = "") {
    this.#turn += 1;
    const turn = this.#turn;
    if (!id) {
      this.#shown = undefined;
      this.#root.replaceChildren(element("p", "soft card-empty", this.#text("card.none")));
      return;
    }
    try {
      const card = await this.#live.command("enquiry.card", { conversation: id });
      if (turn !== this.#turn) return;
      this.#shown = id;
      this.#draw(card, name);
    } catch {
      // Somebody who may not see it sees an empty place.
      if (turn === this.#turn) this.show();
    }
  }

  /** @param {VisitorCard} card @param {string} name */
  #draw(card, name) {
    const text = this.#text;
    const { name: said, email, page, answers, subject } = card.card;
    const head = element("h2", "card-name");
    head.append(element("bdi", "", said || name || text("visitor")));
    const facts = element("dl", "card-facts");
    this.#fact(facts, "card.email", email, (value) => {
      const link = document.createElement("a");
      link.href = `mailto:${value}`;
      link.textContent = value;
      return link;
    });
    this.#fact(facts, "card.page", page);
    for (const [question, answer] of Object.entries(answers ?? {})) this.#row(facts, question, answer);
    this.#fact(facts, "card.language", languageName(card.language));
    this.#fact(facts, "card.site", card.siteName);
    this.#fact(facts, "card.queue", card.queueName);
    this.#fact(facts, "card.snoozed", card.snoozedUntil && momentOf(card.snoozedUntil));
    this.#fact(facts, "card.wrapUp", card.wrapUp);
    if (card.rating) {
      this.#fact(facts, "card.rating", text("card.score", { score: card.rating.score }));
      this.#fact(facts, "card.remark", card.rating.comment);
    }
    const focused = this.#root.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.#root.replaceChildren(
      head,
      subject ? this.#vouched(card.siteName, subject) : element("p", "small soft", text("card.lead")),
      facts,
      ...this.#fields.parts(card.conversation, card.fields),
      this.#tags(card),
      ...this.#timeline(card),
      ...this.#earlier(card),
    );
    if (card.mergedInto) {
      const into = card.mergedInto;
      this.#root.append(button("button button-small", text("card.merged"), () => this.#act("open", into)));
    }
    // Whoever types goes on typing where they were.
    if (focused) document.getElementById(focused)?.focus();
  }

  /** That the shop's own site knows them, which nobody can type. @param {string} site @param {string} subject the customer, as the site names them */
  #vouched(site, subject) {
    const line = element("p", "small card-vouched");
    line.append(icon("check"), element("span", "", this.#text("card.vouched", { site, subject })));
    return line;
  }

  /** @param {VisitorCard} card */
  #tags(card) {
    const place = element("div", "card-tags");
    place.append(element("h3", "", this.#text("card.tags")));
    const list = element("ul", "tags");
    list.setAttribute("role", "list");
    for (const tag of card.tags) {
      const item = element("li", "chip");
      item.append(element("bdi", "", tagWords(tag, this.#text)));
      const remove = button("tag-remove", "×", () => this.#act("untag", card.conversation, tag));
      remove.setAttribute("aria-label", this.#text("card.untag", { tag: tagWords(tag, this.#text) }));
      item.append(remove);
      list.append(item);
    }
    place.append(
      list,
      button("link", this.#text("act.tag"), () => this.#act("tag", card.conversation)),
    );
    return place;
  }

  /** From the first word to the end: what happened, and who of the team did it. @param {VisitorCard} card */
  #timeline(card) {
    const text = this.#text;
    const moments = card.timeline.map(({ kind, at, name, to = "", until }) => {
      const key = kind === "opened" ? "card.opened" : kind === "enquiry.snoozed" && !until ? "event.enquiry.snoozedOpen" : `event.${kind}`;
      return { at, words: text(key, { name, to, when: until ? momentOf(until) : "" }) };
    });
    for (const [key, at] of /** @type {const} */ ([
      ["card.arrived", card.arrivedAt],
      ["card.answered", card.answeredAt],
      ["card.closed", card.closedAt],
    ]))
      if (at) moments.push({ at, words: text(key) });
    const list = element("ol", "card-timeline");
    for (const { at, words } of moments.toSorted((a, b) => a.at - b.at)) {
      const item = element("li");
      item.append(element("span", "small soft", momentOf(at)), element("bdi", "", words));
      list.append(item);
    }
    return [element("h3", "", text("card.timeline")), list];
  }

  /** @param {VisitorCard} card */
  #earlier(card) {
    if (card.earlier.length === 0) return [];
    const list = element("ul", "card-earlier");
    list.setAttribute("role", "list");
    for (const { conversation, queueName, state, arrivedAt } of card.earlier) {
      const item = element("li");
      const words = [momentOf(arrivedAt), queueName, this.#text(`state.${state}`)].filter(Boolean).join(" · ");
      item.append(button("link", words, () => this.#act("open", conversation)));
      list.append(item);
    }
    return [element("h3", "", this.#text("card.earlier")), list];
  }

  /**
   * @param {HTMLElement} facts
   * @param {string} key
   * @param {string | number | undefined} value
   * @param {(value: string) => Node} [render]
   */
  #fact(facts, key, value, render) {
    if (value) this.#row(facts, this.#text(key), String(value), render);
  }

  /**
   * @param {HTMLElement} facts
   * @param {string} label
   * @param {string} value
   * @param {(value: string) => Node} [render]
   */
  #row(facts, label, value, render = (words) => element("bdi", "", words)) {
    const place = element("dd");
    place.append(render(value));
    facts.append(element("dt", "", label), place);
  }
}
