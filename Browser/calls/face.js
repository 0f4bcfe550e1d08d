/** Faces that scripts draw. */
import { say } from "./hooks.js";

/**
 * As the templates draw a face: the picture, or else initials on the person's hue.
 *
 * @param {HTMLElement} place
 * @param {string} name
 * @param {import("../live/protocol.js").Person} person
 */
export function showFace(place, name, { hue, picture }) {
  place.dataset.hue = String(hue);
  if (picture) place.replaceChildren(Object.assign(new Image(), { src: picture, alt: "" }));
  else say(place, initialsOf(name));
}

/**
 * @param {string} name
 * @returns {string} one or two letters, in whatever script
 */
function initialsOf(name) {
  const words = name.trim().split(/\s+/u);
  const ends = words.length > 1 ? [words[0], /** @type {string} */ (words.at(-1))] : words;
  return ends
    .map((word) => Array.from(word)[0] ?? "")
    .join("")
    .toUpperCase();
}
