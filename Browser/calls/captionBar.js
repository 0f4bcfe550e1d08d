/** Captions on the page: the words below the picture, their switch, and the line in which whoever was asked to writes them. */
import { buttons, onAction, press, region, say } from "./hooks.js";
import { MeetingCaptions } from "./meetingCaptions.js";

/** Milliseconds between two sendings of words that are still being written. */
const PACE = 400;

export class CaptionBar {
  #root;
  #commands;
  #captions = new MeetingCaptions();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #writing;

  /**
   * @param {HTMLElement} root
   * @param {import("./meetingCommands.js").MeetingCommands} commands
   */
  constructor(root, commands) {
    this.#root = root;
    this.#commands = commands;
    this.#captions.addEventListener("lines", () => this.#show());
    onAction(root, { captions: () => this.#captions.toggle() });
    this.#form.addEventListener("input", () => {
      this.#writing ??= setTimeout(() => this.#send(false), PACE);
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(true);
      this.#form.reset();
    });
  }

  /** @param {{ seat: number, text: string, isFinal: boolean }} caption */
  hear(caption) {
    this.#captions.hear(caption);
  }

  /**
   * Offers what there is: captions while somebody writes them, and the line to whoever was asked to.
   *
   * @param {{ hasCaptions: boolean, own?: import("../live/protocol.js").MeetingFace }} people
   */
  follow({ hasCaptions, own }) {
    for (const button of buttons(this.#root, "captions")) button.hidden = !hasCaptions && !this.#captions.isOn;
    this.#form.hidden = !own?.isCaptioner;
  }

  close() {
    clearTimeout(this.#writing);
    this.#captions.close();
  }

  get #form() {
    return region(this.#root, "caption-form", HTMLFormElement);
  }

  /** @param {boolean} isFinal */
  #send(isFinal) {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const field = /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("caption"));
    const text = field.value.trim();
    if (text !== "") this.#commands.ask("meeting.caption", { text, isFinal });
  }

  #show() {
    press(this.#root, "captions", this.#captions.isOn);
    const bar = region(this.#root, "captions", HTMLElement);
    const { lines } = this.#captions;
    bar.hidden = lines.length === 0;
    bar.querySelectorAll("p").forEach((line, place) => {
      say(line, lines[place] ?? "");
      line.hidden = lines[place] === undefined;
    });
  }
}
