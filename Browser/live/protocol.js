/**
 * The messages of `/live`, as types only. docs/protocol.md is the reference; this file mirrors it for `deno check`.
 *
 * @module
 */

/** @typedef {string} ID an opaque identifier */
/** @typedef {number} Milliseconds since 1970, or a duration where said so */

/** @typedef {{ type: string, title: string, detail?: string, status?: number, retryAfter?: number }} Problem an RFC 9457 problem; `retryAfter` in seconds */
/** @typedef {"online" | "busy" | "away" | "offline"} Availability */

// --- server to browser ---

/** @typedef {{ type: "welcome", connection: ID, heartbeat: number, streams: Record<string, number> }} Welcome heartbeat in seconds; the last sequence of each stream */
/** @typedef {{ type: "event", stream: string, sequence: number, kind: string, body: any, at: Milliseconds }} DurableEvent */
/** @typedef {{ type: "snapshot", stream: string, sequence: number, body: any }} Snapshot stands for everything up to `sequence` */
/** @typedef {{ type: "ack", id: ID, body?: any }} Ack */
/** @typedef {{ type: "refused", id: ID, problem: Problem }} Refused */
/** @typedef {{ type: "goodbye", advice: "reconnect" | "sign-in" | "stop", after: Milliseconds }} Goodbye */
/** @typedef {{ type: "presence", person: ID, state: Availability }} PresenceChange */
/** @typedef {{ type: "presence.overview", people: Record<ID, Availability>, own?: Choice }} PresenceOverview everybody's who is not offline, once after the welcome, and what this person shows of themself */
/** @typedef {Exclude<Availability, "offline"> | "invisible"} Choice what a person shows of themself */
/** @typedef {{ type: "contacts.changed" }} ContactsChanged */
/** @typedef {{ type: "notices.read", upTo: number }} NoticesRead another page of this person saw the notices */

/** @typedef {{ type: "unheard", stream: string }} Unheard this person may not hear the shared stream any more */
/** @typedef {"visitor" | "agent" | "observer" | "bot" | "member"} Part as what somebody takes part in a conversation */
/** @typedef {{ about: number, kind: "translationWanted" | "translation" }} NoteMark what a note of the team is to one message */
/** @typedef {{ type: "conversation.seen", conversation: ID, person: ID, delivered: number, read: number }} ConversationSeen */
/** @typedef {{ type: "conversation.typing", conversation: ID, person: ID, part: Part, isTyping: boolean }} ConversationTyping */
/** @typedef {{ type: "enquiry.changed", conversation: ID }} EnquiryChanged */
/** @typedef {{ type: "card.changed", conversation: ID }} CardChanged */
/** @typedef {{ type: "enquiry.takenOver", conversation: ID, by: string }} EnquiryTakenOver a supervisor has it now */
/** @typedef {{ type: "offer.made", conversation: ID, until: Milliseconds }} OfferMade */
/** @typedef {{ type: "offer.withdrawn", conversation: ID, reason: "unanswered" | "agentGone" }} OfferWithdrawn */
/** @typedef {{ type: "agent.status", agent: ID, status: "available" | "busy" | "away" }} AgentStatus */
/** @typedef {{ id: string, site: string, page?: string, since: Milliseconds, invitedBy?: string }} VisitorHere somebody who chose to be seen */
/** @typedef {{ type: "visitor.seen", visitor: VisitorHere }} VisitorSeen */
/** @typedef {{ type: "visitor.gone", visitor: string }} VisitorGone */

/** @typedef {"declined" | "busy" | "cancelled" | "missed" | "hungUp" | "failed" | "upgraded" | "answeredElsewhere"} EndReason */
/** @typedef {{ person?: ID, name?: string, hue: number, picture?: string }} Person a guest has no id, and a member no name that is not for this viewer; `picture` is an address here, `hue` stands behind the initials */
/** @typedef {{ type: "call.ringing", call: ID, from: Person, isQuiet?: boolean, with?: Person, at: Milliseconds }} CallRinging `isQuiet`: a guest waits at the door; `with`: the caller is in a call with them, and wants to add this person */
/** @typedef {{ type: "call.adding", call: ID, stage: "asking" | "ringing" | "moving", isOwn: boolean, who: Person, meeting?: ID }} CallAdding */
/** @typedef {{ person: ID, name?: string, hue: number, picture?: string, presence?: string }} AddableContact */
/** @typedef {"refused" | "unanswered" | "declined" | "missed" | "busy" | "cancelled" | "failed" | "ended"} NotAdded */
/** @typedef {{ type: "call.notAdded", call: ID, reason: NotAdded, isOwn: boolean, who: Person }} CallNotAdded */
/** @typedef {{ type: "call.answered", call: ID, device: ID }} CallAnswered */
/** @typedef {{ type: "call.accepted", call: ID }} CallAccepted */
/** @typedef {{ type: "call.ended", call: ID, reason: EndReason, at: Milliseconds }} CallEnded */
/** @typedef {{ type: "call.signal", call: ID, signal: Signal }} CallSignal */
/** @typedef {{ type: "call.peer", call: ID, present: boolean }} CallPeer */

