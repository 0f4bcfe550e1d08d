/**
 * What a meeting looks like: a tile for everybody, the list of people, and the words that change.
 *
 * @module
 */
import { language } from "../design/text.js";
import { buttons, copyOf, part, press, region, say, show } from "./hooks.js";
import { columnsFor } from "./meetingGrid.js";
import { layOut } from "./meetingLayout.js";
import { poorWords } from "./meetingNews.js";
import { PassingWords } from "./passingWords.js";
import { Reactions } from "./meetingReactions.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {import("./meetingMedia.js").Shown} Shown */
/** @typedef {import("../live/protocol.js").MeetingWaiting} Waiting */

/** Event `arranged` when somebody else is shown, or larger or smaller than before. */
export class MeetingView extends EventTarget {
  #root;
  #text;
  #grid;
  /** @type {Map<number, HTMLElement>} */
  #tiles = new Map();
  #reactions = new Reactions();
  /** @type {number | undefined} whom this person chose to see large */
  #pinned;
  #isSpeakerView = false;
  #hidesSelf = false;
  #own = 0;
  /** @type {number[]} who spoke, the latest first */
  #spoke = [];
  /** @type {import("./meetingLayout.js").Plan} */
  #plan = { small: [], page: 0, pages: 1 };
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
    return this.#plan;
  }

  /** @param {number} seat shown large from now on, or as small as the others again */
  togglePin(seat) {
    this.#pinned = this.#pinned === seat ? undefined : seat;
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
   * @param {Face[]} people
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
    this.#arrange();
    this.#list(people, own);
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
    keep(list, "screen-template", this.#root, screens, (tile, { name, screenSound, track, isPaused, isForeign }) => {
      say(part(tile, "tile", "name"), this.#text("tile.screenOf", { name }));
      part(tile, "tile", "sound").hidden = !screenSound;
      const player = tile.querySelector("video");
      if (player) show(player, [track]);
      Object.assign(tile.dataset, { paused: String(isPaused), foreign: String(isForeign) });
      this.#trouble(tile);
    });
    list.hidden = screens.length === 0;
    region(this.#root, "stage", HTMLElement).toggleAttribute("data-screens", screens.length > 0);
  }

  /** @param {number} seat @param {import("../live/protocol.js").MeetingReaction} reaction */
  showReaction(seat, reaction) {
    const tile = this.#tiles.get(seat);
    if (tile) this.#reactions.show(tile, reaction);
  }

  /** @param {number[]} seats who speaks @param {number[]} spoke who spoke, the latest first */
  showSpeakers(seats, spoke) {
    for (const [seat, tile] of this.#tiles) tile.toggleAttribute("data-speaks", seats.includes(seat));
    this.#spoke = spoke;
    this.#arrange();
  }

  /** @param {boolean} isShut whether who comes now waits at the door; hosts see it */
  showDoor(isShut) {
    const door = region(this.#root, "door", HTMLElement);
    door.hidden = this.#root.dataset.ownRole !== "host";
    const box = door.querySelector("input");
    if (box) box.checked = isShut;
  }

  /** @param {Waiting[]} waiting */
  showWaiting(waiting) {
    region(this.#root, "lobby", HTMLElement).hidden = waiting.length === 0;
    const count = region(this.#root, "waiting-count", HTMLElement);
    count.hidden = waiting.length === 0;
    say(count, new Intl.NumberFormat(language).format(waiting.length));
    const words = waiting.length === 0 ? "" : this.#text("people.waitingCount", { count: waiting.length });
    say(region(this.#root, "waiting-words", HTMLElement), words);
    const list = region(this.#root, "waiting", HTMLElement);
    keep(list, "waiting-template", this.#root, waiting, (row, one) => say(part(row, "row", "name"), one.name));
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
    say(part(tile, "tile", "facts"), this.#facts(face, face.seat === own));
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

  /** @param {Face} face what a picture cannot tell, in words @param {boolean} isOwn */
  #facts(face, isOwn) {
    const facts = [this.#text(`role.${face.role}`)];
    if (!face.microphone) facts.push(this.#text("tile.muted"));
    if (!face.camera) facts.push(this.#text("tile.cameraOff"));
    if (face.screen) facts.push(this.#text(face.screenSound ? "tile.sharesSound" : "tile.shares"));
    if (face.hand !== undefined) facts.push(this.#text("tile.hand", { place: face.hand }));
    if (face.isCaptioner) facts.push(this.#text("tile.captions"));
    const poor = poorWords(face, isOwn);
    if (face.isAway) facts.push(this.#text("tile.away"));
    else if (poor) facts.push(this.#text(poor));
    return facts.join(" · ");
  }

  /** @param {Face[]} people @param {number} own */
  #list(people, own) {
    const mayRule = this.#root.dataset.ownRole === "host";
    region(this.#root, "end", HTMLElement).hidden = !mayRule;
    keep(region(this.#root, "list", HTMLElement), "row-template", this.#root, people, (row, face) => {
      say(part(row, "row", "name"), face.seat === own ? this.#text("people.you", { name: face.name }) : face.name);
      say(part(row, "row", "facts"), this.#facts(face, face.seat === own));
      const isOwn = face.seat === own;
      part(row, "row", "actions").hidden = !mayRule;
      const role = part(row, "row", "role");
      role.hidden = isOwn;
      if (role instanceof HTMLSelectElement && role !== document.activeElement) role.value = face.role;
      for (const button of row.querySelectorAll("button")) {
        if (button.dataset.action === "captioner") button.setAttribute("aria-pressed", String(face.isCaptioner));
        if (button.dataset.action === "mute") button.hidden = !face.microphone;
        // Who listens only has nothing to switch on; who is away hears of nothing.
        if (button.dataset.action === "ask") button.hidden = face.microphone || face.role === "attendee" || face.isAway;
        // A host has one thing to ask of themself.
        if (isOwn) button.hidden = button.dataset.action !== "captioner";
        button.setAttribute("aria-label", this.#text(`people.${button.dataset.action}Whom`, { name: face.name }));
      }
    });
  }

  #arrange() {
    const { clientWidth: width, clientHeight: height } = this.#grid;
    if (width === 0) return;
    const before = JSON.stringify(this.#plan);
    this.#plan = layOut({
      seats: [...this.#tiles.keys()],
      own: this.#own,
      spoke: this.#spoke,
      ...(this.#pinned === undefined ? {} : { pinned: this.#pinned }),
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
      tile.querySelector("[data-action=pin]")?.setAttribute("aria-pressed", String(seat === this.#pinned));
    }
    this.#grid.toggleAttribute("data-large", large !== undefined);
    const columns = columnsFor(small.length, width, large === undefined ? height : height / 4);
    this.#grid.style.setProperty("--columns", String(columns));
    this.#showPages();
    press(this.#root, "speaker-view", this.#isSpeakerView);
    press(this.#root, "hide-self", this.#hidesSelf);
    if (JSON.stringify(this.#plan) !== before) this.dispatchEvent(new Event("arranged"));
  }

  #showPages() {
    const { page, pages } = this.#plan;
    region(this.#root, "pager", HTMLElement).hidden = pages === 1;
    say(region(this.#root, "page", HTMLElement), this.#text("page.of", { page: page + 1, pages }));
    for (const button of buttons(this.#root, "page-back")) button.disabled = page === 0;
    for (const button of buttons(this.#root, "page-on")) button.disabled = page === pages - 1;
  }
}

/**
 * Keeps a list's rows in step with what they show; a row that stays keeps its focus.
 *
 * @template {{ seat: number }} Item
 * @param {HTMLElement} list
 * @param {string} template
 * @param {HTMLElement} root
 * @param {Item[]} items
 * @param {(row: HTMLElement, item: Item) => void} fill
 */
function keep(list, template, root, items, fill) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  for (const row of list.children) if (row instanceof HTMLElement) rows.set(row.dataset.seat ?? "", row);
  for (const item of items) {
    const known = rows.get(String(item.seat));
    const row = known ?? copyOf(root, template);
    rows.delete(String(item.seat));
    row.dataset.seat = String(item.seat);
    fill(row, item);
    if (!known) list.append(row);
  }
  for (const row of rows.values()) row.remove();
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("");
}
