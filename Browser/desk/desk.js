/**
 * The team's inbox: puts its parts together.
 *
 * @module
 */
import { textOf } from "../design/text.js";
import { live } from "../live/tab.js";
import { Acts } from "./acts.js";
import { alertFor, Alerts } from "./alerts.js";
import { AlertsMenu } from "./alertsMenu.js";
import { CardView } from "./card.js";
import { commandsOf } from "./commands.js";
import { DraftShelf } from "./drafts.js";
import { FirstRun } from "./firstRun.js";
import { Inbox } from "./inbox.js";
import { actionFor, allKeys } from "./keys.js";
import { LinesView } from "./lines.js";
import { Menu } from "./menu.js";
import { Palette } from "./palette.js";
import { Panes } from "./panes.js";
import { element } from "./parts.js";
import { Remarks } from "./remarks.js";
import { Search } from "./search.js";
import { OwnStatus } from "./status.js";
import { StatusMenu } from "./statusMenu.js";
import { Steps } from "./steps.js";
import { Synonyms } from "./synonyms.js";
import { VisitorsHere } from "./visitors.js";

/** @typedef {import("./protocol.js").Overview} Overview */
/** @typedef {import("./protocol.js").Line} Line */

const [text, words] = await Promise.all([textOf("desk"), textOf("conversations")]);

/**
 * @template {HTMLElement} Kind
 * @param {string} name
 * @param {new () => Kind} kind
 */
function place(name, kind) {
  const found = document.querySelector(`[data-desk="${name}"]`);
  if (!(found instanceof kind)) throw new Error(`the page has no ${name}`);
  return found;
}

const root = place("root", HTMLElement);
const remarks = new Remarks(place("said", HTMLElement), text);
const fail = (/** @type {any} */ refusal) => remarks.fail(refusal);
const inbox = new Inbox(live);
const alerts = new Alerts();
const status = new OwnStatus(live);
const statusMenu = new StatusMenu(place("status", HTMLButtonElement), place("status-menu", HTMLElement), status, text, fail);
const first = new FirstRun(root, status, fail);
const menu = new Menu(place("menu", HTMLElement));
/** @type {Overview | undefined} */
let overview;

async function askOverview() {
  overview = /** @type {Overview} */ (await live.command("desk.overview", {}));
  if (overview.status) status.learn(overview.status);
  statusMenu.show(Boolean(overview.status));
  first.learn(Boolean(overview.status));
  return overview;
}

const steps = new Steps(live, text, { overview: askOverview, inbox });
const panes = new Panes(place("panes", HTMLElement), {
  live,
  text,
  words,
  overview: () => overview,
  line: (id) => inbox.line(id),
  drafts: new DraftShelf(),
  touch: (id) => inbox.touch(id),
  act,
  menu: (id, anchor) => menu.open(acts.on(id), anchor),
  fail,
});
const lines = new LinesView(root, inbox, text, (id, beside) => open(id, beside), first);
const card = new CardView(place("card", HTMLElement), live, text, (action, id, value) => act(action, id, value));
const search = new Search(root, live, text);
const visitors = new VisitorsHere(root, live, text, fail);
const synonyms = new Synonyms(text);
const acts = new Acts({ text, synonyms, steps, panes, inbox, overview: () => overview, fail });
const palette = new Palette(place("palette", HTMLDialogElement), commands, (typed) => [
  { label: text("search.action", { words: typed }), keys: "/", drawing: "search", act: () => perform("search", typed) },
]);
inbox.watch((id) => panes.ids.includes(id));

// MARK: - What one does

/**
 * @param {string} action
 * @param {string} id
 * @param {string} [value]
 */
async function act(action, id, value) {
  if (action === "back") show("list");
  else if (action === "close") close(id);
  else if (action === "card") toggleCard();
  else if (action === "open") open(id, true);
  else if (action === "untag" && value) await steps.untag(id, value).catch(fail);
  else await acts.run(action, id);
}

/** @param {string} id @param {boolean} [beside] */
function open(id, beside = false) {
  panes.open(id, { beside });
  show("panes");
}

/** @param {string} id */
function close(id) {
  panes.close(id);
  if (!panes.front) show("list");
}

/** On a narrow window one part is seen at a time. @param {"list" | "panes" | "card"} part */
function show(part) {
  root.dataset.place = part;
}

function toggleCard() {
  if (root.dataset.place === "card") show("panes");
  else if (matchMedia("(width < 64rem)").matches) show("card");
  else root.classList.toggle("has-card");
}

// MARK: - What follows what

search.addEventListener("choose", (event) => {
  const { conversation, sequence } = /** @type {CustomEvent<import("./protocol.js").Found>} */ (event).detail;
  inbox.touch(conversation);
  panes.open(conversation, { focus: false }).reveal(sequence);
  show("panes");
});
root.querySelector("[data-desk=tabs]")?.addEventListener("click", (event) => {
  search.end();
  watch(event.target instanceof Element && event.target.closest("[data-desk=here-tab]") !== null);
});

/** Whether visitors who chose to be seen stand in place of the lists. @param {boolean} isOn */
function watch(isOn) {
  if (isOn) visitors.open();
  else visitors.end();
  lines.draw();
}

let addressed = "";

panes.addEventListener("changed", () => {
  lines.mark(panes.ids);
  // The address holds what is open, so that a reload and a bookmark find it again.
  const address = panes.ids.join(",");
  if (address !== addressed) {
    addressed = address;
    history.replaceState(null, "", address ? `#${address}` : location.pathname);
  }
  const front = panes.front;
  const shows = front?.part && !front.isLost ? front.id : undefined;
  if (shows !== card.shown) card.show(shows, front?.name);
});

