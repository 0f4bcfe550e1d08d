/**
 * A small window that stays on top of other programs (picture-in-picture): what is shared, or whoever is shown large, or whoever speaks.
 *
 * @module
 */
import { buttons, press, show } from "./hooks.js";

/** Milliseconds to wait for the first picture, within which browsers remember that somebody pressed a button. */
const PATIENCE = 3_000;

/**
 * Whose picture is followed.
 *
 * @param {{ seat: number, camera: boolean, screen: boolean }[]} others in the order in which they came
 * @param {{ large?: number, screen?: number }} shown whom this person sees large, and whose screen they chose of several
 * @param {number[]} spoke who spoke, the latest first
 * @returns {{ seat: number, track: "camera" | "screen" } | undefined} nothing while nobody shows anything
 */
export function followed(others, { large, screen: chosen }, spoke) {
  const screen = others.find((one) => one.screen && one.seat === chosen) ?? others.find((one) => one.screen);
  if (screen) return { seat: screen.seat, track: "screen" };
  const seen = others.filter((one) => one.camera).map((one) => one.seat);
  const seat = [large, ...spoke, ...seen].find((one) => one !== undefined && seen.includes(one));
  return seat === undefined ? undefined : { seat, track: "camera" };
}

/** @typedef {NonNullable<ReturnType<typeof followed>>} Followed */

/** Event `turned` when it opens or closes. */
export class SmallWindow extends EventTarget {
  #root;
  #player;
  #whom;
  #pictureOf;

  /**
   * @param {HTMLElement} root whose buttons `picture-in-picture` are hidden where the browser has no such window
   * @param {HTMLVideoElement} player
   * @param {() => Followed | undefined} whom it shows
   * @param {(whom: Followed) => MediaStreamTrack | null} pictureOf them; null while it has not come
   */
  constructor(root, player, whom, pictureOf) {
    super();
    this.#root = root;
    this.#player = player;
    this.#whom = whom;
    this.#pictureOf = pictureOf;
    for (const button of buttons(root, "picture-in-picture")) button.hidden = !SmallWindow.isPossible;
    for (const row of root.querySelectorAll("[data-picture-in-picture]")) row.toggleAttribute("hidden", !SmallWindow.isPossible);
    for (const turn of ["enterpictureinpicture", "leavepictureinpicture"]) player.addEventListener(turn, () => this.#turned());
  }

  /** False in Firefox, which has such a window of its own for each picture, and none that a page can open. */
  static get isPossible() {
    return document.pictureInPictureEnabled === true;
  }

  get isOn() {
    return document.pictureInPictureElement === this.#player;
  }

  /** Whom it shows; undefined while it is closed. */
  get followed() {
    return this.isOn ? this.#whom() : undefined;
  }

  /** Somebody else is shown, or their picture has come. */
  follow() {
    if (!this.isOn) return;
    const [whom, track] = [this.#whom(), this.#picture];
    // Until somebody else's picture is there, the one before stays.
    if (track || !whom) show(this.#player, [track]);
  }

  get #picture() {
    const whom = this.#whom();
    return whom ? this.#pictureOf(whom) : null;
  }

  /** @returns {Promise<boolean>} false when it could not be opened: there is no picture */
  async toggle() {
    if (this.isOn) {
      await document.exitPictureInPicture();
      return true;
    }
    const track = this.#picture;
    if (!SmallWindow.isPossible || !track) return false;
    show(this.#player, [track]);
    try {
      await metadataOf(this.#player);
      await this.#player.requestPictureInPicture();
      return true;
    } catch {
      show(this.#player, []);
      return false;
    }
  }

  close() {
    if (this.isOn) document.exitPictureInPicture().catch(() => {});
    show(this.#player, []);
  }

  #turned() {
    press(this.#root, "picture-in-picture", this.isOn);
    // Nothing is decoded for a window that is closed.
    if (!this.isOn) show(this.#player, []);
    this.dispatchEvent(new Event("turned"));
  }
}

/** @param {HTMLVideoElement} player */
function metadataOf(player) {
  if (player.readyState >= HTMLMediaElement.HAVE_METADATA) return Promise.resolve();
  return new Promise((resolve, reject) => {
    player.addEventListener("loadedmetadata", () => resolve(undefined), { once: true });
    setTimeout(reject, PATIENCE, new Error("no picture came"));
  });
}
