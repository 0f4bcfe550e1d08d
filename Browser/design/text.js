/**
 * Words for modules, from the catalogue of the page's language (`text/<language>/<domain>.json`).
 * A value is text with `{name}` placeholders, or one such text per CLDR plural category, chosen by `{count}`.
 *
 * @typedef {string | { zero?: string, one?: string, two?: string, few?: string, many?: string, other: string }} Entry
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text
 */

/** The page's language, as the server rendered it. */
export const language = globalThis.document?.documentElement.lang || "en";

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/** @type {Map<string, Promise<Text>>} */
const loaded = new Map();

/**
 * The words of one domain. Loaded once a page; a key nobody wrote is shown as itself, so that a gap is seen.
 * @param {string} domain such as "calls"
 * @param {string} [code] of another language than the page's
 * @returns {Promise<Text>}
 */
export function textOf(domain, code = language) {
  const path = `${code}/${domain}`;
  const known = loaded.get(path);
  if (known) return known;
  const made = load(path).then(textFrom);
  loaded.set(path, made);
  made.catch(() => loaded.delete(path));
  return made;
}

/**
 * @param {Record<string, Entry>} catalogue flat, dotted keys
 * @returns {Text}
 */
export function textFrom(catalogue) {
  return (key, values = {}) => fill(chosen(catalogue[key] ?? key, values), values);
}

/** @param {string} path language and domain @returns {Promise<Record<string, Entry>>} */
async function load(path) {
  const answer = await patiently(new URL(`../text/${path}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`no words in ${path}`);
  return answer.json();
}

/** Asks until there is an answer: the server may just be restarting. @param {URL} address */
async function patiently(address) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 30_000)) {
    try {
      return await fetch(address);
    } catch {
      await new Promise((resume) => setTimeout(resume, wait));
    }
  }
}

/** @param {Entry} entry @param {Record<string, string | number>} values */
function chosen(entry, values) {
  if (typeof entry === "string") return entry;
  return entry[plurals.select(Number(values.count))] ?? entry.other;
}

/** @param {string} text @param {Record<string, string | number>} values */
function fill(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}
