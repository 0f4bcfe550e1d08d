/**
 * The page of notices: new ones appear at the top as they come.
 *
 * @module
 */
import { localiseTimes } from "../design/time.js";
import { live } from "../live/tab.js";

const list = document.querySelector("[data-list=notices]");
const template = document.querySelector("template[data-notices=template]");

live.on("event", async ({ stream, sequence }) => {
  if (stream !== "notices" || !list || list.querySelector(`[data-sequence="${sequence}"]`)) return;
  const answer = await fetch(`/notices/${sequence}`, { headers: { Accept: "application/json" } });
  if (answer.ok) add(await answer.json());
});

live.on("notices.read", ({ upTo }) => {
  for (const row of document.querySelectorAll("[data-list=notices] [data-unread]")) {
    if (row instanceof HTMLElement && Number(row.dataset.sequence) <= upTo) row.removeAttribute("data-unread");
  }
});

/** @param {{ sequence: number, icon: string, words: string, url?: string, at: string, atWords: string }} notice */
function add(notice) {
  if (!list || !(template instanceof HTMLTemplateElement)) return;
  const row = template.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return;
  row.dataset.sequence = String(notice.sequence);
  const icon = row.querySelector("[data-notices=icon]");
  icon?.setAttribute("href", (icon.getAttribute("href") ?? "").replace(/#.*$/, `#${notice.icon}`));
  const words = row.querySelector("[data-notices=words]");
  if (words instanceof HTMLAnchorElement) {
    words.textContent = notice.words;
    if (notice.url) words.href = notice.url;
  }
  const time = row.querySelector("time");
  if (time) {
    time.dateTime = notice.at;
    time.textContent = notice.atWords;
  }
  document.querySelector("[data-notices=empty]")?.remove();
  list.prepend(row);
  localiseTimes(row);
}
