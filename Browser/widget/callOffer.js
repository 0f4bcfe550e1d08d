/**
 * A call that the team offers: the visitor takes it or goes on writing. Two buttons that look alike.
 *
 * @module
 */
import { element } from "../conversations/timeline.js";
import { textOf } from "../design/text.js";

/** An offer is meant for this long, in milliseconds; the server says the same. */
const PATIENCE = 5 * 60_000;

/**
 * @param {HTMLElement} row
 * @param {import("../conversations/history.js").Item} item
 * @param {import("../conversations/conversation.js").Conversation} conversation
 */
export async function offerCall(row, item, conversation) {
  const isAnswered = conversation.items.some(
    ({ kind, body }) => (kind === "call.accepted" || kind === "call.declined") && body?.offer === item.sequence,
  );
  if (isAnswered || Date.now() - item.at > PATIENCE || row.querySelector(".call-offer")) return;
  const text = await textOf("conversations");
  const box = element("span", "call-offer");
  const answer = (/** @type {string} */ label, /** @type {boolean} */ accepts) => {
    const button = element("button", "button", label);
    button.setAttribute("type", "button");
    button.addEventListener("click", async () => {
      // Opened at the click itself, or the browser would hold it back.
      const tab = accepts ? globalThis.open("about:blank") : null;
      try {
        const url = await conversation.answerCall(item.sequence ?? 0, accepts);
        if (tab && url) tab.location.href = url;
        box.remove();
      } catch (refusal) {
        tab?.close();
        box.replaceChildren(/** @type {any} */ (refusal).problem?.title ?? "");
      }
    });
    return button;
  };
  box.append(element("small", "", text("call.promise")), answer(text("call.accept"), true), answer(text("call.decline"), false));
  row.append(box);
}
