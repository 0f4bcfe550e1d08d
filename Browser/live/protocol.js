/**
 * The messages of `/live`, as types only. docs/protocol.md is the reference; this file mirrors it for `deno check`.
 *
 * @module
 */

/** @typedef {string} ID an opaque identifier */
/** @typedef {number} Milliseconds since 1970, or a duration where said so */

/** @typedef {{ type: string, title: string, detail?: string, status?: number }} Problem an RFC 9457 problem */
/** @typedef {"online" | "busy" | "away" | "offline"} Availability */

// --- server to browser ---

/** @typedef {{ type: "welcome", connection: ID, heartbeat: number, streams: Record<string, number> }} Welcome heartbeat in seconds; the last sequence of each stream */
/** @typedef {{ type: "event", stream: string, sequence: number, kind: string, body: any, at: Milliseconds }} DurableEvent */
/** @typedef {{ type: "snapshot", stream: string, sequence: number, body: any }} Snapshot stands for everything up to `sequence` */
/** @typedef {{ type: "ack", id: ID, body?: any }} Ack */
/** @typedef {{ type: "refused", id: ID, problem: Problem }} Refused */
/** @typedef {{ type: "goodbye", advice: "reconnect" | "sign-in" | "stop", after: Milliseconds }} Goodbye */
/** @typedef {{ type: "presence", person: ID, state: Availability }} PresenceChange */

/** @typedef {"declined" | "busy" | "cancelled" | "missed" | "hungUp" | "failed" | "answeredElsewhere"} EndReason */
/** @typedef {{ person: ID, name: string }} Person */
/** @typedef {{ type: "call.ringing", call: ID, from: Person, at: Milliseconds }} CallRinging */
/** @typedef {{ type: "call.answered", call: ID, device: ID }} CallAnswered */
/** @typedef {{ type: "call.accepted", call: ID }} CallAccepted */
/** @typedef {{ type: "call.ended", call: ID, reason: EndReason, at: Milliseconds }} CallEnded */
/** @typedef {{ type: "call.signal", call: ID, signal: Signal }} CallSignal */
/** @typedef {{ type: "call.peer", call: ID, present: boolean }} CallPeer */

/**
 * @typedef {object} ServerMessages every message the server sends, by type
 * @property {Welcome} welcome
 * @property {DurableEvent} event
 * @property {Snapshot} snapshot
 * @property {Ack} ack
 * @property {Refused} refused
 * @property {Goodbye} goodbye
 * @property {PresenceChange} presence
 */

/**
 * @typedef {{
 *   "call.ringing": CallRinging,
 *   "call.answered": CallAnswered,
 *   "call.accepted": CallAccepted,
 *   "call.ended": CallEnded,
 *   "call.signal": CallSignal,
 *   "call.peer": CallPeer,
 * }} CallMessages
 */

/**
 * What two call pages tell each other through the server, which relays it unread.
 * `from` and `to` name one RTCPeerConnection each, so that a signal meant for a page before its reload is dropped.
 *
 * @typedef {object} Signal
 * @property {ID} from
 * @property {ID | null} to null in the first `ready`, before the other side is known
 * @property {true} [ready] "I am here and can negotiate"
 * @property {{ type: RTCSdpType, sdp: string }} [description]
 * @property {RTCIceCandidateInit | null} [candidate] null: no more candidates
 */

// --- browser to server; each command carries an `id` and gets exactly one ack or refusal ---

/** @typedef {{ type: "resume", streams: Record<string, number> }} Resume the first message on every connection */

/**
 * The fields of each command beside `type` and `id`.
 *
 * @typedef {{
 *   "ping": {},
 *   "presence.set": { state: Availability },
 *   "notices.read": { upTo: number },
 *   "call.ring": { call: ID, callee: ID, relayOnly: boolean },
 *   "call.accept": { call: ID, device: ID },
 *   "call.decline": { call: ID },
 *   "call.hangUp": { call: ID },
 *   "call.join": { call: ID, device: ID },
 *   "call.signal": { call: ID, signal: Signal },
 * }} Commands
 */

/**
 * The body of the ack of `call.join`.
 *
 * @typedef {object} Joined
 * @property {"ringing" | "accepted" | "ended"} state
 * @property {{ person?: ID, name: string }} peer
 * @property {"caller" | "callee"} role
 * @property {RTCIceServer[]} iceServers
 * @property {boolean} relayOnly true when either side asked for it
 * @property {EndReason} [reason] when ended
 */

export {};
