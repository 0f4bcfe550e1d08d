/**
 * The states of a call page, and what happens between them. It touches nothing: the page does what it is told to do.
 *
 * **A call that has ended never comes back, and every way out of a call frees the devices**, but the way into a group call.
 *
 * @module
 */

/** @typedef {import("../live/protocol.js").EndReason | "gone" | "refused" | "insecure"} Ending */

/**
 * In the check nothing is given yet, whatever the call's stage: `new` before it rings, `ringing` and `accepted` when somebody who
 * came by a guest link still looks at their own picture.
 *
 * @typedef {{ name: "opening" }
 *   | { name: "check", stage: "new" | "ringing" | "accepted" }
 *   | { name: "offered" }
 *   | { name: "ringing", isPlaced: boolean }
 *   | { name: "connecting", isPeerAway: boolean, since?: number }
 *   | { name: "connected", since: number }
 *   | { name: "interrupted", since: number, isPeerAway: boolean }
 *   | { name: "ended", reason: Ending, lasted: number }} CallState
 */

/**
 * What the page does next: `ring`, `join`, `accept`, `decline` and `hangUp` are told to the server;
 * `openPeer` begins and `closePeer` ends the way to the other side; `freeDevices` switches camera and microphone off.
 *
 * @typedef {"ring" | "join" | "accept" | "decline" | "hangUp" | "openPeer" | "closePeer" | "freeDevices"} Effect
 */

/**
 * @typedef {{ type: "joined", state: "ringing" | "accepted" | "ended", role: "caller" | "callee", reason?: Ending, since?: number, looksFirst?: boolean }
 *   | { type: "unknown", canPlace: boolean }
 *   | { type: "place" } | { type: "placed" } | { type: "refused" }
 *   | { type: "accept" } | { type: "decline" } | { type: "hangUp", at: number }
 *   | { type: "accepted" }
 *   | { type: "answered", byThisPage: boolean, at: number }
 *   | { type: "ended", reason: Ending, at: number }
 *   | { type: "moved", at: number }
 *   | { type: "path", state: "open" | "interrupted" | "broken", at: number, reason?: "failed" | "insecure" }
 *   | { type: "peer", isPresent: boolean, at: number }} CallEvent
 */

/** @typedef {{ state: CallState, effects: Effect[] }} Step */

/** @type {CallState} */
export const OPENING = Object.freeze({ name: "opening" });

/**
 * @param {CallState} state
 * @param {CallEvent} event
 * @returns {Step}
 */
export function step(state, event) {
  if (state.name === "ended") return stay(state);
  switch (event.type) {
    case "joined":
      return joined(state, event);
    case "unknown":
      return state.name !== "opening" ? stay(state) : event.canPlace ? to({ name: "check", stage: "new" }) : over(state, "gone", 0);
    case "place":
      return place(state);
    case "placed":
      return state.name === "ringing" ? to({ name: "ringing", isPlaced: true }, "join") : stay(state);
    case "refused":
      return over(state, "refused", 0);
    case "accept":
      return state.name === "offered" ? to({ name: "connecting", isPeerAway: false }, "accept") : stay(state);
    case "decline":
      return state.name === "offered" ? over(state, "declined", 0, "decline") : stay(state);
    case "hangUp":
      return hangUp(state, event.at);
    case "accepted":
      return accepted(state);
    case "answered":
      return answered(state, event);
    case "ended":
      return over(state, event.reason, event.at);
    case "moved":
      return moved(state, event.at);
    case "path":
      return path(state, event);
    case "peer":
      return peer(state, event);
  }
}

/**
 * An answer to `call.join`: when the page opens, and again after every reconnect of the live link.
 *
 * @param {CallState} state
 * @param {Extract<CallEvent, { type: "joined" }>} event
 * @returns {Step}
 */
function joined(state, event) {
  if (event.state === "ended") return over(state, event.reason ?? "hungUp", 0);
  if (state.name === "opening") return opened(event);
  if (event.state === "ringing") return stay(state);
  if (state.name === "offered") return over(state, "answeredElsewhere", 0);
  return state.name === "connecting" ? to(state, "openPeer") : accepted(state);
}