/** @typedef {"host" | "speaker" | "attendee"} MeetingRole */
/** @typedef {{ seat: number, name: string, hue: number, role: MeetingRole, microphone: boolean, camera: boolean, screen: boolean, screenSound: boolean, hand?: number, isAway: boolean, trouble?: "sending" | "receiving" | "narrow" | "delay", isCaptioner: boolean }} MeetingFace `hand`: the place in the line; `trouble`: why their connection is poor */
/** @typedef {{ seat: number, name: string, hue: number }} MeetingWaiting */
/** @typedef {{ mid: string, seat?: number, track?: "microphone" | "camera" | "screen" | "screenSound", isPaused: boolean, isForeign: boolean }} MeetingSlot whom it shows */
/** @typedef {"ended" | "removed" | "refused" | "elsewhere" | "upgradeFailed" | "callEnded"} MeetingEnd */
/** @typedef {{ type: "meeting.people", meeting: ID, people: MeetingFace[], waiting: MeetingWaiting[], isShut: boolean, isLocked: boolean, isWebinar: boolean, unseen: number, hasCaptions: boolean }} MeetingPeople the whole, after each change; `isShut`, for hosts: who comes now waits at the door; `isLocked`: nobody new comes in; `unseen`: attendees of a webinar besides `people`, whom hosts see; `hasCaptions`: somebody writes them */
/** @typedef {{ type: "meeting.self", meeting: ID, face: MeetingFace }} MeetingSelf to an attendee of a webinar, of whom the others are not told */
/** @typedef {{ type: "meeting.slots", meeting: ID, slots: MeetingSlot[] }} MeetingSlots */
/** @typedef {{ type: "meeting.speakers", meeting: ID, seats: number[] }} MeetingSpeakers the loudest first */
/** @typedef {{ type: "meeting.encodings", meeting: ID, count: number }} MeetingEncodings how many sizes of the own picture anybody wants */
/** @typedef {{ type: "meeting.codec", meeting: ID, track: "camera" | "screen", codec: string }} MeetingCodec what all can decode an own picture in */
/** @typedef {{ type: "meeting.admitted" | "meeting.asked", meeting: ID }} MeetingWord */
/** @typedef {{ type: "meeting.muted", meeting: ID, mutes: number }} MeetingMuted a host has taken the word, so often by now */
/** @typedef {{ number: number, seat: number, name: string, text: string, at: Milliseconds }} MeetingWords something written; `number` counts them in the meeting */
/** @typedef {{ type: "meeting.said", meeting: ID, words: MeetingWords }} MeetingSaid */
/** @typedef {"agree" | "love" | "applause" | "laugh" | "surprise" | "celebrate"} MeetingReaction */
/** @typedef {{ type: "meeting.reacted", meeting: ID, seat: number, reaction: MeetingReaction }} MeetingReacted */
/** @typedef {{ type: "meeting.applause", meeting: ID, reactions: Partial<Record<MeetingReaction, number>> }} MeetingApplause of attendees of a webinar, counted */
/** @typedef {{ number: number, name: string, question: string, answers: { text: string, count: number, names?: string[] }[], allowsSeveral: boolean, isAnonymous: boolean, isOpen: boolean, isOwn: boolean, voters: number, chosen: number[] }} MeetingPoll `names` are absent where nobody is told, `chosen` is this person's answer */
/** @typedef {{ type: "meeting.poll", meeting: ID, poll: MeetingPoll }} MeetingPollShown asked, answered or closed */
/** @typedef {{ type: "meeting.captioned", meeting: ID, seat: number, text: string, isFinal: boolean }} MeetingCaptioned what is being said, by who writes it */
/** @typedef {{ type: "meeting.over", meeting: ID, reason: MeetingEnd }} MeetingOver */
/** @typedef {{ state: "waiting" | "in", seat: number, role: MeetingRole, hasMedia: boolean, mutes: number, isMuted: boolean, iceServers: RTCIceServer[], words: MeetingWords[], polls: MeetingPoll[] }} MeetingEntered the body of the ack of `meeting.enter` */

