/**
 * Buttons that copy: `<button data-copy="id of what" hidden>`. Shown only where the browser can; without it the text can be selected.
 */

/** @param {HTMLElement} source an input, or a list with one line an item */
function wordsOf(source) {
  if (source instanceof HTMLInputElement) return source.value;
  return [...source.children].map((item) => item.textContent).join("\n");
}

/** @param {HTMLElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source) return;
  await navigator.clipboard.writeText(wordsOf(source));
  for (const words of button.querySelectorAll("[data-copy-words], [data-copy-done]")) {
    if (words instanceof HTMLElement) words.hidden = words.dataset.copyWords !== undefined;
  }
}

/** @param {ParentNode} root */
export function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

offerCopies(document);