/**
 * @param {Extract<CallEvent, { type: "joined" }>} event
 * @returns {Step}
 */
function opened({ state, role, since, looksFirst = false }) {
  if (looksFirst) return to({ name: "check", stage: state === "accepted" ? "accepted" : "ringing" });
  if (state === "accepted") return to({ name: "connecting", isPeerAway: false, since }, "openPeer");
  return to(role === "caller" ? { name: "ringing", isPlaced: true } : { name: "offered" });
}

/**
 * The person has looked at themself and goes on.
 *
 * @param {CallState} state
 * @returns {Step}
 */
function place(state) {
  if (state.name !== "check") return stay(state);
  if (state.stage === "accepted") return to({ name: "connecting", isPeerAway: false }, "openPeer");
  return state.stage === "ringing" ? to({ name: "ringing", isPlaced: true }) : to({ name: "ringing", isPlaced: false }, "ring");
}

/**
 * @param {CallState} state
 * @returns {Step}
 */
function accepted(state) {
  if (state.name === "ringing") return to({ name: "connecting", isPeerAway: false }, "openPeer");
  return state.name === "check" && state.stage === "ringing" ? to({ name: "check", stage: "accepted" }) : stay(state);
}

/**
 * @param {CallState} state
 * @param {Extract<CallEvent, { type: "answered" }>} event
 * @returns {Step}
 */
function answered(state, event) {
  if (event.byThisPage) return stay(state);
  return over(state, "answeredElsewhere", event.at);
}

/**
 * @param {CallState} state
 * @param {number} at
 * @returns {Step}
 */
function hangUp(state, at) {
  if (state.name === "opening" || (state.name === "check" && state.stage === "new")) return over(state, "cancelled", at);
  if (state.name === "offered") return over(state, "declined", at, "decline");
  const wasTalking = state.name !== "ringing" && !(state.name === "check" && state.stage === "ringing");
  return over(state, wasTalking ? "hungUp" : "cancelled", at, "hangUp");
}

/**
 * @param {CallState} state
 * @param {Extract<CallEvent, { type: "path" }>} event
 * @returns {Step}
 */
function path(state, event) {
  const isInCall = state.name === "connecting" || state.name === "connected" || state.name === "interrupted";
  if (!isInCall) return stay(state);
  if (event.state === "open") return to({ name: "connected", since: state.since ?? event.at });
  if (event.state === "broken") return over(state, event.reason ?? "failed", event.at, "hangUp");
  return state.name === "connected" ? to({ name: "interrupted", since: state.since, isPeerAway: false }) : stay(state);
}

/**
 * @param {CallState} state
 * @param {Extract<CallEvent, { type: "peer" }>} event
 * @returns {Step}
 */
function peer(state, event) {
  if (state.name === "connecting" || state.name === "interrupted") return to({ ...state, isPeerAway: !event.isPresent });
  // Media may still flow while the other side's live link is down; only the path says otherwise.
  return stay(state);
}

/**
 * Both are in the meeting that the call became. The one ending that leaves the devices on: the meeting has them.
 *
 * @param {CallState} state
 * @param {number} at
 * @returns {Step}
 */
function moved(state, at) {
  return { state: over(state, "upgraded", at).state, effects: ["closePeer"] };
}

/**
 * @param {CallState} state
 * @param {Effect[]} effects
 * @returns {Step}
 */
function to(state, ...effects) {
  return { state, effects };
}

/**
 * @param {CallState} state
 * @returns {Step}
 */
function stay(state) {
  return { state, effects: [] };
}

/**
 * @param {CallState} state
 * @param {Ending} reason
 * @param {number} at
 * @param {Effect[]} effects told to the server
 * @returns {Step}
 */
function over(state, reason, at, ...effects) {
  const since = ("since" in state ? state.since : undefined) ?? at;
  // Devices first: nothing that could fail stands between "hang up" and a dark camera.
  return { state: { name: "ended", reason, lasted: Math.max(0, at - since) }, effects: ["freeDevices", "closePeer", ...effects] };
}
