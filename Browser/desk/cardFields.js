/**
 * What the team wants to know of a visitor: filled in beside the conversation and kept at once.
 *
 * @module
 */
import { element } from "./parts.js";

/** @typedef {import("./protocol.js").CardField} CardField */

export class CardFields {
  #text;
  #save;
  /** What is typed and not kept yet, by field. @type {Map<string, string>} */
  #typed = new Map();
  /** What is wrong with it. @type {Map<string, string>} */
  #problems = new Map();
  #conversation = "";
  #status = element("p", "small soft");

  /**
   * @param {import("../design/text.js").Text} text
   * @param {(conversation: string, field: string, value: string) => Promise<unknown>} save
   */
  constructor(text, save) {
    this.#text = text;
    this.#save = save;
    this.#status.setAttribute("role", "status");
  }

  /**
   * The fields of a conversation's card. What somebody is typing stays, whoever else changed something meanwhile.
   *
   * @param {string} conversation
   * @param {CardField[]} fields
   */
  parts(conversation, fields) {
    if (conversation !== this.#conversation) {
      this.#typed.clear();
      this.#problems.clear();
      this.#status.textContent = "";
    }
    this.#conversation = conversation;
    if (fields.length === 0) return [];
    const list = element("div", "card-fields");
    list.append(...fields.map((field) => this.#field(field)));
    return [element("h3", "", this.#text("card.fields")), list, this.#status];
  }

  /** @param {CardField} field */
  #field(field) {
    const place = element("div", "field");
    const label = document.createElement("label");
    label.htmlFor = `field-${field.id}`;
    label.append(element("bdi", "", field.name));
    const problem = element("p", "problem");
    problem.id = `field-${field.id}-problem`;
    const control = field.kind === "choice" ? this.#choice(field) : this.#line(field);
    control.id = `field-${field.id}`;
    control.value = this.#typed.get(field.id) ?? field.value ?? "";
    control.setAttribute("aria-describedby", problem.id);
    this.#mark(field, control, problem);
    control.addEventListener("input", () => this.#typed.set(field.id, control.value));
    control.addEventListener("change", () => this.#keep(field, control, problem));
    place.append(label, control, problem);
    return place;
  }

  /** @param {CardField} field */
  #line(field) {
    const input = document.createElement("input");
    input.type = field.kind === "date" ? "date" : "text";
    if (field.kind === "number") input.inputMode = "decimal";
    input.dir = "auto";
    input.maxLength = 200;
    input.autocomplete = "off";
    return input;
  }

  /** @param {CardField} field */
  #choice(field) {
    const select = document.createElement("select");
    // What was chosen before and is no choice any more is shown all the same.
    const options = field.value && !field.options.includes(field.value) ? [field.value, ...field.options] : field.options;
    select.append(new Option(this.#text("card.nothing"), ""), ...options.map((option) => new Option(option, option)));
    return select;
  }

  /** @param {CardField} field @param {HTMLElement} control @param {HTMLElement} problem */
  #mark(field, control, problem) {
    const said = this.#problems.get(field.id);
    if (said) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    problem.textContent = said ?? "";
    problem.hidden = !said;
  }

  /** @param {CardField} field @param {HTMLInputElement | HTMLSelectElement} control @param {HTMLElement} problem */
  async #keep(field, control, problem) {
    const conversation = this.#conversation;
    const value = control.value;
    this.#typed.set(field.id, value);
    this.#status.textContent = "";
    try {
      await this.#save(conversation, field.id, value);
      if (conversation !== this.#conversation) return;
      if (this.#typed.get(field.id) === value) this.#typed.delete(field.id);
      this.#problems.delete(field.id);
      this.#status.textContent = this.#text("card.saved");
    } catch (failure) {
      if (conversation !== this.#conversation) return;
      const said = /** @type {{ problem?: { title: string, next?: string } }} */ (failure)?.problem;
      this.#problems.set(field.id, said ? [said.title, said.next].filter(Boolean).join(". ") : this.#text("failed"));
    }
    this.#mark(field, control, problem);
  }
}
