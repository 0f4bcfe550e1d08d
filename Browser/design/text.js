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

/** Letters that are written from right to left, and those of every other script. */
const [FROM_RIGHT, FROM_LEFT] = [/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u, /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])\p{L}/u];

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
  const made = load(path).then((catalogue) => textFrom(catalogue, code));
  loaded.set(path, made);
  made.catch(() => loaded.delete(path));
  return made;
}

/**
 * @param {Record<string, Entry>} catalogue flat, dotted keys
 * @param {string} [code] of the language it is in
 * @returns {Text}
 */
export function textFrom(catalogue, code = language) {
  const foreign = code === "ar" ? FROM_LEFT : FROM_RIGHT;
  return (key, values = {}) => fill(chosen(catalogue[key] ?? key, values), values, foreign);
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

/** @param {string} text @param {Record<string, string | number>} values @param {RegExp} foreign */
function fill(text, values, foreign) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (typeof value === "number") return numbers.format(value);
    // What goes the other way keeps its order to itself, as in a `bdi`: UAX #9, FSI and PDI.
    return foreign.test(value) ? `\u2068${value}\u2069` : value;
  });
}
