/**
 * Shows every `<time datetime data-time="moment|day|clock|ago|appointment">` in the reader's own language and zone.
 * Without it the server's words stay, which name the zone they are in.
 */
import { language } from "./text.js";

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const shapes = {
  moment: { dateStyle: "medium", timeStyle: "short" },
  day: { dateStyle: "long" },
  clock: { timeStyle: "short" },
  appointment: {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  },
};

/** Largest first: unit and its length in seconds. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Beyond a week a date says more than a number of days. */
const relativeLimit = 7 * 86_400;

/**
 * @param {Date} moment
 * @param {string} shape
 * @param {Date} [now]
 */
export function wordsFor(moment, shape, now = new Date()) {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  if (shape === "ago" && Math.abs(seconds) < relativeLimit) {
    const [unit, length] = units.find((candidate) => Math.abs(seconds) >= candidate[1]) ?? ["minute", 60];
    return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / length), unit);
  }
  return new Intl.DateTimeFormat(language, shapes[shape] ?? shapes.moment).format(moment);
}

/** Localises the times under `root`. @param {ParentNode} [root] */
export function localiseTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-time]")) {
    if (!(element instanceof HTMLTimeElement)) continue;
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    element.textContent = wordsFor(moment, element.dataset.time ?? "moment");
    element.title = wordsFor(moment, "moment");
  }
}

localiseTimes();
setInterval(localiseTimes, 60_000);
