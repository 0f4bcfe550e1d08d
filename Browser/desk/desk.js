/**
 * The team's inbox: puts its parts together.
 *
 * @module
 */
import { textOf } from "../design/text.js";
import { live } from "../live/tab.js";
import { Alerts } from "./alerts.js";
import { CardView } from "./card.js";
import { DraftShelf } from "./drafts.js";
import { Inbox, VIEWS } from "./inbox.js";
import { actionFor, CHORDS, LETTERS, TYPED } from "./keys.js";
import { LinesView } from "./lines.js";
import { Palette } from "./palette.js";
import { Panes } from "./panes.js";
import { element, icon } from "./parts.js";
import { Search } from "./search.js";
import { OwnStatus } from "./status.js";
import { Steps } from "./steps.js";
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
const said = place("said", HTMLElement);
const inbox = new Inbox(live);
const alerts = new Alerts();
const status = new OwnStatus(live);
/** @type {Overview | undefined} */
let overview;

async function askOverview() {
  overview = /** @type {Overview} */ (await live.command("desk.overview", {}));
  if (overview.status) status.learn(overview.status);
  showStatus();
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
  menu: openMenu,
  fail,
});
const lines = new LinesView(root, inbox, text, (id, beside) => open(id, beside));
const card = new CardView(place("card", HTMLElement), live, text, (action, id, value) => act(action, id, value));
const search = new Search(root, live, text);
const visitors = new VisitorsHere(root, live, text, fail);
const palette = new Palette(place("palette", HTMLDialogElement), commands, (typed) => [
  { label: text("search.action", { words: typed }), keys: "/", drawing: "search", act: () => perform("search", typed) },
]);
inbox.watch((id) => panes.ids.includes(id));

// MARK: - What one does

/** @type {Record<string, { drawing: string, act: (id: string, value?: string) => unknown, isFor?: (line: Line | undefined, part: string | undefined) => boolean }>} */
const ACTIONS = {
  take: {
    drawing: "check",
    act: (id) => steps.take(id).then(() => panes.pane(id)?.write("reply")),
    isFor: (line) => !line?.isMine || line.state !== "active",
  },
  takeOver: {
    drawing: "person",
    act: (id) => steps.takeOver(id).then(() => panes.pane(id)?.write("reply")),
    isFor: (line) =>
      Boolean(line?.agent && !line.isMine && overview?.roles.some((role) => ["supervisor", "administrator", "owner"].includes(role))),
  },
  decline: { drawing: "forward", act: (id) => steps.decline(id), isFor: (line) => line?.state === "offered" && line.isMine },
  reply: { drawing: "send", act: (id) => panes.pane(id)?.write("reply"), isFor: (_, part) => part === "agent" },
  note: { drawing: "edit", act: (id) => panes.pane(id)?.write("note") },
  mention: { drawing: "person", act: (id) => panes.pane(id)?.mention() },
  replies: { drawing: "chat", act: (id) => panes.pane(id)?.offerReplies(), isFor: (_, part) => part === "agent" },
  call: { drawing: "phone", act: (id) => steps.call(id), isFor: (_, part) => part === "agent" },
  transfer: { drawing: "forward", act: (id) => steps.transfer(id) },
  invite: { drawing: "person-add", act: (id) => steps.invite(id) },
  snooze: { drawing: "clock", act: (id) => steps.snooze(id), isFor: (_, part) => part === "agent" },
  tag: { drawing: "plus", act: (id) => steps.tag(id) },
  translate: { drawing: "language", act: (id) => panes.pane(id)?.translate() },
  askTranslation: { drawing: "language", act: (id) => panes.pane(id)?.askTranslation() },
  merge: { drawing: "link", act: (id) => steps.merge(id), isFor: (_, part) => part === "agent" },
  leave: { drawing: "sign-out", act: (id) => steps.leave(id), isFor: (_, part) => part === "agent" },
  end: { drawing: "check", act: (id) => steps.end(id) },
  block: { drawing: "block", act: (id) => steps.block(id) },
};
/** Those that a closed conversation refuses; everything but looking. */
const ON_OPEN = Object.keys(ACTIONS);

