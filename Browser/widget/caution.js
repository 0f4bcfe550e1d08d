/**
 * Asks before a card number or the like leaves the page (C07, VOC-06). What is sent all the same is hidden by the server before it is kept.
 *
 * @module
 */
import { kindsIn } from "../conversations/guard.js";
import { element } from "../conversations/timeline.js";
import { textOf } from "../design/text.js";
import { tellsMatters } from "./matters.js";

/**
 * @param {string[]} drafts each by itself, as the server looks at them
 * @param {string} [name] what somebody calls themself: a number does not belong there either, and Christian is a name
 * @returns {Promise<boolean>} whether they may be sent
 */
export async function mayGo(drafts, name = "") {
  const isNumber = [...drafts, name].some((draft) => kindsIn(draft).length > 0);
  // A team that handles such matters has asked before.
  if (!isNumber && (document.querySelector("[name=consent]") || !drafts.some(tellsMatters))) return true;
  const text = await textOf("visitor");
  const dialog = document.createElement("dialog");
  dialog.className = "caution";
  dialog.setAttribute("aria-labelledby", "caution");
  const words = element("h2", "", text(isNumber ? "caution" : "matters"));
  words.id = "caution";
  const back = element("button", "main", text("cautionBack"));
  const go = element("button", "", text("cautionGo"));
  const row = element("div", "row");
  row.append(back, go);
  const box = element("div", "ask");
  box.append(words, element("p", "", text(isNumber ? "cautionWhy" : "mattersWhy")), row);
  dialog.append(box);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    back.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => dialog.close("go"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "go");
    });
  });
}
