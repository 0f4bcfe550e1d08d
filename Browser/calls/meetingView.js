/**
 * What a meeting looks like: a tile for everybody, the list of people, and the words that change.
 *
 * @module
 */
import { language } from "../design/text.js";
import { region, say, show } from "./hooks.js";
import { columnsFor } from "./meetingGrid.js";
import { Reactions } from "./meetingReactions.js";

/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {import("../live/protocol.js").MeetingWaiting} Waiting */

/** Milliseconds for which a remark stays. */
const REMARK_STAYS = 6_000;

export class MeetingView {
  #root;
  #text;
  #grid;
  /** @type {Map<number, HTMLElement>} */
  #tiles = new Map();
  #reactions = new Reactions();
  /** @type {number | undefined} the seat that is shown large */
  #pinned;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #remark;

  /**
   * @param {HTMLElement} root
   * @param {import("../design/text.js").Text} text
   */
  constructor(root, text) {
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
    const hint = region(this.#root, "hint", HTMLElement);
    hint.hidden = false;
    say(hint, words);
    clearTimeout(this.#remark);
    this.#remark = setTimeout(() => {
      hint.hidden = true;
    }, REMARK_STAYS);
  }

  /** Whom this person chose to see large, while they are there. */
  get pinned() {
    return this.#pinned;
  }

  /** @param {number} seat shown large from now on, or as small as the others again */
  togglePin(seat) {
    this.#pinned = this.#pinned === seat ? undefined : seat;
    this.#showPin();
    this.#arrange();
  }