/**
 * Every message the server sends, by type; those of calls are below.
 *
 * @typedef {{
 *   welcome: Welcome,
 *   event: DurableEvent,
 *   snapshot: Snapshot,
 *   ack: Ack,
 *   refused: Refused,
 *   goodbye: Goodbye,
 *   presence: PresenceChange,
 *   "presence.overview": PresenceOverview,
 *   "contacts.changed": ContactsChanged,
 *   "notices.read": NoticesRead,
 *   unheard: { stream: string },
 *   "conversation.seen": ConversationSeen,
 *   "conversation.typing": ConversationTyping,
 *   "enquiry.changed": EnquiryChanged,
 *   "card.changed": CardChanged,
 *   "enquiry.takenOver": EnquiryTakenOver,
 *   "offer.made": OfferMade,
 *   "offer.withdrawn": OfferWithdrawn,
 *   "agent.status": AgentStatus,
 *   "wallboard.changed": { type: "wallboard.changed" },
 *   "visitor.seen": VisitorSeen,
 *   "visitor.gone": VisitorGone,
 * }} ServerMessages
 */

/**
 * @typedef {{
 *   "call.ringing": CallRinging,
 *   "call.answered": CallAnswered,
 *   "call.accepted": CallAccepted,
 *   "call.ended": CallEnded,
 *   "call.signal": CallSignal,
 *   "call.adding": CallAdding,
 *   "call.notAdded": CallNotAdded,
 *   "call.peer": CallPeer,
 * }} CallMessages
 */

/**
 * @typedef {{
 *   "meeting.people": MeetingPeople,
 *   "meeting.self": MeetingSelf,
 *   "meeting.slots": MeetingSlots,
 *   "meeting.speakers": MeetingSpeakers,
 *   "meeting.encodings": MeetingEncodings,
 *   "meeting.codec": MeetingCodec,
 *   "meeting.admitted": MeetingWord,
 *   "meeting.muted": MeetingMuted,
 *   "meeting.asked": MeetingWord,
 *   "meeting.said": MeetingSaid,
 *   "meeting.reacted": MeetingReacted,
 *   "meeting.applause": MeetingApplause,
 *   "meeting.poll": MeetingPollShown,
 *   "meeting.captioned": MeetingCaptioned,
 *   "meeting.over": MeetingOver,
 * }} MeetingMessages
 */

/**
 * What two call pages tell each other through the server, which relays it unread.
 * `from` and `to` name one RTCPeerConnection each, so that a signal meant for a page before its reload is dropped.
 *
 * `to` is null in the first `ready` ("I am here and can negotiate"), before the other side is known; a null candidate ends the list.
 *
 * @typedef {{
 *   from: ID,
 *   to: ID | null,
 *   ready?: true,
 *   description?: { type: RTCSdpType, sdp: string },
 *   candidate?: RTCIceCandidateInit | null,
 * }} Signal
 */

// --- browser to server; each command carries an `id` and gets exactly one ack or refusal ---

/** @typedef {{ type: "resume", streams: Record<string, number> }} Resume the first message on every connection */

