/**
 * The last thing that a meeting's page shows: why it is over for this person, and whether they may come back.
 *
 * @module
 */
import { region, say } from "./hooks.js";

/** @typedef {import("../live/protocol.js").MeetingEnd | "left"} End */

/** Ends after which the others may still be there. @type {End[]} */
const CAN_RETURN = ["left", "elsewhere"];

/**
 * @param {HTMLElement} root
 * @param {import("../design/text.js").Text} text
 * @param {End} reason
 * @param {import("../live/protocol.js").Problem} [problem] in the server's words, instead of ours
 */
export function showEnd(root, text, reason, problem) {
  const title = region(root, "ended-title", HTMLElement);
  say(title, problem?.title ?? text(`over.${reason}.title`));
  say(region(root, "ended-detail", HTMLElement), problem ? (problem.detail ?? "") : text(`over.${reason}.detail`));
  // A conflict is about how things are just now: a full meeting has room when somebody has left.
  region(root, "again", HTMLElement).hidden = problem ? problem.status !== 409 : !CAN_RETURN.includes(reason);
  region(root, "end-question", HTMLDialogElement).close();
  root.dataset.state = "ended";
  title.focus();
}
