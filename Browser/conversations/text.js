/**
 * Makes nodes of what somebody wrote: the small Markdown of `docs/conversations.md`. **Nodes, never markup**: whatever is in a message,
 * it cannot become an element that is not listed here.
 *
 * @module
 */

/** Marks that turn what follows around, unseen (Unicode UAX #9), and control characters: without meaning in a message. */
const UNSEEN = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Deeper than anybody nests; what is deeper stays as it was typed. */
const DEEPEST = 4;

/** An address in the text: up to a space, a quote or what closes brackets around it; without the full stop that ends a sentence. */
const ADDRESS = /(?:https?:\/\/|mailto:|tel:)[^\s<>"'`\\]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/i;

/** One inline mark after another: code, bold, italic, a named link, an address. */
export const INLINE = new RegExp(
  `(?<code>\`[^\`\\n]+\`)|(?<bold>\\*\\*(?=\\S)[^\\n]*?\\S\\*\\*)|(?<italic>(?<![\\p{L}\\p{N}*_])([*_])(?=[^\\s*_])[^\\n]*?\\S\\4(?![\\p{L}\\p{N}*_]))|(?<named>\\[[^\\]\\n]{1,200}\\]\\((?:https?:\\/\\/|mailto:|tel:)[^\\s()]+\\))|(?<address>${ADDRESS.source})`,
  "giu",
);

/**
 * @typedef {object} Look
 * @property {string} [leave] where links lead first, so that people see whither they leave (C16): an address that ends in `?to=`
 * @property {string} [leaving] what a screen reader is told of such a link, with `{host}`
 */

/**
 * @param {string} text as it was typed
 * @param {Look} [look]
 * @returns {DocumentFragment}
 */
export function render(text, look = {}) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks(text.normalize("NFC").replaceAll("\r\n", "\n").replace(UNSEEN, ""))) fragment.append(nodeOf(block, look));
  return fragment;
}

/** @typedef {{ kind: "pre" | "blockquote" | "ul" | "ol" | "p", lines: string[], start?: number }} Block */

/** @param {string} text @returns {Block[]} */
function blocks(text) {
  /** @type {Block[]} */
  const all = [];
  /** @param {Block["kind"]} kind @param {string} line @param {number} [start] */
  const add = (kind, line, start) => {
    const last = all.at(-1);
    if (last?.kind === kind && last !== ended) last.lines.push(line);
    else all.push({ kind, lines: [line], start });
  };
  /** @type {Block | undefined} the block after which an empty line came */
  let ended;
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    const closing = line.startsWith("```") ? lines.findIndex((other, at) => at > index && /^```\s*$/.test(other)) : -1;
    if (closing > 0) {
      all.push({ kind: "pre", lines: lines.slice(index + 1, closing) });
      ended = all.at(-1);
      index = closing;
      continue;
    }
    const item = /^\s{0,3}(?:([-*•])|(\d{1,4})[.)])\s+(\S.*)$/u.exec(line);
    if (!line.trim()) ended = all.at(-1);
    else if (item?.[1]) add("ul", item[3]);
    else if (item) add("ol", item[3], Number(item[2]));
    else if (/^> ?/.test(line)) add("blockquote", line.replace(/^> ?/, ""));
    else add("p", line);
  }
  return all;
}

/** @param {Block} block @param {Look} look */
function nodeOf({ kind, lines, start }, look) {
  const node = document.createElement(kind);
  // Each paragraph by its own first strong letter: an Arabic answer under an English question reads from its right.
  node.dir = "auto";
  if (kind === "pre") {
    node.dir = "ltr";
    node.append(made("code", lines.join("\n")));
  } else if (kind === "ul" || kind === "ol") {
    if (kind === "ol" && start !== undefined && start !== 1) node.setAttribute("start", String(start));
    for (const line of lines) {
      const item = document.createElement("li");
      item.dir = "auto";
      item.append(...inline(line, look));
      node.append(item);
    }
  } else {
    for (const [index, line] of lines.entries()) {
      if (index > 0) node.append(document.createElement("br"));
      node.append(...inline(line, look));
    }
  }
  return node;
}

/** @param {string} line @param {Look} look @param {number} [depth] @returns {(Node | string)[]} */
function inline(line, look, depth = 0) {
  if (depth >= DEEPEST) return [line];
  /** @type {(Node | string)[]} */
  const nodes = [];
  let at = 0;
  for (const match of line.matchAll(INLINE)) {
    const [whole] = match;
    const { code, bold, italic, named, address } = match.groups ?? {};
    const text = address ? trimmed(address) : whole;
    if (match.index > at) nodes.push(line.slice(at, match.index));
    at = match.index + text.length;
    if (code) nodes.push(made("code", code.slice(1, -1)));
    else if (bold) nodes.push(made("strong", ...inline(bold.slice(2, -2), look, depth + 1)));
    else if (italic) nodes.push(made("em", ...inline(italic.slice(1, -1), look, depth + 1)));
    else if (named) nodes.push(link(named.slice(named.lastIndexOf("](") + 2, -1), named.slice(1, named.lastIndexOf("](")), look));
    else nodes.push(link(text.includes(":") ? text : `mailto:${text}`, text, look));
  }
  if (at < line.length) nodes.push(line.slice(at));
  return nodes;
}

/** An address without the marks of the sentence around it. @param {string} address @returns {string} */
function trimmed(address) {
  const end = address.replace(/[.,;:!?'»”]+$/u, "");
  // A bracket at the end belongs to the address only when it was opened in it.
  return end.endsWith(")") && !end.includes("(") ? trimmed(end.slice(0, -1)) : end;
}

/** @param {string} address @param {string} text @param {Look} look */
function link(address, text, { leave, leaving }) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["http:", "https:", "mailto:", "tel:"].includes(url.protocol) || url.username || url.password) return text;
  const node = made("a", text);
  node.setAttribute("rel", "noopener noreferrer nofollow");
  if (!url.host) {
    node.setAttribute("href", url.href);
    return node;
  }
  node.setAttribute("href", leave ? leave + encodeURIComponent(url.href) : url.href);
  node.setAttribute("target", "_blank");
  node.className = "leaves";
  // What the link says may be another address than where it leads: the real one is always told.
  node.title = leaving ? leaving.replace("{host}", url.host) : url.host;
  if (!text.includes(url.host)) node.append(made("span", ` (${url.host})`));
  return node;
}

/** @param {string} name @param {(Node | string)[]} content */
function made(name, ...content) {
  const node = document.createElement(name);
  node.append(...content);
  return node;
}
