/**
 * What a meeting looks like: a tile for everybody who may be seen, and the words that change.
 *
 * @module
 */
import { buttons, copyOf, keepRows, part, press, region, say, show } from "./hooks.js";
import { columnsFor } from "./meetingGrid.js";
import { layOut } from "./meetingLayout.js";
import { factsOf, poorWords } from "./meetingNews.js";
import { PassingWords } from "./passingWords.js";
import { Reactions } from "./meetingReactions.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {import("./meetingMedia.js").Shown} Shown */

/** Event `arranged` when somebody else is shown, or larger or smaller than before. */
export class MeetingView extends EventTarget {
  #root;
  #text;
  #grid;
  /** @type {Map<number, HTMLElement>} */
  #tiles = new Map();
  #reactions = new Reactions();
  /** @type {{ seat: number, track: "camera" | "screen" } | undefined} whom, or whose screen, this person chose to see large */
  #pinned;
  /** @type {number[]} who shares a screen */
  #screens = [];
  #isSpeakerView = false;
  #hidesSelf = false;
  #own = 0;
  /** @type {number[]} who spoke, the latest first */
  #spoke = [];
  /** @type {import("./meetingLayout.js").Plan} */
  #plan = { small: [], page: 0, pages: 1 };
  /** What was arranged last. @type {object} */
  #told = {};
  #passing = new PassingWords((words) => this.#hint(words));

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   */
  constructor(root, text) {
    super();
    this.#root = root;
    this.#text = text;
    this.#grid = region(root, "grid", HTMLElement);
    new ResizeObserver(() => this.#arrange()).observe(this.#grid);
  }

  /** @param {"check" | "waiting" | "talking" | "ended"} state */
  become(state) {
    this.#root.dataset.state = state;
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  stand(key, values) {
    say(region(this.#root, "status", HTMLElement), this.#text(key, values));
  }

  /**
   * Says something that happened, for a while.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  remark(key, values) {
    this.say(this.#text(key, values));
  }

  /** @param {string} words */
  say(words) {
    this.#passing.say(words);
  }

  /** @param {string | undefined} words */
  #hint(words) {
    const hint = region(this.#root, "hint", HTMLElement);
    hint.hidden = words === undefined;
    if (words !== undefined) say(hint, words);
  }

  /** Who is shown, and who of them large. */
  get shown() {
    const screen = this.#chosen("screen");
    const areScreensSmall = this.#screens.length > 0 && this.#chosen("camera") !== undefined;
    return { ...this.#plan, ...(screen === undefined ? {} : { screen }), areScreensSmall };
  }

  /** @param {"camera" | "screen"} track @returns whose of these was chosen, while they show it */
  #chosen(track) {
    const seat = this.#pinned?.track === track ? this.#pinned.seat : undefined;
    const isThere = track === "screen" ? this.#screens.includes(seat ?? 0) : this.#tiles.has(seat ?? 0);
    return isThere ? seat : undefined;
  }

  /** @param {number} seat @param {"camera" | "screen"} track shown large from now on, or as small as the others again */
  togglePin(seat, track) {
    const isChosen = this.#pinned?.seat === seat && this.#pinned.track === track;
    this.#pinned = isChosen ? undefined : { seat, track };
    // Where it is narrow, whoever is large has the first page to themself.
    this.#plan.page = 0;
    this.#arrange();
  }

  /** Shows who speaks large, or all alike. */
  toggleSpeakerView() {
    this.#isSpeakerView = !this.#isSpeakerView;
    this.#arrange();
  }

  toggleSelf() {
    this.#hidesSelf = !this.#hidesSelf;
    this.#arrange();
  }

  /** @param {number} step pages on, or back */
  turn(step) {
    this.#plan.page += step;
    this.#arrange();
  }

  /** How wide the small tiles are, in points of the screen. */
  get tileWidth() {
    const [first] = this.#plan.small;
    return (first === undefined ? 0 : (this.#tiles.get(first)?.clientWidth ?? 0)) * devicePixelRatio;
  }

  /**
   * @param {Face[]} people who may be seen; of a webinar those who have the word
   * @param {number} own the seat of this page
   */
  showPeople(people, own) {
    const gone = new Set(this.#tiles.keys());
    for (const face of people) {
      gone.delete(face.seat);
      this.#tile(face, own);
    }
    for (const seat of gone) {
      this.#tiles.get(seat)?.remove();
      this.#tiles.delete(seat);
    }
    this.#own = own;
    region(this.#root, "empty", HTMLElement).hidden = people.length > 0;
    this.#arrange();
  }

  /**
   * @param {number} seat
   * @param {Shown} shown
   */
  showPicture(seat, { track, isPaused, isForeign }) {
    const tile = this.#tiles.get(seat);
    const player = tile?.querySelector("video");
    if (!tile || !player) return;
    show(player, [track]);
    Object.assign(tile.dataset, { paused: String(isPaused), foreign: String(isForeign) });
    this.#trouble(tile);
  }

  /** @param {(Face & Shown)[]} screens what others share */
  showScreens(screens) {
    const list = region(this.#root, "screens", HTMLElement);
    keepRows(list, "screen-template", this.#root, screens, (tile, { name, screenSound, track, isPaused, isForeign }) => {
      say(part(tile, "tile", "name"), this.#text("tile.screenOf", { name }));
      part(tile, "tile", "sound").hidden = !screenSound;
      const player = tile.querySelector("video");
      if (player) show(player, [track]);
      Object.assign(tile.dataset, { paused: String(isPaused), foreign: String(isForeign) });
      tile.querySelector("[data-action=pin]")?.setAttribute("aria-label", this.#text("tile.pinScreen", { name }));
      this.#trouble(tile);
    });
    list.hidden = screens.length === 0;
    region(this.#root, "stage", HTMLElement).toggleAttribute("data-screens", screens.length > 0);
    const seats = screens.map(({ seat }) => seat);
    if (seats.join() === this.#screens.join()) return;
    this.#screens = seats;
    this.#arrange();
  }

  /** @param {number} seat @param {import("../live/protocol.js").MeetingReaction} reaction */
  showReaction(seat, reaction) {
    const tile = this.#tiles.get(seat);
    if (tile) this.#reactions.show(tile, reaction);
  }

  /** @param {Partial<Record<import("../live/protocol.js").MeetingReaction, number>>} reactions of those who are not seen, counted */
  showApplause(reactions) {
    const place = region(this.#root, "applause", HTMLElement);
    const begins = place.hidden;
    const words = this.#reactions.showAll(place, reactions, (sign, count) =>
      this.#text("say.applause", { reaction: this.#text(`reaction.${sign}`), count }),
    );
    // Said once: while it goes on, other words have the turn.
    if (begins) this.say(words);
  }

  /** @param {number[]} seats who speaks @param {number[]} spoke who spoke, the latest first */
  showSpeakers(seats, spoke) {
    for (const [seat, tile] of this.#tiles) tile.toggleAttribute("data-speaks", seats.includes(seat));
    this.#spoke = spoke;
    this.#arrange();
  }

  /** @param {Face} face @param {number} own */
  #tile(face, own) {
    let tile = this.#tiles.get(face.seat);
    if (!tile) {
      tile = copyOf(this.#root, "tile-template");
      tile.dataset.seat = String(face.seat);
      const picture = part(tile, "tile", "face");
      picture.dataset.hue = String(face.hue);
      say(picture, initialsOf(face.name));
      this.#tiles.set(face.seat, tile);
      this.#grid.append(tile);
    }
    tile.toggleAttribute("data-own", face.seat === own);
    tile.dataset.camera = face.camera ? "on" : "off";
    tile.dataset.away = String(face.isAway);
    tile.dataset.poor = poorWords(face, face.seat === own) ?? "";
    say(part(tile, "tile", "name"), face.seat === own ? this.#text("people.you", { name: face.name }) : face.name);
    part(tile, "tile", "muted").hidden = face.microphone;
    part(tile, "tile", "hand").hidden = face.hand === undefined;
    say(part(tile, "tile", "hand-place"), face.hand === undefined ? "" : String(face.hand));
    say(part(tile, "tile", "facts"), factsOf(face, face.seat === own, this.#text));
    tile.querySelector("[data-action=pin]")?.setAttribute("aria-label", this.#text("tile.pin", { name: face.name }));
    this.#trouble(tile);
  }

  /** @param {HTMLElement} tile */
  #trouble(tile) {
    const words = /** @type {const} */ (["away", "paused", "foreign"]).find((one) => tile.dataset[one] === "true");
    const key = words ? `tile.${words}` : tile.dataset.poor;
    const line = part(tile, "tile", "trouble");
    line.hidden = !key;
    say(line, key ? this.#text(key) : "");
  }

  #arrange() {
    this.#arrangeScreens();
    const { clientWidth: width, clientHeight: height } = this.#grid;
    if (width === 0) return;
    const before = JSON.stringify(this.#told);
    const pinned = this.#chosen("camera");
    this.#plan = layOut({
      seats: [...this.#tiles.keys()],
      own: this.#own,
      spoke: this.#spoke,
      ...(pinned === undefined ? {} : { pinned }),
      isSpeakerView: this.#isSpeakerView,
      hidesSelf: this.#hidesSelf,
      page: this.#plan.page,
      width,
      height,
    });
    const { large, small } = this.#plan;
    for (const [seat, tile] of this.#tiles) {
      tile.hidden = seat !== large && !small.includes(seat);
      tile.toggleAttribute("data-large", seat === large);
      tile.querySelector("[data-action=pin]")?.setAttribute("aria-pressed", String(seat === pinned));
    }
    this.#grid.toggleAttribute("data-large", large !== undefined);
    const columns = columnsFor(small.length, width, large === undefined ? height : height / 4);
    this.#grid.style.setProperty("--columns", String(columns));
    this.#showPages();
    press(this.#root, "speaker-view", this.#isSpeakerView);
    press(this.#root, "hide-self", this.#hidesSelf);
    this.#told = this.shown;
    if (JSON.stringify(this.#told) !== before) this.dispatchEvent(new Event("arranged"));
  }

  /** Screens stand beside each other, or one of them large; beside somebody who was chosen they are small. */
  #arrangeScreens() {
    const list = region(this.#root, "screens", HTMLElement);
    const large = this.#screens.length > 1 ? this.#chosen("screen") : undefined;
    const areSmall = this.#screens.length > 0 && this.#chosen("camera") !== undefined;
    region(this.#root, "stage", HTMLElement).toggleAttribute("data-people-first", areSmall);
    list.toggleAttribute("data-large", large !== undefined);
    list.toggleAttribute("data-several", this.#screens.length > 1);
    for (const tile of list.children) {
      const isLarge = tile instanceof HTMLElement && tile.dataset.seat === String(large);
      tile.toggleAttribute("data-large", isLarge);
      tile.querySelector("[data-action=pin]")?.setAttribute("aria-pressed", String(isLarge));
    }
    const count = this.#screens.length - (large === undefined ? 0 : 1);
    const columns = large === undefined ? columnsFor(count, list.clientWidth, list.clientHeight) : count;
    list.style.setProperty("--columns", String(Math.max(1, columns)));
  }

  #showPages() {
    const { page, pages } = this.#plan;
    region(this.#root, "pager", HTMLElement).hidden = pages === 1;
    say(region(this.#root, "page", HTMLElement), this.#text("page.of", { page: page + 1, pages }));
    for (const button of buttons(this.#root, "page-back")) button.disabled = page === 0;
    for (const button of buttons(this.#root, "page-on")) button.disabled = page === pages - 1;
  }
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("");
}
