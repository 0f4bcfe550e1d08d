/** How many columns a grid of people has, and how large a picture each of its tiles is worth. Knows no page. */

/** What a camera's picture looks like. */
const SHAPE = 16 / 9;

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
