/** Keys of the inbox. Single letters rest while one types, and can be switched off in their list (WCAG 2.1.4). */

/** @type {Record<string, string>} key to action */
export const LETTERS = {
  j: "next",
  k: "previous",
  r: "reply",
  n: "note",
  m: "mention",
  t: "take",
  x: "transfer",
  i: "invite",
  s: "snooze",
  l: "tag",
  e: "end",
  c: "card",
  "/": "search",
  "?": "keys",
};

/** With Alt, also while one types. @type {Record<string, string>} */
export const CHORDS = {
  ArrowDown: "next",
  ArrowUp: "previous",
  KeyN: "note",
  KeyR: "reply",
  Digit1: "view.mine",
  Digit2: "view.waiting",
  Digit3: "view.open",
  Digit4: "view.snoozed",
  Digit5: "view.closed",
  Digit6: "view.here",
};

/** What is typed into the box or held with the mouse; each with its key in the texts. @type {string[][]} */
const TYPED = [
  ["/", "keys.slash"],
  ["@", "keys.at"],
  ["Enter", "keys.enter"],
  ["Shift Enter", "keys.line"],
  ["Ctrl Click", "keys.beside"],
];

/** The key of an action, as it is written on the keyboard. @param {string} name */
export function letterOf(name) {
  return Object.entries(LETTERS)
    .find(([, action]) => action === name)?.[0]
    .toUpperCase();
}

/** Every key and chord with its action, as the list of keys shows them. @returns {string[][]} */
export function allKeys() {
  const chords = Object.entries(CHORDS).map(([code, name]) => [`Alt ${code.replace(/^(Key|Digit|Arrow)/, "")}`, name]);
  const letters = Object.entries(LETTERS).map(([key, name]) => [key.toUpperCase(), name]);
  return [["Ctrl K", "palette"], ...letters, ...chords, ...TYPED];
}

/**
 * @param {{ key: string, code: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, shiftKey: boolean, repeat: boolean }} event
 * @param {boolean} isTyping
 * @param {boolean} hasLetters whether single letters are on
 * @returns {string | undefined} the action meant
 */
export function actionFor(event, isTyping, hasLetters) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return "palette";
  if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) return CHORDS[event.code] ?? CHORDS[event.key];
  if (isTyping || !hasLetters || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return undefined;
  return LETTERS[event.key === "?" ? "?" : event.key.toLowerCase()];
}