/**
 * The fields of each command beside `type` and `id`.
 *
 * @typedef {{
 *   "ping": {},
 *   "presence.set": { state: Choice },
 *   "notices.read": { upTo: number },
 *   "call.ring": { call: ID, callee: ID, relayOnly: boolean },
 *   "call.accept": { call: ID, device: ID },
 *   "call.decline": { call: ID },
 *   "call.hangUp": { call: ID },
 *   "call.join": { call: ID, device: ID },
 *   "call.signal": { call: ID, signal: Signal },
 *   "call.contacts": { call: ID },
 *   "call.add": { call: ID, person: ID },
 *   "call.addAnswer": { call: ID, agrees: boolean },
 *   "call.addCancel": { call: ID, reason: "cancelled" | "failed" },
 *   "call.heard": { call: ID },
 *   "meeting.enter": { meeting: ID },
 *   "meeting.publish": { meeting: ID, sdp?: string },
 *   "meeting.accept": { meeting: ID, sdp: string },
 *   "meeting.check": { meeting: ID, sdp: string },
 *   "meeting.checkAccept": { meeting: ID, sdp: string },
 *   "meeting.checkEnd": { meeting: ID },
 *   "meeting.view": { meeting: ID, tiles: { seat: number, track?: "camera" | "screen", encoding: number }[] },
 *   "meeting.tracks": { meeting: ID, microphone: boolean, camera: boolean, screen: boolean, screenSound?: boolean, mutes?: number },
 *   "meeting.hand": { meeting: ID, isRaised: boolean },
 *   "meeting.say": { meeting: ID, text: string },
 *   "meeting.react": { meeting: ID, reaction: MeetingReaction },
 *   "meeting.poll": { meeting: ID, question: string, answers: string[], allowsSeveral: boolean, isAnonymous: boolean },
 *   "meeting.pollAnswer": { meeting: ID, poll: number, answers: number[] },
 *   "meeting.pollClose": { meeting: ID, poll: number },
 *   "meeting.caption": { meeting: ID, text: string, isFinal: boolean },
 *   "meeting.captioner": { meeting: ID, seat: number, isCaptioner: boolean },
 *   "meeting.leave": { meeting: ID, mayReturn?: boolean },
 *   "meeting.admit": { meeting: ID, seat?: number },
 *   "meeting.refuse": { meeting: ID, seat?: number },
 *   "meeting.door": { meeting: ID, isShut: boolean },
 *   "meeting.lock": { meeting: ID, isLocked: boolean },
 *   "meeting.webinar": { meeting: ID, isWebinar: boolean },
 *   "meeting.mute": { meeting: ID, seat: number },
 *   "meeting.ask": { meeting: ID, seat: number },
 *   "meeting.role": { meeting: ID, seat: number, role: MeetingRole },
 *   "meeting.remove": { meeting: ID, seat: number },
 *   "meeting.end": { meeting: ID },
 *   "listen": { stream: string, after?: number },
 *   "unlisten": { stream: string },
 *   "message.send": { conversation: ID, text: string, attachments?: ID[] },
 *   "message.edit": { conversation: ID, message: number, text: string },
 *   "message.withdraw": { conversation: ID, message: number },
 *   "note.add": { conversation: ID, text: string, mark?: NoteMark },
 *   "conversation.open": { conversation: ID },
 *   "attachment.open": { attachment: ID },
 *   "conversation.search": { text: string, after?: string },
 *   "conversation.older": { conversation: ID, before: number },
 *   "conversation.see": { conversation: ID, delivered: number, read: number },
 *   "conversation.type": { conversation: ID, isTyping: boolean },
 *   "enquiry.open": { conversation: ID },
 *   "enquiry.take": { conversation: ID },
 *   "enquiry.close": { conversation: ID },
 *   "call.offer": { conversation: ID },
 *   "call.answerOffer": { conversation: ID, offer: number, accepts: boolean },
 *   "enquiry.leave": { conversation: ID },
 *   "enquiry.transfer": { conversation: ID, queue?: ID, person?: ID },
 *   "enquiry.invite": { conversation: ID, person: ID },
 *   "enquiry.mention": { conversation: ID, person: ID },
 *   "enquiry.snooze": { conversation: ID, until?: Milliseconds },
 *   "enquiry.rouse": { conversation: ID },
 *   "enquiry.tag": { conversation: ID, tag: string, isOn: boolean },
 *   "enquiry.wrapUp": { conversation: ID, wrapUp: ID },
 *   "enquiry.merge": { conversation: ID, into: ID },
 *   "enquiry.block": { conversation: ID },
 *   "enquiry.card": { conversation: ID },
 *   "enquiry.fill": { conversation: ID, field: ID, value: string },
 *   "desk.inbox": { view: "mine" | "waiting" | "open" | "snoozed" | "closed", after?: string },
 *   "desk.line": { conversation: ID },
 *   "desk.overview": {},
 *   "enquiry.takeOver": { conversation: ID },
 *   "offer.decline": { conversation: ID },
 *   "agent.status": { status: "available" | "busy" | "away" },
 *   "visitors.list": {},
 *   "visitors.invite": { visitor: string },
 * }} Commands
 */

/**
 * The body of the ack of `call.join`. `relayOnly` is true when either side asked for it; `since` is when it was answered, `reason` how it ended,
 * `meeting` where it went on.
 *
 * @typedef {{
 *   state: "ringing" | "accepted" | "ended",
 *   peer: Person,
 *   role: "caller" | "callee",
 *   iceServers: RTCIceServer[],
 *   relayOnly: boolean,
 *   peerPresent: boolean,
 *   since?: Milliseconds,
 *   reason?: EndReason,
 *   meeting?: ID,
 * }} Joined
 */

/**
 * The ack of `conversation.open`, and the body of a snapshot of the stream `conversation`.
 *
 * @typedef {{ sequence: number, kind: string, at: Milliseconds, body: any }} ConversationEvent
 * @typedef {{ person: ID, part: Part, name: string, isPresent: boolean, delivered: number, read: number }} ConversationPerson
 * @typedef {{
 *   id: ID,
 *   kind: "private" | "support" | "public",
 *   state: "open" | "closed",
 *   me: ID,
 *   people: ConversationPerson[],
 *   events: ConversationEvent[],
 *   last: number,
 *   hasOlder: boolean,
 * }} ConversationView
 */

/** Why a socket was closed, where that says more than "try again". */
export const CLOSE_CODES = Object.freeze({
  policy: 1008,
  tooBig: 1009,
  slow: 4000,
  signedOut: 4001,
  tooManyConnections: 4002,
  tooFast: 4003,
});
