/**
 * After a conversation: how it was, and a new one.
 *
 * @module
 */
import { element } from "../conversations/timeline.js";
import { textOf } from "../design/text.js";
import { mayGo } from "./caution.js";

/**
 * @param {HTMLElement} box
 * @param {import("./own.js").OwnEnquiry} own
 * @param {import("../conversations/kept.js").Kept} kept
 * @param {() => void} again
 */
export async function showEnd(box, own, kept, again) {
  if (box.dataset.isShown) return;
  box.dataset.isShown = "true";
  const text = await textOf("visitor");
  const state = await own.state().catch(() => undefined);
  const form = document.createElement("form");
  form.className = "ask";
  const stars = element("fieldset", "stars");
  stars.append(element("legend", "", text("rate")));
  for (const score of [1, 2, 3, 4, 5]) {
    const label = element("label", "", String(score));
    const choice = document.createElement("input");
    Object.assign(choice, { type: "radio", name: "score", value: String(score), required: true });
    choice.setAttribute("aria-label", text(`score.${score}`));
    label.prepend(choice);
    stars.append(label);
  }
  const comment = document.createElement("textarea");
  Object.assign(comment, { name: "comment", id: "comment", rows: 2, maxLength: 2000, dir: "auto" });
  comment.value = kept.answers.comment ?? "";
  comment.addEventListener("input", () => {
    kept.answers = { comment: comment.value };
  });
  const label = document.createElement("label");
  label.htmlFor = "comment";
  label.textContent = text("comment");
  const field = element("div", "field");
  field.append(label, comment);
  // Where no word of the conversation is kept, none about it is either.
  field.hidden = state?.isErased === true;
  const send = element("button", "main", text("sendRating"));
  const fresh = element("button", "", text("newOne"));
  fresh.setAttribute("type", "button");
  fresh.addEventListener("click", () => {
    delete box.dataset.isShown;
    kept.answers = {};
    again();
  });
  const row = element("div", "row");
  row.append(send, fresh);
  const told = element("p", "");
  told.setAttribute("role", "alert");
  form.append(element("p", "", text("ended")), stars, field, told, row);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await mayGo([comment.value]))) return;
    const fields = new FormData(form);
    send.setAttribute("disabled", "");
    const answer = await own
      .ask("/rating", { score: Number(fields.get("score")), comment: String(fields.get("comment")) })
      .catch(() => undefined);
    if (answer?.ok) {
      kept.answers = {};
      const thanks = element("p", "", text("thanks"));
      thanks.setAttribute("role", "status");
      stars.replaceWith(thanks);
      field.remove();
      send.remove();
    } else {
      send.removeAttribute("disabled");
      // Such as a card number in the words, where the team takes none.
      told.textContent = (await answer?.json().catch(() => {}))?.title ?? "";
    }
  });
  box.replaceChildren(form);
}
