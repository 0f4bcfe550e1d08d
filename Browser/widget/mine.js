/**
 * What a visitor may do with their own conversation: see who read it, take a copy, have it sent, end it, be forgotten.
 *
 * @module
 */
import { element } from "../conversations/timeline.js";
import { language, textOf } from "../design/text.js";

/**
 * @param {{
 *   chat: import("./chat.js").Chat, own: import("./own.js").OwnEnquiry, place: import("./place.js").Place, key: string,
 *   part: (name: string) => HTMLElement, gone: (receipt?: string) => void, seen: (isOn: boolean) => void,
 * }} parts
 */
export async function openMine({ chat, own, place, part, key, gone, seen }) {
  const text = await textOf("visitor");
  const dialog = /** @type {HTMLDialogElement} */ (part("mine"));
  const box = part("own");
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const said = element("p");
  said.setAttribute("role", "status");

  /** @param {string} label @param {() => unknown} does @param {string} [style] */
  const button = (label, does, style = "") => {
    const made = element("button", style, label);
    made.setAttribute("type", "button");
    made.addEventListener("click", does);
    return made;
  };
  /** @param {string} title @param {...Node} content */
  const group = (title, ...content) => {
    const made = element("section", "field");
    made.append(element("h3", "small", title), ...content);
    return made;
  };
  /** @param {string} label @param {boolean} isOn @param {(isOn: boolean) => void} does */
  const check = (label, isOn, does) => {
    const made = element("label", "check");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = isOn;
    input.addEventListener("change", () => does(input.checked));
    made.append(input, element("span", "", label));
    return made;
  };

  const state = await own.state().catch(() => undefined);
  const readers = element("ul", "list");
  for (const reader of state?.readers ?? []) {
    const line = element("li");
    // Each with a direction of its own: a name in another script does not tear the time apart.
    line.append(element("bdi", "", reader.name), " · ", element("bdi", "", moment.format(reader.at)));
    readers.append(line);
  }
  const kept = state?.keptUntil ? [element("p", "small", text("keptUntil", { day: moment.format(state.keptUntil) }))] : [];

  /** @param {string} format @param {string} name */
  const download = async (format, name) => {
    const answer = await own.ask(`/copy?format=${format}`);
    if (!answer.ok) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const link = `${location.origin}/widget/${key}/return#${place.now.token}`;
  const address = document.createElement("input");
  Object.assign(address, {
    type: "email",
    name: "email",
    id: "mail-to",
    autocomplete: "email",
    maxLength: 320,
    required: !state?.hasEmail,
  });
  const mail = document.createElement("form");
  mail.className = "field";
  const label = document.createElement("label");
  label.htmlFor = "mail-to";
  label.textContent = text(state?.hasEmail ? "mailToKnown" : "mailTo");
  mail.append(label, address, element("button", "", text("mail")), element("p", "small", text("mailWhy")));
  mail.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await own.ask("/transcript", address.value ? { email: address.value } : {}).catch(() => undefined);
    said.textContent = text(answer?.ok ? "mailed" : "notMailed");
  });

  const withdrawing = element("div", "row");
  withdrawing.append(
    button(text("consentWithdraw"), async () => {
      const answer = await own.ask("/consent/withdraw", {}).catch(() => undefined);
      said.textContent = text(answer?.ok ? "consentWithdrawn" : "consentKept");
      if (answer?.ok) withdrawing.remove();
    }),
  );
  const consent = state?.consents ? [group(text("consent"), element("p", "small", text("consentWhy")), withdrawing)] : [];

  const ending = element("div", "row");
  if (chat.state === "open") {
    ending.append(
      button(text("end"), async () => {
        await chat.end();
        dialog.close();
      }),
    );
  }
  ending.append(
    button(
      text("forget"),
      () => {
        ending.replaceChildren(
          element("p", "", text("forgetSure")),
          button(text("forgetYes"), forget, "danger"),
          button(text("forgetNo"), () => dialog.close()),
        );
        ending.querySelector("button")?.focus();
      },
      "danger",
    ),
  );
  async function forget() {
    const answer = await own.ask("/forget", {}).catch(() => undefined);
    if (!answer?.ok) {
      said.textContent = text("notForgotten");
      return;
    }
    const receipt = await answer.json();
    dialog.close();
    gone(text("receipt", { number: receipt.receipt, day: moment.format(receipt.at), count: receipt.messages }));
  }

  const { isSeen } = await import("./here.js");
  box.replaceChildren(
    said,
    group(text("readers"), readers.childElementCount > 0 ? readers : element("p", "", text("noReaders"))),
    group(
      text("copy"),
      element("p", "small", text("copyWhy")),
      ...kept,
      rowOf(
        button(text("copyPage"), () => download("html", "conversation.html")),
        button(text("copyData"), () => download("json", "conversation.json")),
      ),
    ),
    mail,
    group(
      text("link"),
      element("p", "small", text("linkWhy")),
      button(text("copyLink"), async () => {
        try {
          await navigator.clipboard.writeText(link);
          said.textContent = text("copied");
        } catch {
          said.textContent = link;
        }
      }),
    ),
    check(text("sound"), place.now.sound === true, async (sound) => {
      place.change({ sound });
      // Whoever wants it hears at once what it is.
      if (sound) (await import("./sound.js")).chime();
    }),
    check(text("beSeen"), isSeen(), seen),
    ...consent,
    group(text("endTitle"), ending),
  );
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-action=back]")?.addEventListener("click", () => dialog.close(), { once: true });
}

/** @param {...Node} content */
function rowOf(...content) {
  const row = element("div", "row");
  row.append(...content);
  return row;
}
