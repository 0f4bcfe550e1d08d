/**
 * What the inbox and the server tell each other, as types only. docs/protocol.md is the reference.
 *
 * @module
 */

/** @typedef {"waiting" | "offered" | "active" | "snoozed" | "closed"} EnquiryState */
/** @typedef {"available" | "busy" | "away"} Status */

/**
 * One enquiry in a list. `name`, `text` and `unread` are there only for whoever takes part.
 *
 * @typedef {{
 *   conversation: string,
 *   state: EnquiryState,
 *   channel: "chat" | "message" | "call",
 *   queue: string,
 *   queueName: string,
 *   siteName: string,
 *   language: string,
 *   priority: number,
 *   arrivedAt: number,
 *   waitingSince: number,
 *   answeredAt?: number,
 *   closedAt?: number,
 *   lastAt: number,
 *   awaitsTeam: boolean,
 *   agent?: { person: string, name: string },
 *   isMine: boolean,
 *   isInvited: boolean,
 *   isVouched: boolean,
 *   part?: import("../live/protocol.js").Part,
 *   snoozedUntil?: number,
 *   tags: string[],
 *   name?: string,
 *   text?: string,
 *   textPart?: import("../live/protocol.js").Part,
 *   unread?: number,
 * }} Line
 */

/** @typedef {{ id: string, name: string }} Choice */
/** @typedef {{ person: string, name: string, status: Status }} Colleague */
/** @typedef {{ id: string, shortcut: string, text: string, queue?: string }} Reply */

/**
 * @typedef {{
 *   me: string,
 *   name: string,
 *   roles: string[],
 *   status?: Status,
 *   capacity?: number,
 *   queues: Choice[],
 *   colleagues: Colleague[],
 *   replies: Reply[],
 *   wrapUps: Choice[],
 *   tags: string[],
 * }} Overview
 */

/**
 * @typedef {{
 *   conversation: string,
 *   card: { name?: string, email?: string, answers?: Record<string, string>, page?: string, subject?: string },
 *   language: string,
 *   siteName: string,
 *   queue: string,
 *   queueName: string,
 *   state: EnquiryState,
 *   channel: "chat" | "message" | "call",
 *   agent?: string,
 *   arrivedAt: number,
 *   waitingSince: number,
 *   assignedAt?: number,
 *   answeredAt?: number,
 *   closedAt?: number,
 *   tags: string[],
 *   wrapUp?: string,
 *   rating?: { score: number, comment?: string, at: number },
 *   snoozedUntil?: number,
 *   mergedInto?: string,
 *   earlier: { conversation: string, state: EnquiryState, queueName: string, arrivedAt: number, closedAt?: number }[],
 *   fields: CardField[],
 *   timeline: { kind: string, at: number, name: string, to?: string, until?: number }[],
 * }} VisitorCard
 */

/** @typedef {{ id: string, name: string, kind: "line" | "number" | "date" | "choice", options: string[], value?: string }} CardField */

/**
 * A message that was found. `visitor`, `name` and `text` are there where this person takes part.
 *
 * @typedef {{
 *   conversation: string,
 *   sequence: number,
 *   at: number,
 *   isOpen: boolean,
 *   queueName?: string,
 *   state?: EnquiryState,
 *   visitor?: string,
 *   name?: string,
 *   text?: string,
 * }} Found
 */

export {};
