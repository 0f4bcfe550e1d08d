/** Every menu of devices and every choice of sound on the page, kept in step with each other and with what is plugged in. */
import { DeviceProblem } from "./devices.js";
import { setSpeaker } from "./tones.js";

/** @typedef {import("./deviceChoice.js").Kind} Kind */

const KINDS = /** @type {const} */ (["camera", "microphone", "speaker"]);

/** Event `turned` ({device}) when another device is used, `problem` ({kind, guidance}) when a device could not be turned to. */
export class DeviceMenus extends EventTarget {
  #root;
  #devices;
  #text;

  /**
   * @param {HTMLElement} root
   * @param {import("./devices.js").Devices} devices
   * @param {import("../design/text.js").Text} text
   */
  constructor(root, devices, text) {
    super();
    this.#root = root;
    this.#devices = devices;
    this.#text = text;
    devices.addEventListener("listed", () => this.refresh());
    devices.addEventListener("track", () => this.#markBlur());
    devices.addEventListener("speaker", () => this.applySpeaker());
    root.addEventListener("change", (event) => this.#changed(event.target));
    this.#markSound();
  }

  /** Fills the menus with what is plugged in now. */
  async refresh() {
    const all = await this.#devices.list();
    for (const kind of KINDS) for (const menu of this.#menus(kind)) this.#fill(menu, kind, all[kind]);
    this.#markBlur();
  }

  /** Lets the players of the page sound on the chosen speaker. */
  applySpeaker() {
    const speaker = this.#devices.choice.device("speaker") ?? "";
    for (const player of this.#root.querySelectorAll("audio, video")) {
      if (player instanceof HTMLMediaElement && !player.muted) setSpeaker(player, speaker);
    }
  }

  /**
   * @param {HTMLSelectElement} menu
   * @param {Kind} kind
   * @param {import("./devices.js").Device[]} found
   */
  #fill(menu, kind, found) {
    const isChoosable = found.length > 0 && (kind !== "speaker" || "setSinkId" in HTMLMediaElement.prototype);
    const first = new Option(this.#text(found.length > 0 || kind === "speaker" ? "device.standard" : "device.none"), "");
    const rest = isChoosable ? found.map((device, index) => new Option(this.#nameOf(kind, device, index), device.id)) : [];
    menu.replaceChildren(first, ...rest);
    menu.disabled = !isChoosable;
    const chosen = this.#devices.choice.device(kind) ?? "";
    menu.value = found.some((device) => device.id === chosen) ? chosen : "";
  }

  /**
   * @param {Kind} kind
   * @param {import("./devices.js").Device} device
   * @param {number} index
   */
  #nameOf(kind, device, index) {
    return device.label || this.#text("device.unnamed", { kind: this.#text(`device.${kind}`), count: index + 1 });
  }

  /** @param {EventTarget | null} target */
  async #changed(target) {
    if (target instanceof HTMLSelectElement) await this.#turned(target);
    else if (target instanceof HTMLInputElement && target.hasAttribute("data-blur")) await this.#blurChosen(target);
    else if (target instanceof HTMLInputElement) await this.#soundChosen(target);
  }

  /** @param {HTMLSelectElement} menu */
  async #turned(menu) {
    const kind = KINDS.find((known) => known === menu.dataset.device);
    if (!kind) return;
    const device = menu.selectedOptions[0]?.label ?? "";
    const isDone = await this.#attempt(kind, () => this.#devices.turnTo(kind, menu.value));
    await this.refresh();
    if (isDone) this.dispatchEvent(new CustomEvent("turned", { detail: { device } }));
  }

  /** @param {HTMLInputElement} box */
  async #soundChosen(box) {
    const option = box.dataset.sound;
    if (option !== "noiseSuppression" && option !== "echoCancellation" && option !== "autoGainControl") return;
    await this.#attempt("microphone", () => this.#devices.setSound(option, box.checked));
    this.#markSound();
  }

  /** @param {HTMLInputElement} box */
  async #blurChosen(box) {
    await this.#attempt("camera", () => this.#devices.setBlur(box.checked));
    this.#markBlur();
  }

  /**
   * @param {Kind} kind
   * @param {() => Promise<void>} action
   * @returns {Promise<boolean>} false when it could not be done
   */
  async #attempt(kind, action) {
    try {
      await action();
      return true;
    } catch (problem) {
      if (!(problem instanceof DeviceProblem)) throw problem;
      this.dispatchEvent(new CustomEvent("problem", { detail: { kind, guidance: problem.guidance } }));
      return false;
    }
  }

  #markSound() {
    for (const box of this.#root.querySelectorAll("input[data-sound]")) {
      if (!(box instanceof HTMLInputElement)) continue;
      box.checked = this.#devices.choice.sound(/** @type {import("./deviceChoice.js").SoundOption} */ (box.dataset.sound));
    }
  }

  #markBlur() {
    const { blurs } = this.#devices;
    for (const box of this.#root.querySelectorAll("input[data-blur]")) {
      if (!(box instanceof HTMLInputElement)) continue;
      box.checked = blurs === true;
      box.closest("label")?.toggleAttribute("hidden", blurs === undefined);
    }
  }

  /** @param {Kind} kind */
  #menus(kind) {
    return Array.from(this.#root.querySelectorAll(`select[data-device="${kind}"]`)).filter((menu) => menu instanceof HTMLSelectElement);
  }
}
