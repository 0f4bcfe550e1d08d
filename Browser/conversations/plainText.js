/**
 * What somebody wrote without its marks, where there is one line for it.
 *
 * @module
 */
import { INLINE } from "./text.js";

/**
 * @param {string} text as it was typed
 * @returns {string} in one line
 */
export function plainText(text) {
  const words = text.replaceAll(/^(?:```.*|> ?|[-*] (?=\S))/gmu, "").replace(INLINE, (mark, ...rest) => {
    const found = /** @type {Record<string, string | undefined>} */ (rest.at(-1));
    if (found.bold) return plainText(mark.slice(2, -2));
    if (found.italic) return plainText(mark.slice(1, -1));
    if (found.code) return mark.slice(1, -1);
    return found.named ? mark.slice(1, mark.indexOf("](")) : mark;
  });
  return words.replaceAll(/\s+/gu, " ").trim();
}
