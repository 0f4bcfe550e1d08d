/** How people stand in the list: whoever is there first. */
const ORDER = ["online", "away", "busy"];

/**
 * The contacts whose name has every word that was typed, at the beginning of one of its own words; whoever can be reached first.
 *
 * @template {{ name: string, presence?: string }} Contact
 * @param {Contact[]} contacts
 * @param {string} typed
 * @returns {Contact[]}
 */
export function found(contacts, typed) {
  const words = wordsOf(typed);
  const place = (/** @type {Contact} */ one) => (one.presence ? ORDER.indexOf(one.presence) + 1 || ORDER.length + 1 : ORDER.length + 1);
  return contacts
    .filter(({ name }) => words.every((word) => wordsOf(name).some((own) => own.startsWith(word))))
    .toSorted((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
}

/** @param {string} text @returns {string[]} without case and accents */
function wordsOf(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter(Boolean);
}
