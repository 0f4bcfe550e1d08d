/**
 * Pages that list people: they follow when contacts come and go.
 *
 * @module
 */
import { pageAt } from "../design/pageAt.js";
import { localiseTimes } from "../design/time.js";
import { live } from "../live/tab.js";

live.on("contacts.changed", refresh);
live.on("event", ({ stream, kind }) => {
  if (stream === "notices" && (kind.startsWith("contact.") || kind === "call.missed")) refresh();
});

let isWaiting = false;
let isStale = false;

/** Loads the page's own content again, unless the person is writing something. */
async function refresh() {
  isStale = true;
  if (isWaiting) return;
  isWaiting = true;
  try {
    while (isStale && !isWriting()) {
      isStale = false;
      const fresh = await pageAt(location.href);
      if (fresh && !isWriting()) replace(fresh);
    }
  } finally {
    isWaiting = false;
  }
}

/** Whether a field on this page holds something that must not be lost. */
function isWriting() {
  for (const field of document.querySelectorAll("main input, main textarea")) {
    if (field === document.activeElement) return true;
    if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.value !== field.defaultValue) return true;
  }
  return false;
}

/** @param {Document} page */
function replace(page) {
  const fresh = page.querySelector("main");
  const main = document.querySelector("main");
  if (!fresh || !main) return;
  const focused = document.activeElement?.id;
  main.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  localiseTimes(main);
  if (focused) document.getElementById(focused)?.focus();
}
