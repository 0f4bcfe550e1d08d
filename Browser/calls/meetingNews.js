/**
 * What a glance at a meeting would show, in words for those who do not see it.
 *
 * @module
 */
/** @typedef {import("../live/protocol.js").MeetingFace} Face */
/** @typedef {{ people: Face[], waiting: import("../live/protocol.js").MeetingWaiting[], isLocked?: boolean, isWebinar?: boolean }} There */

/**
 * One thing at a time, the one that asks most of somebody first.
 *
 * @param {There} before
 * @param {There} now
 * @param {number} own the seat of whoever is told
 * @returns {{ key: string, name: string } | undefined}
 */
export function news(before, now, own) {
  const isFresh = before.people.length === 0;
  if (!isFresh && (before.isWebinar ?? false) !== (now.isWebinar ?? false)) {
    return { key: now.isWebinar ? "say.webinar.on" : "say.webinar.off", name: "" };
  }
  if (!isFresh && (before.isLocked ?? false) !== (now.isLocked ?? false)) {
    return { key: now.isLocked ? "say.locked" : "say.unlocked", name: "" };
  }
  return now.isWebinar ? newsOfWebinar(before, now, own) : newsOfMeeting(before, now, own);
}

/**
 * Of hundreds who come and go nothing is told, but who has the word.
 *
 * @param {There} before
 * @param {There} now
 * @param {number} own
 */
function newsOfWebinar(before, now, own) {
  const onStage = (/** @type {Face[]} */ people) => people.filter((one) => one.role !== "attendee");
  const told = newsOfMeeting(before, now, own);
  if (told && told.key !== "say.came" && told.key !== "say.left") return told;
  const known = onStage(before.people);
  const one = onStage(now.people).find(({ seat }) => seat !== own && before.people.length > 0 && !known.some((old) => old.seat === seat));
  return one && { key: "say.stage", name: one.name };
}

/**
 * @param {There} before
 * @param {There} now
 * @param {number} own
 * @returns {{ key: string, name: string } | undefined}
 */
function newsOfMeeting(before, now, own) {
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

/**
 * What a picture cannot tell of somebody, in words.
 *
 * @param {Face} face
 * @param {boolean} isOwn
 * @param {import("../design/text.js").Text} text
 * @param {boolean} [isWebinar] where it goes without saying that listeners have nothing switched on
 */
export function factsOf(face, isOwn, text, isWebinar = false) {
  const facts = [text(`role.${face.role}`)];
  const mayBeSeen = !isWebinar || face.role !== "attendee";
  if (!face.microphone && mayBeSeen) facts.push(text("tile.muted"));
  if (!face.camera && mayBeSeen) facts.push(text("tile.cameraOff"));
  if (face.screen) facts.push(text(face.screenSound ? "tile.sharesSound" : "tile.shares"));
  if (face.hand !== undefined) facts.push(text("tile.hand", { place: face.hand }));
  if (face.isCaptioner) facts.push(text("tile.captions"));
  const poor = poorWords(face, isOwn);
  if (face.isAway) facts.push(text("tile.away"));
  else if (poor) facts.push(text(poor));
  return facts.join(" · ");
}