inbox.addEventListener("line", (event) => {
  const { id, line, before } = /** @type {CustomEvent<{ id: string, line?: Line, before?: Line }>} */ (event).detail;
  panes.refresh(id);
  // Forgotten, or passed on to where they do not answer: what was said there stays on nobody's screen.
  if (!line && panes.pane(id)?.isLeftOver) {
    close(id);
    remarks.say(text("pane.refused"));
  }
  if (
    card.shown === id &&
    line &&
    before &&
    JSON.stringify([line.tags, line.state, line.agent]) !== JSON.stringify([before.tags, before.state, before.agent])
  )
    card.show(id, panes.pane(id)?.name);
  if (line) tell(line, before);
});
live.on("card.changed", ({ conversation }) => {
  if (card.shown === conversation) card.show(conversation, panes.pane(conversation)?.name);
});
inbox.addEventListener("failed", (event) => fail(/** @type {CustomEvent} */ (event).detail));
inbox.addEventListener("changed", () => {
  const { calling } = inbox;
  const now = `${calling > 0 ? `(${calling}) ` : ""}${title}`;
  // Some screen readers read a title out whenever it is set.
  if (document.title !== now) document.title = now;
});
const title = document.title;

let isSettled = false;

/** @param {Line} line @param {Line} [before] */
function tell(line, before) {
  if (!isSettled) return;
  const key = alertFor(line, before, status.status === "away");
  if (key)
    alerts.tell(text(key, { name: line.name ?? text("visitor") }), [line.queueName, line.siteName].join(" · "), line.conversation, () =>
      open(line.conversation),
    );
}

// MARK: - Status and alerts

status.follow();
// The server says so too: on another page it was changed, or offers passed by again and again.
live.on("agent.status", ({ agent, status: now }) => agent === overview?.me && status.learn(now));
live.on("enquiry.takenOver", ({ conversation, by }) => {
  inbox.touch(conversation);
  remarks.say(text("takenOver", { name: by }));
});

const alertsParts = {
  button: place("alerts", HTMLButtonElement),
  menu: place("alerts-menu", HTMLElement),
  letters: place("letters", HTMLInputElement),
};
const alertsMenu = new AlertsMenu(alertsParts, alerts, text, synonyms, () => remarks.say(text("alerts.refused")));
alertsMenu.follow();

// MARK: - Menu, palette and keys

function commands() {
  return commandsOf({
    text,
    synonyms,
    inbox,
    acts,
    alertsMenu,
    perform,
    front: panes.front,
    hasStatus: Boolean(overview?.status),
    open: (id) => open(id, true),
    toList: () => show("list"),
    choose: (name) => void status.choose(name).catch(fail),
  });
}

/** @param {string} action @param {string} [sought] */
function perform(action, sought) {
  if (action === "palette") {
    palette.open();
    void findWords();
  } else if (action === "search") {
    show("list");
    search.open(sought);
  } else if (action === "keys") place("keys", HTMLDialogElement).showModal();
  else if (action.startsWith("view.")) {
    search.end();
    watch(action === "view.here");
    if (action !== "view.here") inbox.show(/** @type {import("./inbox.js").View} */ (action.slice(5)));
    show("list");
  } else if (action === "next" || action === "previous") step(action === "next" ? 1 : -1);
  else if (panes.front && (action === "card" || acts.offers(action, panes.front.id))) act(action, panes.front.id);
}

/** What other languages call things, for whoever looks in one of them. */
async function findWords() {
  await synonyms.bring();
  palette.renew();
}

/** To the conversation below or above the one in front. @param {number} by */
function step(by) {
  const { order } = lines;
  if (order.length === 0) return;
  const at = panes.front ? order.indexOf(panes.front.id) : -1;
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
  open(order[next]);
}

addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  const action = document.querySelector("dialog:modal") ? undefined : actionFor(event, isTyping, alerts.choices.letters);
  if (!action) return;
  event.preventDefault();
  perform(action);
});

for (const [name, opens] of Object.entries({ "open-palette": "palette", "open-keys": "keys" }))
  place(name, HTMLButtonElement).addEventListener("click", () => perform(opens));
for (const dialog of document.querySelectorAll(".desk-keys, .desk-palette"))
  dialog.querySelector("[data-desk=done]")?.addEventListener("click", () => /** @type {HTMLDialogElement} */ (dialog).close());
place("card-back", HTMLButtonElement).addEventListener("click", () => show("panes"));

const keysList = place("keys-list", HTMLElement);
for (const [key, action] of allKeys()) {
  const keyWords = /^(view|keys)\./.test(action) ? text(action) : text(`act.${action}`);
  const term = element("dt");
  term.append(element("kbd", "", key));
  keysList.append(term, element("dd", "", keyWords));
}

// MARK: - The beginning

live.on("welcome", () => askOverview().catch(() => {}));
askOverview().catch(fail);
inbox.show("mine");
inbox.addEventListener(
  "changed",
  () => {
    isSettled = true;
    root.dataset.ready = "";
  },
  { once: true },
);

/** What the address names is opened, as after a reload or from a notice. */
function openAddressed() {
  const ids = location.hash
    .slice(1)
    .split(",")
    .filter((id) => /^[0-9a-z]{26}$/.test(id));
  if (ids.join(",") === addressed) return;
  for (const id of ids) {
    inbox.touch(id);
    panes.open(id, { beside: true, focus: ids.length === 1 });
  }
  if (ids.length > 0) show("panes");
}
addEventListener("hashchange", openAddressed);
card.show();
openAddressed();
