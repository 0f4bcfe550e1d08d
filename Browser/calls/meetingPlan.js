/**
 * The form of a plan: a fresh one begins with the browser's own time zone and its next full hour.
 *
 * @module
 */
import { nextHour } from "./planHour.js";

const form = document.querySelector("form[data-plan=form]");
const zone = form?.querySelector("select[name=zone]");
const [on, at] = ["on", "at"].map((name) => form?.querySelector(`input[name=${name}]`));

if (form instanceof HTMLFormElement && form.dataset.fresh !== undefined && zone instanceof HTMLSelectElement) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // A browser may call it by another of its names than the list does.
  if (own && ![...zone.options].some((option) => option.value === own)) zone.add(new Option(own));
  if (own) zone.value = own;
  const next = nextHour(new Date());
  if (on instanceof HTMLInputElement) on.value = next.on;
  if (at instanceof HTMLInputElement) at.value = next.at;
}
