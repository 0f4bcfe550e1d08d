/**
 * The preview of a site's widget follows name, colour and words as they are typed. What is saved is what visitors get.
 *
 * @module
 */
const form = document.querySelector("[data-site=form]");
const preview = document.querySelector("[data-site=preview]");

/** Words as visitors of the preview's language get them: their own, else English, else those of Sotto. @param {string} name */
function words(name) {
  const language = shown()?.documentElement.lang ?? "en";
  for (const code of [language, "en"]) {
    const field = form instanceof HTMLFormElement ? form.elements.namedItem(`${name}-${code}`) : undefined;
    if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.value.trim()) return field.value.trim();
  }
  return "";
}

function shown() {
  return preview instanceof HTMLIFrameElement ? preview.contentDocument : undefined;
}

/** @param {string} part @param {string} said */
function say(part, said) {
  const place = /** @type {HTMLElement | null | undefined} */ (shown()?.querySelector(`[data-word="${part}"]`));
  if (!place) return;
  place.textContent = said || place.dataset.usual || "";
  place.hidden = !place.textContent;
}

/** @param {string} name */
function follow(name) {
  const field = form instanceof HTMLFormElement ? form.elements.namedItem(name) : undefined;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  if (name === "accent") shown()?.documentElement.style.setProperty("--accent", field.value);
  else if (name === "name" || name === "controller") say(name, field.value.trim());
  else if (/^(greeting|notice)-/.test(name)) say(name.split("-")[0], words(name.split("-")[0]));
}

form?.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) follow(target.name);
});
