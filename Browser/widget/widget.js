/**
 * The chat in its frame: the form, the conversation, its end.
 *
 * **Until the visitor types nothing is stored, until they send nothing is sent.**
 *
 * @module
 */
import { Kept } from "../conversations/kept.js";
import { textOf } from "../design/text.js";
import { begin, wish } from "./begin.js";
import { Host } from "./host.js";
import { OwnEnquiry } from "./own.js";
import { Place } from "./place.js";
import { openStore } from "./store.js";

const root = document.documentElement;
const { key = "", shades = "" } = root.dataset;
const [fill, ink, nightFill, nightInk] = shades.split(" ");
const theme = new CSSStyleSheet();
theme.replaceSync(
  `:root{--fill:var(--accent,${fill});--on-fill:${ink}}@media(prefers-color-scheme:dark){:root{--fill:${nightFill};--on-fill:${nightInk}}}`,
);
document.adoptedStyleSheets = [theme];

/** @param {string} name @returns {HTMLElement} */
const part = (name) => /** @type {HTMLElement} */ (document.querySelector(`[data-part="${name}"]`));

const host = new Host();
let page = "";
/** @type {string | undefined} */
let identity;
let isLookedAt = true;
host.addEventListener("hello", (event) => {
  const said = /** @type {CustomEvent} */ (event).detail;
  page = said.page ?? "";
  identity = said.identity;
  action("close").hidden = false;
  isLookedAt = said.isOpen;
  chat?.look(said.isOpen);
});
/** @type {import("./chat.js").Chat | undefined} */
let chat;
const store = await openStore(host);
const place = new Place(key, store);
const kept = new Kept("sotto.draft", () => store);
const form = /** @type {HTMLFormElement} */ (part("ask"));
const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
const text = await textOf("visitor");

/** Until the first of them the page shows none: what is written before anybody listens would be sent by the browser, to nowhere. @param {"start" | "talk" | "gone"} name */
function show(name) {
  for (const view of document.querySelectorAll("[data-view]")) view.toggleAttribute("hidden", view.getAttribute("data-view") !== name);
  action("mine").hidden = name !== "talk";
}

