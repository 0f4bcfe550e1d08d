/**
 * What hosts do in a meeting: the buttons of the door and of the list of people. Who is no host has none of them, and the server refuses.
 *
 * @module
 */
import { onAction, region } from "./hooks.js";

/**
 * @param {HTMLElement} root
 * @param {import("./meetingCommands.js").MeetingCommands} commands
 * @param {import("./meetingPeople.js").MeetingPeople} people
 */
export function lead(root, commands, people) {
  const question = region(root, "end-question", HTMLDialogElement);
  const seat = (/** @type {Event} */ event) => seatOf(event.target);
  onAction(root, {
    admit: (event) => commands.ask("meeting.admit", { seat: seat(event) }),
    refuse: (event) => commands.ask("meeting.refuse", { seat: seat(event) }),
    "admit-all": () => commands.ask("meeting.admit", {}),
    mute: (event) => commands.ask("meeting.mute", { seat: seat(event) }),
    captioner: (event) =>
      commands.ask("meeting.captioner", { seat: seat(event), isCaptioner: people.at(seat(event))?.isCaptioner !== true }),
    ask: (event) => commands.ask("meeting.ask", { seat: seat(event) }),
    giveWord: (event) => commands.ask("meeting.role", { seat: seat(event), role: "speaker" }),
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
  region(root, "lock", HTMLElement).addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) commands.ask("meeting.lock", { isLocked: target.checked });
  });
  region(root, "webinar", HTMLElement).addEventListener("change", async ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    // What was refused is as it was.
    if ((await commands.ask("meeting.webinar", { isWebinar: target.checked })) === undefined) target.checked = people.isWebinar;
  });
  region(root, "list", HTMLElement).addEventListener("change", async ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    const role = /** @type {import("../live/protocol.js").MeetingRole} */ (target.value);
    const isGiven = (await commands.ask("meeting.role", { seat: seatOf(target), role })) !== undefined;
    if (!isGiven) target.value = people.at(seatOf(target))?.role ?? role;
  });
}

/** @param {EventTarget | null} target something in somebody's tile or row */
export function seatOf(target) {
  const row = target instanceof Element ? target.closest("[data-seat]") : null;
  return row instanceof HTMLElement ? Number(row.dataset.seat) : 0;
}

/** @param {EventTarget | null} target something in a tile @returns {"camera" | "screen"} what the tile shows */
export function trackOf(target) {
  return target instanceof Element && target.closest('[data-call="screens"]') ? "screen" : "camera";
}
