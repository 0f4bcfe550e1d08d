/**
 * Files in a message: a picture is shown small, everything else is a name with a size.
 *
 * **A file is reached by a link that soon ends**, asked for when it is needed, and nothing in it runs (`docs/conversations.md`).
 *
 * @module
 */
import { language } from "../design/text.js";
import { element } from "./timeline.js";

/** @typedef {import("./upload.js").Attachment} Attachment */

/** Longest edge of a picture in a message, in CSS pixels. */
const EDGE = 240;
/** Units of sizes, each a thousand of the one before. */
const UNITS = ["byte", "kilobyte", "megabyte"];

let isStyled = false;

/** Loads the style of files, once for a page. */
export function styleFiles() {
  if (isStyled) return;
  isStyled = true;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("./files.css", import.meta.url).pathname;
  document.head.append(link);
}

/** As people say it: `340 kB`, `1.2 MB`. @param {number} bytes @param {string} [locale] */
export function sizeOf(bytes, locale = language) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(value);
}

export class ShownFiles {
  #live;
  #text;
  /** Kept, so that a message that is drawn again does not load its pictures again. @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /**
   * @param {import("../live/live.js").Live} live
   * @param {import("../design/text.js").Text} text of the domain `conversations`
   */
  constructor(live, text) {
    this.#live = live;
    this.#text = text;
    styleFiles();
  }

  /** @param {Attachment[]} files @param {boolean} isSent whether the server has the message */
  show(files, isSent) {
    const list = element("ul", "message-files");
    list.setAttribute("role", "list");
    for (const file of files) {
      const key = `${file.id} ${isSent}`;
      const row = this.#rows.get(key) ?? this.#row(file, isSent);
      this.#rows.set(key, row);
      list.append(row);
    }
    return list;
  }

  /** @param {Attachment} file @param {boolean} isSent */
  #row(file, isSent) {
    const row = element("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "message-file";
    const size = sizeOf(file.bytes);
    const isPicture = Boolean(file.width && file.height);
    const words = element("span", "file-words");
    const name = element("bdi", "file-name", file.name);
    words.append(name, element("span", "file-state", size));
    if (isPicture && isSent) button.append(this.#picture(file, button));
    button.append(words);
    button.setAttribute("aria-label", this.#text(isPicture ? "file.open" : "file.download", { name: file.name, size }));
    button.classList.toggle("is-picture", isPicture && isSent);
    button.addEventListener("click", () => this.#open(file, row, isPicture));
    row.append(button);
    return row;
  }

  /** @param {Attachment} file @param {HTMLElement} button */
  #picture(file, button) {
    const { width = EDGE, height = EDGE } = file;
    const scale = Math.min(1, EDGE / Math.max(width, height));
    const picture = document.createElement("img");
    picture.width = Math.max(1, Math.round(width * scale));
    picture.height = Math.max(1, Math.round(height * scale));
    picture.alt = "";
    picture.addEventListener("error", () => {
      picture.remove();
      button.classList.remove("is-picture");
    });
    this.#fill(picture, file);
    return picture;
  }

  /** @param {HTMLImageElement} picture @param {Attachment} file */
  async #fill(picture, file) {
    try {
      picture.src = await this.#link(file);
    } catch {
      picture.dispatchEvent(new Event("error"));
    }
  }

  /** @param {Attachment} file @returns {Promise<string>} */
  async #link(file) {
    const { url } = await this.#live.command("attachment.open", { attachment: file.id }, { lifetime: 15_000 });
    return url;
  }

  /** @param {Attachment} file @param {HTMLElement} row @param {boolean} isPicture */
  async #open(file, row, isPicture) {
    row.querySelector(".message-problem")?.remove();
    try {
      const way = document.createElement("a");
      way.href = await this.#link(file);
      if (isPicture) {
        way.target = "_blank";
        way.rel = "noopener";
      } else way.download = file.name;
      way.click();
    } catch (refusal) {
      const problem = /** @type {any} */ (refusal).problem;
      const words = element("p", "message-problem small", problem?.title ?? this.#text("file.gone"));
      words.setAttribute("role", "alert");
      row.append(words);
    }
  }
}