/** @param {string} name @returns {HTMLElement} */
function action(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-action="${name}"]`));
}

/** @param {string} [words] */
function tellLink(words) {
  part("link").textContent = words ?? "";
  part("link").hidden = !words;
}

/** @param {{ title: string, detail?: string, next?: string }} [problem] */
function tellProblem(problem) {
  part("problem").textContent = problem ? [problem.title, problem.next].filter(Boolean).join(". ") : "";
  part("problem").hidden = !problem;
}

/** The form again, with what was typed still in it. */
async function start() {
  chat?.leave();
  chat = undefined;
  show("start");
  field.value ||= kept.draft;
  for (const [name, answer] of Object.entries(kept.answers)) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement) {
      input.value ||= answer;
    }
  }
  part("status").textContent = text("support");
  try {
    const { isStaffed } = await (await fetch(`/widget/${key}/availability`, { credentials: "omit" })).json();
    part("away").hidden = isStaffed;
    // With nobody there, an address is how the answer comes.
    part("status").textContent = text(isStaffed ? "staffed" : "away");
  } catch {
    // Without the network the form is still there to be written in.
  }
}

/** @type {Promise<typeof import("./chat.js")> | undefined} */
let loading;

/** What is needed to talk comes when somebody begins to write, however often the network must be tried. */
function loadChat() {
  loading ??= (async () => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        // A browser may remember that an address failed, so that each attempt has another one.
        return await import(attempt === 0 ? "./chat.js" : `./chat.js?${attempt}`);
      } catch {
        await new Promise((resume) => setTimeout(resume, Math.min(500 * 2 ** attempt, 10_000)));
      }
    }
  })();
  return loading;
}

field.addEventListener("input", () => {
  kept.draft = field.value;
  loadChat();
});

// Consent is given anew each time, and is no answer.
form.addEventListener("input", () => {
  const answers = /** @type {[string, string][]} */ ([...new FormData(form)]);
  kept.answers = Object.fromEntries(answers.filter(([name]) => name !== field.name && name !== "consent"));
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!isComplete()) return;
  // Without the network the server looks alone: nobody is kept waiting for it here.
  const loaded = await Promise.race([loadChat(), new Promise((resume) => setTimeout(resume, 1500))]);
  if (loaded && !(await loaded.mayGo(...typed()))) return;
  place.change({ pending: wish(new FormData(form), page, identity) });
  await send();
});

/** What was written in the visitor's own words, and their name: an address is what it is, and a choice is the site's. @returns {[string[], string]} */
function typed() {
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("textarea, input:not([type=email], [type=checkbox])")]);
  const isName = (/** @type {HTMLInputElement} */ { name }) => name === "name";
  return [inputs.filter((input) => !isName(input)).map((input) => input.value), inputs.find(isName)?.value ?? ""];
}

/** Says what is missing, beside where it is missing. */
function isComplete() {
  const wrong = Array.from(form.elements).filter((one) => {
    const input = /** @type {HTMLInputElement} */ (one);
    const isWrong = input.willValidate && (!input.checkValidity() || (input.required && !input.value.trim()));
    if (input.name) input.setAttribute("aria-invalid", String(isWrong));
    return isWrong;
  });
  tellProblem(wrong.length > 0 ? { title: text("missing") } : undefined);
  /** @type {HTMLElement | undefined} */ (wrong[0])?.focus();
  return wrong.length === 0;
}

// What was missing is so no more with the first letter; the sentence about it goes with the last mark.
form.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLElement) || target.getAttribute("aria-invalid") !== "true") return;
  target.setAttribute("aria-invalid", "false");
  if (!form.querySelector("[aria-invalid=true]")) tellProblem();
});

/** Sends the first message until the server has it, also after a reload. */
async function send() {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button.main"));
  button.disabled = true;
  tellProblem();
  try {
    const begun = await begin(/** @type {object} */ (place.now.pending), () => tellLink(text("trying")));
    tellLink();
    place.change({ ...begun, pending: undefined });
    kept.draft = "";
    kept.answers = {};
    field.value = "";
    host.tell("began");
    await talk();
    chat?.focus();
  } catch (problem) {
    place.forget();
    show("start");
    tellLink();
    const told = /** @type {import("./begin.js").Told} */ (problem);
    // Whoever the site's word no longer holds for, perhaps because the page was open for long, writes as anybody may.
    if (told.type === "urn:sotto:problem.identityRejected") identity = undefined;
    tellProblem(told);
  } finally {
    button.disabled = false;
  }
}

async function talk() {
  const { token = "", conversation = "" } = place.now;
  const { Chat } = await loadChat();
  show("talk");
  chat = new Chat({ conversation, token, kept, place, part, text, tellLink });
  chat.addEventListener("unread", () => host.tell("unread", chat?.unread ?? 0));
  chat.addEventListener("lost", () => gone());
  chat.addEventListener("again", () => {
    place.forget();
    // What stands in the box goes into another conversation.
    kept.kind = {};
    start();
    field.focus();
  });
  await chat.open();
}

/** @param {string} [receipt] */
export function gone(receipt) {
  chat?.leave();
  chat = undefined;
  place.forget();
  kept.draft = "";
  kept.answers = {};
  kept.kind = {};
  kept.unsent = [];
  tellLink();
  show("gone");
  part("status").textContent = text("support");
  part("receipt").textContent = receipt ?? text("goneElsewhere");
  /** @type {HTMLElement | null} */ (document.querySelector("[data-view=gone] h2"))?.focus();
  host.tell("forgotten");
}

action("close").addEventListener("click", () => host.tell("close"));
action("again").addEventListener("click", start);
action("mine").addEventListener("click", async () => {
  const { openMine } = await import("./mine.js");
  if (chat) openMine({ chat, own: chat.own, place, part, key, gone, seen });
});

const seenBox = /** @type {HTMLInputElement} */ (part("seen"));
seenBox.addEventListener("change", () => seen(seenBox.checked));

/** Being seen by the team, or not any more: the visitor's own choice, for as long as this page is open. @param {boolean} isOn */
async function seen(isOn) {
  seenBox.checked = isOn;
  const { beSeen } = await import("./here.js");
  beSeen(isOn, key, page, (name) => {
    part("invited").textContent = text("invited", { name });
    part("invited").hidden = false;
    if (!isLookedAt) host.tell("unread", 1);
  });
  if (!isOn) part("invited").hidden = true;
}
// A telephone's keyboard takes half of the screen: what is written in stays in sight.
addEventListener("resize", () => form.contains(document.activeElement) && document.activeElement?.scrollIntoView({ block: "nearest" }));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) host.tell("close");
});

host.addEventListener("identify", (event) => {
  identity = /** @type {CustomEvent} */ (event).detail.identity;
});
host.addEventListener("open", () => {
  isLookedAt = true;
  chat?.look(true);
  if (chat) chat.focus();
  else host.tell("unread", 0);
});
host.addEventListener("close", () => {
  isLookedAt = false;
  chat?.look(false);
});
host.addEventListener("language", (event) => {
  const { language } = /** @type {CustomEvent} */ (event).detail;
  if (language !== root.lang) location.replace(`?language=${language}`);
});

// A private link carries its token behind the #, which browsers send to nobody.
if (location.pathname.endsWith("/return") && location.hash.length > 1) {
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  const own = await new OwnEnquiry(token).state().catch(() => undefined);
  if (own) place.change({ token, conversation: own.conversation, channel: own.channel });
  else gone();
}
if (place.now.pending) {
  start();
  await send();
} else if (place.now.token && place.now.conversation) await talk();
else if (document.querySelector("[data-view=gone]")?.hasAttribute("hidden")) start();
