/** Says on a page when the live link is gone for more than a blink, and when it is back. */
import { textOf } from "../design/text.js";
import { live } from "./tab.js";

/** Milliseconds a cut lasts before it is worth a word. */
const BLINK = 3_000;
/** Milliseconds the good news stays. */
const GOOD_NEWS = 4_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isTold = false;

/** @type {import("../design/text.js").Text | undefined} */
let text;

/** Begins to say it. */
export async function tellStatus() {
  text = await textOf("design");
  live.on("link", follow);
}

/** @param {import("./live.js").LinkState} state */
function follow(state) {
  if (state.name === "open") back();
  else if (state.name === "stopped") tell("live.stopped");
  else if (state.name === "waiting" && !isTold) timer ??= setTimeout(() => tell("live.lost"), BLINK);
}

function back() {
  clearTimeout(timer);
  timer = undefined;
  if (!isTold) return;
  tell("live.back");
  isTold = false;
  timer = setTimeout(hide, GOOD_NEWS);
}

/** @param {string} key */
function tell(key) {
  const place = document.querySelector('[data-live="state"]');
  if (!(place instanceof HTMLElement) || !text) return;
  isTold = true;
  place.textContent = text(key);
  place.hidden = false;
}

function hide() {
  timer = undefined;
  const place = document.querySelector('[data-live="state"]');
  if (!isTold && place instanceof HTMLElement) place.hidden = true;
}