/**
 * @param {string} action
 * @param {string} id
 * @param {string} [value]
 */
async function act(action, id, value) {
  try {
    if (action === "back") show("list");
    else if (action === "close") close(id);
    else if (action === "card") toggleCard();
    else if (action === "open") open(id, true);
    else if (action === "untag" && value) await steps.untag(id, value);
    else await ACTIONS[action]?.act(id, value);
  } catch (refusal) {
    fail(refusal);
  }
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

/** What went wrong is said in words, and read out. @param {any} refusal */
function fail(refusal) {
  const problem = refusal?.problem;
  say(problem ? [problem.title, problem.detail].filter(Boolean).join(". ") : text("failed"));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/** @param {string} remark */
function say(remark) {
  clearTimeout(silence);
  said.textContent = remark;
  said.hidden = false;
  silence = setTimeout(() => {
    said.hidden = true;
  }, 7_000);
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
  if (
    card.shown === id &&
    line &&
    before &&
    JSON.stringify([line.tags, line.state, line.agent]) !== JSON.stringify([before.tags, before.state, before.agent])
  )
    card.show(id, panes.pane(id)?.name);
  if (line) tell(line, before);
});
inbox.addEventListener("failed", (event) => fail(/** @type {CustomEvent} */ (event).detail));
inbox.addEventListener("changed", () => {
  const unread = inbox.lines.filter((line) => line.isMine && line.unread).length;
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${title}`;
});
const title = document.title;

let isSettled = false;

/** @param {Line} line @param {Line} [before] */
function tell(line, before) {
  if (!isSettled) return;
  const isNewWait = line.state === "waiting" && before?.state !== "waiting" && status.status !== "away";
  const isOffered = line.state === "offered" && line.isMine && before?.state !== "offered";
  const hasNew = (line.isMine || line.isInvited) && (line.unread ?? 0) > (before?.unread ?? 0);
  const key = isOffered ? "alert.offered" : isNewWait ? "alert.waiting" : hasNew ? "alert.message" : undefined;
  if (key)
    alerts.tell(text(key, { name: line.name ?? text("visitor") }), [line.queueName, line.siteName].join(" · "), line.conversation, () =>
      open(line.conversation),
    );
}

// MARK: - Status and alerts

const statusButton = place("status", HTMLButtonElement);
const statusMenu = place("status-menu", HTMLElement);

function showStatus() {
  statusButton.hidden = !overview?.status;
  const mark = statusButton.querySelector(".presence");
  if (mark instanceof HTMLElement) mark.dataset.presence = status.status === "available" ? "online" : status.status;
  const name = statusButton.querySelector("[data-desk=status-words]");
  if (name) name.textContent = text(`status.${status.status}`);
  for (const made of statusMenu.querySelectorAll("button[value]"))
    made.setAttribute("aria-checked", String(/** @type {HTMLButtonElement} */ (made).value === status.status));
}

status.addEventListener("changed", showStatus);
statusMenu.addEventListener("click", (event) => {
  const chosen = event.target instanceof Element ? event.target.closest("button[value]") : null;
  if (!(chosen instanceof HTMLButtonElement)) return;
  statusMenu.hidePopover();
  status.choose(/** @type {import("./protocol.js").Status} */ (chosen.value)).catch(fail);
});
status.follow();
// The server says so too: on another page it was changed, or offers passed by again and again.
live.on("agent.status", ({ agent, status: now }) => agent === overview?.me && status.learn(now));
live.on("enquiry.takenOver", ({ conversation, by }) => {
  inbox.touch(conversation);
  say(text("takenOver", { name: by }));
});

const alertsMenu = place("alerts-menu", HTMLElement);

function showAlerts() {
  const { desktop, sound, quiet, letters } = alerts.choices;
  for (const [name, isOn] of Object.entries({ desktop, quiet })) {
    const box = alertsMenu.querySelector(`input[name=${name}]`);
    if (box instanceof HTMLInputElement) box.checked = isOn;
  }
  for (const radio of alertsMenu.querySelectorAll("input[name=sound]"))
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === sound;
  const box = place("letters", HTMLInputElement);
  box.checked = letters;
  place("alerts", HTMLButtonElement).classList.toggle("is-quiet", quiet);
}

alertsMenu.addEventListener("change", async (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.name === "desktop") {
    const isAllowed = box.checked && (await alerts.allowDesktop());
    if (box.checked && !isAllowed) say(text("alerts.refused"));
    alerts.choose({ desktop: isAllowed });
  } else if (box.name === "quiet") alerts.choose({ quiet: box.checked });
  else {
    alerts.choose({ sound: /** @type {"none" | "soft" | "bell"} */ (box.value) });
    alerts.play();
  }
  showAlerts();
});
place("letters", HTMLInputElement).addEventListener("change", (event) => {
  alerts.choose({ letters: /** @type {HTMLInputElement} */ (event.target).checked });
});
showAlerts();

// MARK: - Menu, palette and keys

const menu = place("menu", HTMLElement);

/** @param {string} id @param {HTMLElement} anchor */
function openMenu(id, anchor) {
  menu.replaceChildren(...possible(id).map(([name, { drawing }]) => menuItem(id, name, drawing)));
  menu.showPopover();
  const box = anchor.getBoundingClientRect();
  const width = menu.offsetWidth;
  menu.style.insetBlockStart = `${Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  const [first] = menu.querySelectorAll("button");
  first?.focus();
  menu.addEventListener("toggle", () => anchor.isConnected && menu.contains(document.activeElement) && anchor.focus(), { once: true });
}

/** @param {string} id @param {string} name @param {string} drawing */
function menuItem(id, name, drawing) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "menu-item";
  item.setAttribute("role", "menuitem");
  item.append(icon(drawing), element("span", "", actionWords(id, name)));
  const key = keyOf(name);
  if (key) item.append(element("kbd", "push", key));
  item.addEventListener("click", () => {
    menu.hidePopover();
    act(name, id);
  });
  return item;
}

menu.addEventListener("keydown", (event) => {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const items = Array.from(menu.querySelectorAll("button"));
  const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  items[(at + by + items.length) % items.length]?.focus();
});

/** What may be done with a conversation now. @param {string} id */
function possible(id) {
  const pane = panes.pane(id);
  const line = inbox.line(id);
  if (!pane || pane.isLost || pane.conversation.state === "closed") return [];
  return Object.entries(ACTIONS).filter(([name, { isFor }]) => ON_OPEN.includes(name) && (!isFor || isFor(line, pane.part)));
}

/** @param {string} id @param {string} name */
function actionWords(id, name) {
  return text(name === "snooze" && inbox.line(id)?.state === "snoozed" ? "act.rouse" : `act.${name}`);
}

/** @param {string} name */
function keyOf(name) {
  return Object.entries(LETTERS)
    .find(([, action]) => action === name)?.[0]
    .toUpperCase();
}

const aboutVisitor = { label: text("act.card"), also: text("also.card"), keys: "C", drawing: "info" };

/** Where else one may go: what stands at the foot of the list. */
function places() {
  return Array.from(document.querySelectorAll(".desk-foot a")).map((link) => ({
    label: link.textContent ?? "",
    detail: text("palette.places"),
    also: link.getAttribute("href") === "/desk/words" ? text("also.words") : "",
    drawing: "forward",
    act: () => location.assign(/** @type {HTMLAnchorElement} */ (link).href),
  }));
}

/** How one is told of what came. */
function tellings() {
  const { quiet, desktop } = alerts.choices;
  const isOn = (/** @type {boolean} */ on) => text(on ? "palette.quietOn" : "palette.quietOff");
  return [
    { label: text("alerts.quiet"), detail: isOn(quiet), also: text("also.quiet"), drawing: "bell", act: () => chooseAlert("quiet") },
    {
      label: text("alerts.desktop"),
      detail: isOn(desktop),
      also: text("also.desktop"),
      drawing: "bell",
      act: () => chooseAlert("desktop"),
    },
    ...["none", "soft", "bell"].map((sound) => ({
      label: `${text("alerts.sound")}: ${text(`alerts.${sound}`)}`,
      drawing: "bell",
      isRare: true,
      act: () => chooseAlert("sound", sound),
    })),
  ];
}

/** As with a click where it is chosen. @param {string} name @param {string} [value] */
function chooseAlert(name, value) {
  const field = place("alerts-menu", HTMLElement).querySelector(`input[name=${name}]${value ? `[value=${value}]` : ""}`);
  if (field instanceof HTMLInputElement) field.click();
}

/** @returns {import("./palette.js").Command[]} */
function commands() {
  const front = panes.front;
  const own = front
    ? possible(front.id).map(([name, { drawing }]) => ({
        label: actionWords(front.id, name),
        detail: front.name,
        also: text(`also.${name}`),
        keys: keyOf(name),
        drawing,
        act: () => void act(name, front.id),
      }))
    : [];
  if (front) own.push({ ...aboutVisitor, detail: front.name, act: () => void perform("card") });
  // Whoever looks for something that needs a conversation learns that it does.
  const missing = front
    ? []
    : Object.entries(ACTIONS).map(([name, { drawing }]) => ({
        label: text(`act.${name}`),
        detail: text("palette.first"),
        also: text(`also.${name}`),
        drawing,
        isRare: true,
        act: () => show("list"),
      }));
  const conversations = inbox.lines
    .filter((line) => line.state !== "closed")
    .map((line) => ({
      label: line.name || text("visitor"),
      detail: [text(`state.${line.state}`), line.queueName, line.text].filter(Boolean).join(" · ").slice(0, 80),
      drawing: "chat",
      act: () => open(line.conversation, true),
    }));
  const views = VIEWS.map((view, index) => ({
    label: text(`view.${view}`),
    keys: `Alt ${index + 1}`,
    drawing: "menu",
    act: () => perform(`view.${view}`),
  }));
  views.push({ label: text("view.here"), keys: "Alt 6", drawing: "eye", act: () => perform("view.here") });
  const statuses = overview?.status
    ? /** @type {const} */ (["available", "busy", "away"]).map((name) => ({
        label: text(`status.${name}`),
        detail: text("status.choose"),
        drawing: "person",
        act: () => void status.choose(name).catch(fail),
      }))
    : [];
  const others = [
    { label: text("act.search"), keys: "/", drawing: "search", act: () => perform("search") },
    { label: text("keys.title"), keys: "?", drawing: "keyboard", act: () => perform("keys") },
    ...places(),
  ];
  return [...own, ...conversations, ...views, ...statuses, ...tellings(), ...others, ...missing];
}

/** @param {string} action @param {string} [sought] */
function perform(action, sought) {
  if (action === "palette") palette.open();
  else if (action === "search") {
    show("list");
    search.open(sought);
  } else if (action === "keys") place("keys", HTMLDialogElement).showModal();
  else if (action.startsWith("view.")) {
    search.end();
    watch(action === "view.here");
    if (action !== "view.here") inbox.show(/** @type {import("./inbox.js").View} */ (action.slice(5)));
    show("list");
  } else if (action === "next" || action === "previous") step(action === "next" ? 1 : -1);
  else if (panes.front && (action === "card" || possible(panes.front.id).some(([name]) => name === action))) act(action, panes.front.id);
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
for (const [key, action] of [
  ["Ctrl K", "palette"],
  ...Object.entries(LETTERS),
  ...Object.entries(CHORDS).map(([code, name]) => [`Alt ${code.replace(/^(Key|Digit|Arrow)/, "")}`, name]),
  ...TYPED,
]) {
  const keyWords = /^(view|keys)\./.test(action) ? text(action) : text(`act.${action}`);
  const term = element("dt");
  term.append(element("kbd", "", key.length === 1 ? key.toUpperCase() : key));
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
