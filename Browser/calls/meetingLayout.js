/** Who is shown where in a meeting. Knows no page. */
import { wanted } from "./meetingGrid.js";

/** Points that a small tile is wide and high at least, or there are more pages: six people stand beside a shared screen. */
const LEAST = { width: 128, height: 72 };
/** Points of height below which somebody who was chosen stands alone. */
const LEAST_WITH_LARGE = 260;
/** Most tiles on a page: as many pictures as the server sends. */
const MOST = 16;

/**
 * How many tiles have room.
 *
 * @param {number} width
 * @param {number} height
 */
export function roomFor(width, height) {
  const tiles = Math.floor(width / LEAST.width) * Math.floor(height / LEAST.height);
  return Math.min(MOST, Math.max(1, tiles));
}

/**
 * @typedef {{
 *   seats: number[], own: number, spoke: number[], pinned?: number, isSpeakerView: boolean, hidesSelf: boolean, page: number,
 *   width: number, height: number,
 * }} Wishes `seats` in the order in which people came, `spoke` the latest first
 * @typedef {{ large?: number, small: number[], page: number, pages: number }} Plan
 */

/**
 * Somebody large (whom this person chose, or else who speaks), and a page of the others. Who spoke of late is on the first page, and
 * everybody keeps their order, so that tiles do not change places with every word.
 *
 * @param {Wishes} wishes
 * @returns {Plan}
 */
export function layOut({ seats, own, spoke, pinned, isSpeakerView, hidesSelf, page, width, height }) {
  const others = seats.filter((seat) => seat !== own);
  // Who is alone sees themself.
  const shown = hidesSelf && others.length > 0 ? others : seats;
  const speaker = spoke.find((seat) => others.includes(seat)) ?? others[0];
  const chosen = pinned !== undefined && seats.includes(pinned) ? pinned : undefined;
  const large = chosen ?? (isSpeakerView ? speaker : undefined);
  const rest = shown.filter((seat) => seat !== large);
  // Where there is no room below somebody large, the first page is theirs alone.
  if (large !== undefined && height < LEAST_WITH_LARGE) return alone(large, rest, { page, width, height });
  // Below somebody large there is a quarter of the height.
  const room = roomFor(width, large === undefined ? height : height / 4);
  const pages = Math.max(1, Math.ceil(rest.length / room));
  const at = Math.min(Math.max(0, page), pages - 1);
  const first = new Set(wanted(rest, [...new Set(rest.includes(own) ? [own, ...spoke] : spoke)], room));
  const later = rest.filter((seat) => !first.has(seat));
  const small = at === 0 ? rest.filter((seat) => first.has(seat)) : later.slice((at - 1) * room, at * room);
  return { ...(large === undefined ? {} : { large }), small, page: at, pages };
}

/**
 * @param {number} large whom the first page shows
 * @param {number[]} rest in their order on the pages after it
 * @param {{ page: number, width: number, height: number }} place
 * @returns {Plan}
 */
function alone(large, rest, { page, width, height }) {
  const room = roomFor(width, height);
  const pages = 1 + Math.ceil(rest.length / room);
  const at = Math.min(Math.max(0, page), pages - 1);
  if (at === 0) return { large, small: [], page: 0, pages };
  return { small: rest.slice((at - 1) * room, at * room), page: at, pages };
}