  #showPin() {
    if (this.#pinned !== undefined && !this.#tiles.has(this.#pinned)) this.#pinned = undefined;
    this.#grid.toggleAttribute("data-pinned", this.#pinned !== undefined);
    for (const [seat, tile] of this.#tiles) {
      tile.toggleAttribute("data-pinned", seat === this.#pinned);
      tile.querySelector("[data-action=pin]")?.setAttribute("aria-pressed", String(seat === this.#pinned));
    }
  }

  /** How wide the tiles are, in points of the screen. */
  get tileWidth() {
    const first = [...this.#tiles].find(([seat]) => seat !== this.#pinned);
    return (first?.[1].clientWidth ?? 0) * devicePixelRatio;
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
    this.#showPin();
    this.#arrange();
    this.#list(people, own);
  }

  /**
   * @param {number} seat
   * @param {MediaStreamTrack | null} track
   * @param {boolean} isPaused
   */
  showPicture(seat, track, isPaused) {
    const tile = this.#tiles.get(seat);
    const player = tile?.querySelector("video");
    if (!tile || !player) return;
    show(player, [track]);
    tile.dataset.paused = String(isPaused);
    this.#trouble(tile);
  }

  /** @param {(Face & { track: MediaStreamTrack | null, isPaused: boolean })[]} screens what others share */
  showScreens(screens) {
    const list = region(this.#root, "screens", HTMLElement);
    keep(list, "screen-template", this.#root, screens, (tile, { name, track, isPaused }) => {
      say(part(tile, "tile", "name"), this.#text("tile.screenOf", { name }));
      const player = tile.querySelector("video");
      if (player) show(player, [track]);
      tile.dataset.paused = String(isPaused);
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

  /** @param {number[]} seats */
  showSpeakers(seats) {
    for (const [seat, tile] of this.#tiles) tile.toggleAttribute("data-speaks", seats.includes(seat));
  }

  /** @param {[string, MediaStreamTrack][]} sounds by the slot's line */
  playSounds(sounds) {
    const box = region(this.#root, "sounds", HTMLElement);
    for (const [mid, track] of sounds) {
      let player = box.querySelector(`audio[data-line="${CSS.escape(mid)}"]`);
      if (!(player instanceof HTMLAudioElement)) {
        player = Object.assign(document.createElement("audio"), { autoplay: true });
        /** @type {HTMLAudioElement} */ (player).dataset.line = mid;
        box.append(player);
      }
      const audio = /** @type {HTMLAudioElement} */ (player);
      show(audio, [track]);
      audio.play().catch(() => {
        region(this.#root, "play", HTMLElement).hidden = false;
      });
    }
  }

  /** After a press, which is what some browsers want before they let a page sound. */
  listen() {
    region(this.#root, "play", HTMLElement).hidden = true;
    for (const audio of this.#root.querySelectorAll("audio")) audio.play().catch(() => {});
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
    say(part(tile, "tile", "name"), face.seat === own ? this.#text("people.you", { name: face.name }) : face.name);
    part(tile, "tile", "muted").hidden = face.microphone;
    part(tile, "tile", "hand").hidden = face.hand === undefined;
    say(part(tile, "tile", "hand-place"), face.hand === undefined ? "" : String(face.hand));
    say(part(tile, "tile", "facts"), this.#facts(face));
    tile.querySelector("[data-action=pin]")?.setAttribute("aria-label", this.#text("tile.pin", { name: face.name }));
    this.#trouble(tile);
  }

  /** @param {HTMLElement} tile */
  #trouble(tile) {
    const words = tile.dataset.away === "true" ? "tile.away" : tile.dataset.paused === "true" ? "tile.paused" : undefined;
    const line = part(tile, "tile", "trouble");
    line.hidden = words === undefined;
    say(line, words ? this.#text(words) : "");
  }

  /** @param {Face} face what a picture cannot tell, in words */
  #facts(face) {
    const facts = [this.#text(`role.${face.role}`)];
    if (!face.microphone) facts.push(this.#text("tile.muted"));
    if (!face.camera) facts.push(this.#text("tile.cameraOff"));
    if (face.screen) facts.push(this.#text("tile.shares"));
    if (face.hand !== undefined) facts.push(this.#text("tile.hand", { place: face.hand }));
    if (face.isAway) facts.push(this.#text("tile.away"));
    return facts.join(" · ");
  }

  /** @param {Face[]} people @param {number} own */
  #list(people, own) {
    const mayRule = this.#root.dataset.ownRole === "host";
    region(this.#root, "end", HTMLElement).hidden = !mayRule;
    keep(region(this.#root, "list", HTMLElement), "row-template", this.#root, people, (row, face) => {
      say(part(row, "row", "name"), face.seat === own ? this.#text("people.you", { name: face.name }) : face.name);
      say(part(row, "row", "facts"), this.#facts(face));
      part(row, "row", "actions").hidden = !mayRule || face.seat === own;
      const role = part(row, "row", "role");
      if (role instanceof HTMLSelectElement && role !== document.activeElement) role.value = face.role;
      for (const button of row.querySelectorAll("button")) {
        if (button.dataset.action === "mute") button.hidden = !face.microphone;
        // Who listens only has nothing to switch on; who is away hears of nothing.
        if (button.dataset.action === "ask") button.hidden = face.microphone || face.role === "attendee" || face.isAway;
        button.setAttribute("aria-label", this.#text(`people.${button.dataset.action}Whom`, { name: face.name }));
      }
    });
  }

  #arrange() {
    const { clientWidth, clientHeight } = this.#grid;
    if (clientWidth === 0) return;
    // Below somebody large there is a quarter of the height for all the others.
    const isPinned = this.#pinned !== undefined;
    const columns = columnsFor(this.#tiles.size - Number(isPinned), clientWidth, isPinned ? clientHeight / 4 : clientHeight);
    this.#grid.style.setProperty("--columns", String(columns));
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

/** @param {HTMLElement} root @param {string} name */
function copyOf(root, name) {
  const made = region(root, name, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLElement)) throw new Error(`the template ${name} is empty`);
  return made;
}

/** @param {HTMLElement} element @param {"tile" | "row"} kind @param {string} name */
function part(element, kind, name) {
  const found = element.querySelector(`[data-${kind}="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`there is no ${name}`);
  return found;
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("");
}
