/**
 * What a glance at a meeting would show, in words for those who do not see it.
 *
 * @module
 */
/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {{ people: Face[], waiting: import("../live/protocol.js").MeetingWaiting[] }} There */

/**
 * One thing at a time, the one that asks most of somebody first.
 *
 * @param {There} before
 * @param {There} now
 * @param {number} own the seat of whoever is told
 * @returns {{ key: string, name: string } | undefined}
 */
export function news(before, now, own) {
  const was = (/** @type {number} */ seat) => before.people.find((one) => one.seat === seat);
  const self = now.people.find((one) => one.seat === own);
  const poor = self && self.trouble !== was(own)?.trouble && poorWords(self, true);
  const others = now.people.filter((one) => one.seat !== own);
  const tell = (/** @type {string} */ key, /** @type {{ name: string } | undefined} */ one) => (one ? { key, name: one.name } : undefined);
  return (
    tell(
      "say.waits",
      now.waiting.find(({ seat }) => !before.waiting.some((one) => one.seat === seat)),
    ) ??
    // One's own connection: of others everybody sees it on their picture.
    (poor ? { key: poor, name: self.name } : undefined) ??
    tell(
      "say.shares",
      others.find((one) => one.screen && !was(one.seat)?.screen),
    ) ??
    tell(
      "say.hand",
      others.find((one) => one.hand !== undefined && was(one.seat) && was(one.seat)?.hand === undefined),
    ) ??
    // Of whom somebody finds there nobody came just now.
    tell(
      "say.came",
      others.find((one) => before.people.length > 0 && !was(one.seat)),
    ) ??
    tell(
      "say.left",
      before.people.find((old) => !now.people.some((one) => one.seat === old.seat)),
    )
  );
}

/**
 * The key of what is said of a poor connection.
 *
 * @param {{ trouble?: Face["trouble"] }} face
 * @param {boolean} isOwn
 */
export function poorWords({ trouble }, isOwn) {
  return trouble && `tile.${isOwn ? "ownPoor" : "poor"}.${trouble}`;
}
