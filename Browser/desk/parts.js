/**
 * Small parts from which the inbox is built.
 *
 * @module
 */
import { element } from "../conversations/timeline.js";
import { language } from "../design/text.js";

export { element };

/** The tag of conversations in which a translation is asked for: the same word for every team, said in each reader's language. */
export const TRANSLATE = "translate";

/** A tag as it is shown. @param {string} tag @param {import("../design/text.js").Text} text */
export function tagWords(tag, text) {
  return tag === TRANSLATE ? text("tag.translate") : tag;
}

const ICONS = new URL("../design/icons.svg", import.meta.url).pathname;
const SVG = "http://www.w3.org/2000/svg";

/**
 * A drawing of `design/icons.svg`.
 *
 * @param {string} name
 * @param {boolean} [isDirected] whether it points where the text runs
 */
export function icon(name, isDirected = false) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", isDirected ? "icon icon-directed" : "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  drawing.append(use);
  return drawing;
}

/**
 * @param {string} className
 * @param {string} words
 * @param {() => void} act
 * @param {string} [drawing] name of its icon
 */
export function button(className, words, act, drawing) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  if (drawing) made.append(icon(drawing));
  made.append(drawing ? element("span", "", words) : words);
  made.addEventListener("click", act);
  return made;
}

/**
 * A button that shows only its drawing and says its words to whoever cannot see it.
 *
 * @param {string} words
 * @param {string} drawing
 * @param {() => void} act
 * @param {boolean} [isDirected]
 */
export function iconButton(words, drawing, act, isDirected = false) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-plain button-small button-icon desk-icon";
  made.title = words;
  made.append(icon(drawing, isDirected), element("span", "visually-hidden", words));
  made.addEventListener("click", act);
  return made;
}

/**
 * Initials on one of eight hues; a silhouette for somebody whose name is not known here.
 *
 * @param {string | undefined} name
 * @param {string} id
 */
export function face(name, id) {
  const made = element("span", "face face-small");
  made.setAttribute("aria-hidden", "true");
  made.dataset.hue = String(hueOf(id));
  const words = (name ?? "").split(/\s+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.match(/[\p{L}\p{N}]/u)?.[0] ?? "").join("");
  if (letters) made.textContent = letters.toLocaleUpperCase(language);
  else made.append(icon("person"));
  return made;
}

/** @param {string} id */
function hueOf(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 8;
  return sum;
}

const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * As short as it can be said when: the time today, else the day.
 *
 * @param {number} at
 * @param {number} now
 */
export function shortly(at, now) {
  return new Date(at).toDateString() === new Date(now).toDateString() ? clock.format(at) : day.format(at);
}

/** @param {number} at */
export function momentOf(at) {
  return moment.format(at);
}

/**
 * How long something lasts: `3 min`, `2 h`, `4 days`, in the page's language.
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  if (minutes < 60) return unit(minutes, "minute");
  if (milliseconds < DAY) return unit(Math.floor(minutes / 60), "hour");
  return unit(Math.floor(milliseconds / DAY), "day");
}

/** @param {number} count @param {string} name */
function unit(count, name) {
  return new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(count);
}

/** @param {string} code of a language */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
