/**
 * Saved replies and colleagues, offered while one types: `/` at the beginning finds a reply, `@` in a note finds a colleague.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").Colleague} Colleague */

/** Most suggestions at a time. */
const MOST = 6;

/** @param {string} text without accents and case */
export function plain(text) {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();
}

/**
 * Replies that fit what was typed after `/`: those whose shortcut begins so first, then those that contain it anywhere.
 *
 * @param {Reply[]} replies
 * @param {string} typed
 */
export function find(replies, typed) {
  const wanted = plain(typed);
  const rank = (/** @type {Reply} */ reply) =>
    plain(reply.shortcut).startsWith(wanted) ? 0 : plain(reply.shortcut).includes(wanted) ? 1 : plain(reply.text).includes(wanted) ? 2 : 3;
  return replies
    .map((reply) => ({ reply, at: rank(reply) }))
    .filter(({ at }) => at < 3)
    .toSorted((a, b) => a.at - b.at || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .slice(0, MOST)
    .map(({ reply }) => reply);
}

/**
 * Fills `{visitor.name}` and the like. What is not known leaves no trace, and no double space.
 *
 * @param {string} text
 * @param {Record<string, string | undefined>} values
 */
export function filled(text, values) {
  return text
    .replaceAll(/\{([a-z]+\.[a-z]+)\}/g, (whole, key) => (key in values ? (values[key] ?? "") : whole))
    .replaceAll(/ +([,.!?])/g, "$1")
    .replaceAll(/ {2,}/g, " ")
    .trim();
}

/**
 * What is being looked for at the caret, if anything.
 *
 * @param {string} text up to the caret
 * @param {boolean} isNote
 * @param {boolean} [isOffered] a reply was asked for in the middle of what is written
 * @returns {{ kind: "reply" | "colleague", typed: string, from: number } | undefined}
 */
export function sought(text, isNote, isOffered = false) {
  const reply = /^\/([^\n]*)$/u.exec(text);
  if (reply) return { kind: "reply", typed: reply[1], from: 0 };
  const inside = isOffered ? /(?:^|\s)\/([^\n/]*)$/u.exec(text) : null;
  if (inside) return { kind: "reply", typed: inside[1], from: text.length - inside[1].length - 1 };
  const colleague = isNote ? /(?:^|\s)@([\p{L}\p{N}]*)$/u.exec(text) : null;
  if (colleague) return { kind: "colleague", typed: colleague[1], from: text.length - colleague[1].length - 1 };
  return undefined;
}

/**
 * The colleagues whom a note names with `@`.
 *
 * @param {string} note
 * @param {Colleague[]} colleagues
 */
export function mentioned(note, colleagues) {
  const text = plain(note);
  return colleagues.filter(({ name }) => name && text.includes(`@${plain(name)}`));
}
