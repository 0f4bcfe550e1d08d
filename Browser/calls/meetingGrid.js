/** How many columns a grid of people has, and whose pictures its tiles are worth, and how large. Knows no page. */

/** What a camera's picture looks like. */
const SHAPE = 16 / 9;
/** Pictures that are asked for at a time; more people are shown by their initials. */
const MOST_PICTURES = 16;

/**
 * The number of columns with which tiles of a picture's shape become largest.
 *
 * @param {number} count of tiles
 * @param {number} width of the place
 * @param {number} height
 */
export function columnsFor(count, width, height) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns, (height / rows) * SHAPE);
    if (size > best.size) best = { columns, size };
  }
  return best.columns;
}

/**
 * The largest encoding a tile is worth, counted from the smallest: usually 320, 640 and 1280 points wide.
 *
 * @param {number} points of the screen that the tile is wide
 */
export function encodingFor(points) {
  if (points <= 400) return 0;
  return points <= 800 ? 1 : 2;
}

/**
 * Whose pictures are wanted, the most important first: who spoke last, then the others in their order.
 *
 * @param {number[]} seats all that could be shown
 * @param {number[]} spoke who spoke, the latest first
 * @param {number} most
 */
export function wanted(seats, spoke, most) {
  const heard = spoke.filter((seat) => seats.includes(seat));
  return [...heard, ...seats.filter((seat) => !heard.includes(seat))].slice(0, most);
}

/** @typedef {{ seat: number, track: "camera" | "screen", encoding: number }} Tile */

/**
 * The pictures that a page asks the server for, the most important first: it sends no more than is shown.
 *
 * @param {{
 *   others: { seat: number, camera: boolean, screen: boolean }[], spoke: number[],
 *   shown: { large?: number, small: number[], screen?: number, areScreensSmall?: boolean },
 *   followed?: { seat: number, track: "camera" | "screen" }, tileWidth: number,
 * }} page everybody but oneself; who spoke, the latest first; whose tiles are shown, whose screen was chosen of several, and whether somebody
 *   was chosen beside whom screens stand small; whom the small window shows, who may be on another
 *   page of people; points of the screen that a small tile is wide
 * @returns {Tile[]}
 */
export function tilesOf({ others, spoke, shown: { large, small, screen, areScreensSmall }, followed, tileWidth }) {
  const isSeen = (/** @type {number} */ seat) => others.some((one) => one.seat === seat && one.camera);
  /** @type {Tile[]} */
  const tiles = others
    .filter((one) => one.screen)
    .map(({ seat }) => ({ seat, track: "screen", encoding: areScreensSmall || (screen ?? seat) !== seat ? 0 : 2 }));
  // Which was chosen of several comes first.
  tiles.sort((one, other) => Number(other.seat === screen) - Number(one.seat === screen));
  if (large !== undefined && isSeen(large)) tiles.push({ seat: large, track: "camera", encoding: 2 });
  if (followed?.track === "camera" && followed.seat !== large) tiles.push({ ...followed, encoding: 1 });
  const rest = small.filter((one) => isSeen(one) && !tiles.some(({ seat, track }) => seat === one && track === "camera"));
  const encoding = encodingFor(tileWidth);
  return [
    ...tiles,
    ...wanted(rest, spoke, MOST_PICTURES - tiles.length).map((seat) => ({ seat, track: /** @type {const} */ ("camera"), encoding })),
  ];
}

/**
 * The pictures that a page asks for which nobody looks at: none but what the small window shows.
 *
 * @param {Tile[]} tiles what it would ask for if somebody did
 * @param {{ seat: number, track: "camera" | "screen" } | undefined} followed whom the small window shows
 * @param {boolean} knowsWindows whether the page would know of such a window: Firefox has one of its own for each picture, of which no page
 *   is told, so it goes on with the smallest of each
 * @returns {Tile[]}
 */
export function tilesUnseen(tiles, followed, knowsWindows) {
  if (!knowsWindows) return tiles.map((tile) => ({ ...tile, encoding: 0 }));
  return tiles.filter((tile) => tile.seat === followed?.seat && tile.track === followed.track);
}
