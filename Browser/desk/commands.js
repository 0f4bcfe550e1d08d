/**
 * Everything that the palette offers: what can be done with the conversation in front, then where one may go, then what one may set.
 *
 * @module
 */
import { VIEWS } from "./inbox.js";

/** @typedef {import("./palette.js").Command} Command */

/**
 * @param {{
 *   text: import("../design/text.js").Text, synonyms: import("./synonyms.js").Synonyms, inbox: import("./inbox.js").Inbox,
 *   acts: import("./acts.js").Acts, alertsMenu: import("./alertsMenu.js").AlertsMenu,
 *   front: import("./pane.js").Pane | undefined, hasStatus: boolean,
 *   perform: (action: string) => void, open: (id: string) => void, toList: () => void,
 *   choose: (status: "available" | "busy" | "away") => void,
 * }} desk `front`: the conversation in front; `hasStatus`: whether this person is offered conversations
 * @returns {Command[]}
 */
export function commandsOf(desk) {
  const { acts, alertsMenu, front, toList } = desk;
  return [
    ...(front ? [...acts.on(front.id), aboutVisitor(desk, front.name)] : []),
    ...conversations(desk),
    ...views(desk),
    ...statuses(desk),
    ...alertsMenu.commands(),
    ...others(desk),
    ...(front ? [] : acts.missing(toList)),
  ];
}

/** @typedef {Parameters<typeof commandsOf>[0]} Desk */

/** @param {Desk} desk @param {string} name @returns {Command} */
function aboutVisitor({ text, synonyms, perform }, name) {
  const also = synonyms.of("act.card", "also.card");
  return { label: text("act.card"), detail: name, also, keys: "C", drawing: "info", act: () => perform("card") };
}

/** @param {Desk} desk @returns {Command[]} */
function conversations({ text, inbox, open }) {
  return inbox.lines
    .filter((line) => line.state !== "closed")
    .map((line) => ({
      label: line.name || text("visitor"),
      detail: [text(`state.${line.state}`), line.queueName, line.text].filter(Boolean).join(" · ").slice(0, 80),
      drawing: "chat",
      act: () => open(line.conversation),
    }));
}

/** @param {Desk} desk @returns {Command[]} */
function views({ text, synonyms, perform }) {
  return [...VIEWS, /** @type {const} */ ("here")].map((view, index) => ({
    label: text(`view.${view}`),
    also: synonyms.of(`view.${view}`),
    keys: `Alt ${index + 1}`,
    drawing: view === "here" ? "eye" : "menu",
    act: () => perform(`view.${view}`),
  }));
}

/** @param {Desk} desk @returns {Command[]} */
function statuses({ text, synonyms, hasStatus, choose }) {
  if (!hasStatus) return [];
  return /** @type {const} */ (["available", "busy", "away"]).map((name) => ({
    label: text(`status.${name}`),
    detail: text("status.choose"),
    also: synonyms.of(`status.${name}`),
    drawing: "person",
    act: () => choose(name),
  }));
}

/** @param {Desk} desk @returns {Command[]} */
function others({ text, synonyms, perform }) {
  return [
    { label: text("act.search"), also: synonyms.of("act.search"), keys: "/", drawing: "search", act: () => perform("search") },
    { label: text("keys.title"), also: synonyms.of("keys.title"), keys: "?", drawing: "keyboard", act: () => perform("keys") },
    // Where else one may go: what stands at the foot of the list.
    ...Array.from(document.querySelectorAll(".desk-foot a")).map((link) => ({
      label: link.textContent ?? "",
      detail: text("palette.places"),
      also: link.getAttribute("href") === "/desk/words" ? synonyms.of("words.title", "also.words") : "",
      drawing: "forward",
      act: () => location.assign(/** @type {HTMLAnchorElement} */ (link).href),
    })),
  ];
}
