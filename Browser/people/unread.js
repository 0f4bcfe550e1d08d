/**
 * The number of notices not seen yet, in the head of every page.
 *
 * @module
 */
import { live } from "../live/tab.js";

/** Counts on as notices come, and back to none when another page saw them. */
export function countUnread() {
  const badge = document.querySelector("[data-notices=unread]");
  const number = document.querySelector("[data-notices=count]");
  if (!(badge instanceof HTMLElement) || !number) return;
  let count = Number.parseInt(number.textContent ?? "", 10) || 0;
  const show = () => {
    number.textContent = String(count);
    badge.hidden = count === 0;
  };
  live.on("event", ({ stream }) => {
    if (stream !== "notices") return;
    count += 1;
    show();
  });
  live.on("notices.read", () => {
    count = 0;
    show();
  });
}
