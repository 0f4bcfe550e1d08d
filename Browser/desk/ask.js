/**
 * Asks one thing in a dialog of its own and gives the answer.
 *
 * @module
 */
import { button, element } from "./parts.js";

/**
 * A field: a choice between words (`options`), a line, a text, or a moment.
 *
 * @typedef {{
 *   name: string, label: string, kind: "select" | "line" | "text" | "moment" | "radio",
 *   options?: { value: string, label: string, group?: string }[], suggestions?: string[], isRequired?: boolean, value?: string,
 * }} Field
 */

let number = 0;

/**
 * @param {{ title: string, lead?: string, fields?: Field[], action: string, cancel: string, isStop?: boolean }} about
 * @returns {Promise<Record<string, string> | undefined>} nothing when it was left
 */
export function ask({ title, lead, fields = [], action, cancel, isStop = false }) {
  number += 1;
  const dialog = document.createElement("dialog");
  dialog.className = "desk-dialog";
  const heading = element("h2", "", title);
  heading.id = `ask-${number}`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "form";
  form.append(heading);
  if (lead) form.append(element("p", "soft", lead));
  for (const field of fields) form.append(rowOf(field));
  const actions = element("div", "form-actions");
  const main = element("button", `button ${isStop ? "button-stop" : "button-main"}`, action);
  actions.append(
    main,
    button("button", cancel, () => dialog.close()),
  );
  form.append(actions);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    /** @type {Record<string, string> | undefined} */
    let answer;
    form.addEventListener("submit", () => {
      answer = Object.fromEntries(Array.from(new FormData(form), ([name, value]) => [name, String(value)]));
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
  });
}

/** @param {Field} field */
function rowOf(field) {
  const id = `ask-${number}-${field.name}`;
  if (field.kind === "radio") return radios(field);
  const place = element("div", "field");
  const label = /** @type {HTMLLabelElement} */ (element("label", "", field.label));
  label.htmlFor = id;
  const control = controlOf(field);
  control.id = id;
  control.name = field.name;
  control.required = field.isRequired ?? false;
  if (field.value) control.value = field.value;
  place.append(label, control);
  if (field.suggestions && control instanceof HTMLInputElement) {
    const list = element("datalist");
    list.id = `${id}-list`;
    list.append(...field.suggestions.map((words) => option(words, words)));
    control.setAttribute("list", list.id);
    place.append(list);
  }
  return place;
}

/** @param {Field} field */
function controlOf(field) {
  if (field.kind === "text") return document.createElement("textarea");
  if (field.kind === "select") return select(field);
  const input = document.createElement("input");
  input.type = field.kind === "moment" ? "datetime-local" : "text";
  input.autocomplete = "off";
  return input;
}

/** @param {Field} field */
function select(field) {
  const made = document.createElement("select");
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const { value, label, group } of field.options ?? []) {
    if (!group) {
      made.append(option(value, label));
      continue;
    }
    const known = groups.get(group) ?? document.createElement("optgroup");
    if (known instanceof HTMLOptGroupElement) known.label = group;
    if (!groups.has(group)) made.append(known);
    groups.set(group, known);
    known.append(option(value, label));
  }
  return made;
}

/** @param {Field} field */
function radios(field) {
  const set = document.createElement("fieldset");
  set.className = "choices";
  set.append(element("legend", "", field.label));
  for (const [index, { value, label }] of (field.options ?? []).entries()) {
    const choice = element("label", "choice");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = field.name;
    input.value = value;
    input.checked = field.value === undefined ? index === 0 : field.value === value;
    choice.append(input, element("span", "", label));
    set.append(choice);
  }
  return set;
}

/** @param {string} value @param {string} label */
function option(value, label) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = label;
  return made;
}
