/**
 * Keeps the wallboard true: asks for the page again when the server says that something changed, and lets the waits grow meanwhile.
 *
 * @module
 */
import { pageAt } from "../design/pageAt.js";
import { language } from "../design/text.js";
import { live } from "../live/tab.js";
import { lateness, spoken } from "./wait.js";

const board = document.querySelector("[data-wallboard=now]");
const said = document.querySelector("[data-wallboard=said]");

let isAsking = false;
let isStale = false;

/** What was said lately, so that nobody hears it again with every change. */
let alerts = alertWords(document);

async function refresh() {
  if (isAsking) {
    isStale = true;
    return;
  }
  isAsking = true;
  isStale = false;
  try {
    // None while it cannot be had: the link tells when the network is back, and it is asked for again then.
    const page = await pageAt(location.pathname);
    if (page) show(page);
  } finally {
    isAsking = false;
  }
  if (isStale) refresh();
}

/** @param {Document} page */
function show(page) {
  const now = page.querySelector("[data-wallboard=now]");
  if (!board || !now) return;
  board.replaceChildren(...document.adoptNode(now).childNodes);
  const words = alertWords(document);
  const news = words.filter((word) => !alerts.includes(word));
  if (said && news.length) said.textContent = news.join(". ");
  alerts = words;
  tick();
}

/** @param {Document} page @returns {string[]} */
function alertWords(page) {
  return [...page.querySelectorAll("[data-alert-words]")].map((element) => {
    const line = element.closest(".line")?.querySelector("h3 bdi")?.textContent ?? "";
    return `${line}: ${element.textContent}`;
  });
}

function tick() {
  for (const line of document.querySelectorAll(".line[data-since]")) {
    if (!(line instanceof HTMLElement)) continue;
    const seconds = lateness(Number(line.dataset.since), Date.now());
    const longest = line.querySelector("[data-longest]");
    if (longest) longest.textContent = spoken(seconds, language);
    const isLate = line.dataset.alert !== undefined && seconds >= Number(line.dataset.alert);
    // An alert that time alone brings: the server's words for it come with the page.
    if (isLate && !line.classList.contains("is-late") && !line.querySelector("[data-alert-words]")) refresh();
    line.classList.toggle("is-late", isLate);
  }
}

live.on("wallboard.changed", refresh);
// What happened while the link was down was not told.
live.on("welcome", refresh);
setInterval(tick, 1000);
tick();
