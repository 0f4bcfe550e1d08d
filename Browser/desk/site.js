/**
 * The preview of a site's widget follows the colour as it is chosen; everything else once it is saved.
 *
 * @module
 */
const form = document.querySelector("[data-site=form]");
const preview = document.querySelector("[data-site=preview]");

form?.addEventListener("input", ({ target }) => {
  if (!(preview instanceof HTMLIFrameElement) || !(target instanceof HTMLInputElement) || target.name !== "accent") return;
  preview.contentDocument?.documentElement.style.setProperty("--accent", target.value);
});
