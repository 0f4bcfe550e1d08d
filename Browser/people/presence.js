/**
 * Keeps every presence on the page true, and lets the person choose what they show of themself.
 *
 * @module
 */
import { live } from "../live/tab.js";

/** Marks everybody the server tells about. */
export function followPresence() {
  live.on("presence", ({ person, state }) => show(person, state));
  // The server tells a fresh connection who is here; whoever it does not name has left while the link was down.
  live.on("presence.overview", ({ people, own }) => {
    const group = document.querySelector("[data-presence-choice]");
    if (group instanceof HTMLElement && own) mark(group, own);
    for (const element of presences()) {
      const person = element.dataset.person ?? "";
      element.dataset.presence = people[person] ?? "offline";
    }
  });
}

/** Wires the choice in the account menu. */
export function offerPresence() {
  const group = document.querySelector("[data-presence-choice]");
  if (!(group instanceof HTMLElement)) return;
  mark(group, group.dataset.presenceChoice || "online");
  group.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-action=presence]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const state = /** @type {import("../live/protocol.js").Choice} */ (button.value);
    const before = group.dataset.presenceChoice || "online";
    mark(group, state);
    try {
      await live.command("presence.set", { state });
    } catch {
      mark(group, before);
    }
  });
}

/** @param {HTMLElement} group @param {string} state */
function mark(group, state) {
  group.dataset.presenceChoice = state;
  for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === state));
}

/** @param {string} person @param {string} state */
function show(person, state) {
  for (const element of presences()) if (element.dataset.person === person) element.dataset.presence = state;
}

/** @returns {HTMLElement[]} */
function presences() {
  return [...document.querySelectorAll(".presence[data-person]")].filter((element) => element instanceof HTMLElement);
}
