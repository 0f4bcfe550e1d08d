/**
 * What hosts do in a meeting: the buttons of the door and of the list of people. Who is no host has none of them, and the server refuses.
 *
 * @module
 */
import { onAction, region } from "./hooks.js";

/**
 * @param {HTMLElement} root
 * @param {import("./meetingCommands.js").MeetingCommands} commands
 * @param {(seat: number) => import("../live/protocol.js").MeetingFace | undefined} person who sits there
 */
export function lead(root, commands, person) {
  const question = region(root, "end-question", HTMLDialogElement);
  const seat = (/** @type {Event} */ event) => seatOf(event.target);
  onAction(root, {
    admit: (event) => commands.ask("meeting.admit", { seat: seat(event) }),
    refuse: (event) => commands.ask("meeting.refuse", { seat: seat(event) }),
    "admit-all": () => commands.ask("meeting.admit", {}),
    mute: (event) => commands.ask("meeting.mute", { seat: seat(event) }),
    captioner: (event) => commands.ask("meeting.captioner", { seat: seat(event), isCaptioner: person(seat(event))?.isCaptioner !== true }),
    ask: (event) => commands.ask("meeting.ask", { seat: seat(event) }),
    remove: (event) => commands.ask("meeting.remove", { seat: seat(event) }),
    end: () => question.showModal(),
    "end-not": () => question.close(),
    "end-for-all": () => {
      question.close();
      commands.ask("meeting.end", {});
    },
  });
  region(root, "door", HTMLElement).addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) commands.ask("meeting.door", { isShut: target.checked });
  });
  region(root, "list", HTMLElement).addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    const role = /** @type {import("../live/protocol.js").MeetingRole} */ (target.value);
    commands.ask("meeting.role", { seat: seatOf(target), role });
  });
}

/** @param {EventTarget | null} target something in somebody's tile or row */
export function seatOf(target) {
  const row = target instanceof Element ? target.closest("[data-seat]") : null;
  return row instanceof HTMLElement ? Number(row.dataset.seat) : 0;
}
