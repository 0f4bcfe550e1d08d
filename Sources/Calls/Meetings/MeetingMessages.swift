import Vocabulary
import Web

// The messages of `/live` about meetings; docs/protocol.md is the reference and Browser/live/protocol.js the mirror.

struct MeetingWord: Decodable, Sendable {
    let meeting: ID<Meeting>
}

struct MeetingDescription: Decodable, Sendable {
    let meeting: ID<Meeting>
    let sdp: String
}

/// A page's offer; none from a page that only looks and listens.
struct MeetingPublishing: Decodable, Sendable {
    let meeting: ID<Meeting>
    let sdp: String?
}

enum MeetingPicture: String, Decodable, Sendable {
    case camera, screen
}

struct MeetingView: Decodable, Sendable {
    struct Tile: Decodable, Sendable {
        let seat: UInt64
        /// Their camera, if it does not say otherwise.
        let track: MeetingPicture?
        /// The largest encoding that the tile is worth, counted from the smallest.
        let encoding: UInt8
    }

    let meeting: ID<Meeting>
    let tiles: [Tile]
}

struct MeetingTracks: Decodable, Sendable {
    let meeting: ID<Meeting>
    let microphone: Bool
    let camera: Bool
    /// Nil from a page that cannot share one.
    let screen: Bool?
    /// Whether it is heard, too; nil from a page that sends no second sound.
    let screenSound: Bool?
    /// How often a host has taken the word so far, as the page was told last; nil before it was told anything.
    let mutes: Int?
}

struct MeetingLeaving: Decodable, Sendable {
    let meeting: ID<Meeting>
    /// Whether only the page goes, which may be loaded again; nil for no.
    let mayReturn: Bool?
}

struct MeetingHand: Decodable, Sendable {
    let meeting: ID<Meeting>
    let isRaised: Bool
}

/// Who is meant; nobody in particular for everybody in the lobby.
struct MeetingSeat: Decodable, Sendable {
    let meeting: ID<Meeting>
    let seat: UInt64?
}

struct MeetingRoleWish: Decodable, Sendable {
    let meeting: ID<Meeting>
    let seat: UInt64
    let role: MeetingRole
}

struct MeetingSaying: Decodable, Sendable {
    let meeting: ID<Meeting>
    let text: String
}

struct MeetingDoor: Decodable, Sendable {
    let meeting: ID<Meeting>
    let isShut: Bool
}

struct MeetingLock: Decodable, Sendable {
    let meeting: ID<Meeting>
    let isLocked: Bool
}

struct MeetingWebinar: Decodable, Sendable {
    let meeting: ID<Meeting>
    let isWebinar: Bool
}

enum MeetingReaction: String, Codable, Sendable, CaseIterable {
    case agree, love, applause, laugh, surprise, celebrate
}

struct MeetingReacting: Decodable, Sendable {
    let meeting: ID<Meeting>
    let reaction: MeetingReaction
}

/// A question to everybody.
struct MeetingAsking: Decodable, Sendable {
    let meeting: ID<Meeting>
    let question: String
    let answers: [String]
    /// Whether one may choose more than one answer.
    let allowsSeveral: Bool
    /// Whether nobody is told who chose what.
    let isAnonymous: Bool
}

struct MeetingAnswering: Decodable, Sendable {
    let meeting: ID<Meeting>
    let poll: Int
    /// The places of the answers chosen, from 0; none takes an answer back.
    let answers: [Int]
}

struct MeetingPollClosing: Decodable, Sendable {
    let meeting: ID<Meeting>
    let poll: Int
}

struct MeetingCaptioner: Decodable, Sendable {
    let meeting: ID<Meeting>
    let seat: UInt64
    let isCaptioner: Bool
}

/// Something that is said, written down.
struct MeetingCaption: Decodable, Sendable {
    let meeting: ID<Meeting>
    let text: String
    /// Whether the next begins anew; otherwise it is the same words, put better.
    let isFinal: Bool
}

// MARK: - To the pages

/// Somebody in a meeting as the others see them: a number for this meeting alone, and no id.
struct MeetingFace: Encodable, Sendable, Equatable {
    let seat: UInt64
    let name: String
    let hue: Int
    let role: MeetingRole
    let microphone: Bool
    let camera: Bool
    let screen: Bool
    let screenSound: Bool
    /// The place in the line of raised hands; absent while it is down.
    let hand: Int?
    /// Whether their connection is lost just now.
    let isAway: Bool
    /// Why their connection is poor (`LinkTrouble`); absent while it is good.
    let trouble: String?
    /// Whether they write what is said.
    let isCaptioner: Bool
}

struct MeetingWaiting: Encodable, Sendable, Equatable {
    let seat: UInt64
    let name: String
    let hue: Int
}

/// The whole of who is there, after each change. `waiting` and `isShut` are for hosts, and so are attendees of a webinar.
struct MeetingPeople: Encodable, Sendable {
    let type = "meeting.people"
    let meeting: ID<Meeting>
    let people: [MeetingFace]
    let waiting: [MeetingWaiting]
    /// Whether who comes from now on waits at the door.
    let isShut: Bool
    /// Whether nobody new comes in.
    let isLocked: Bool
    let isWebinar: Bool
    /// How many attendees of a webinar there are besides `people`.
    let unseen: Int
    /// Whether somebody writes captions, who need not be among `people`.
    let hasCaptions: Bool

    init(_ gathering: Gathering, forHost isForHost: Bool) {
        meeting = gathering.meeting
        isLocked = gathering.isLocked
        isWebinar = gathering.isWebinar
        people = isForHost || !isWebinar ? gathering.faces : gathering.stage
        unseen = gathering.present.count - people.count
        hasCaptions = gathering.hasCaptions
        waiting = isForHost ? gathering.line : []
        isShut = isForHost && gathering.isShut
    }
}

/// An attendee of a webinar as hosts see them, for themself: the others are not told.
struct MeetingSelf: Encodable, Sendable {
    let type = "meeting.self"
    let meeting: ID<Meeting>
    let face: MeetingFace
}

/// Whom each slot shows.
struct MeetingSlots: Encodable, Sendable {
    struct Slot: Encodable, Sendable {
        let mid: String
        let seat: UInt64?
        let track: String?
        /// Whether there is no room on the way for even the smallest picture.
        let isPaused: Bool
        /// Whether it is in a codec that the page's browser has not.
        let isForeign: Bool
    }

    let type = "meeting.slots"
    let meeting: ID<Meeting>
    let slots: [Slot]
}

struct MeetingSpeakers: Encodable, Sendable {
    let type = "meeting.speakers"
    let meeting: ID<Meeting>
    /// The loudest first.
    let seats: [UInt64]
}

/// How many sizes of the own picture anybody wants.
struct MeetingEncodings: Encodable, Sendable {
    let type = "meeting.encodings"
    let meeting: ID<Meeting>
    let count: Int
}

/// Somebody cannot decode an own picture; all could in this codec.
struct MeetingCodec: Encodable, Sendable {
    let type = "meeting.codec"
    let meeting: ID<Meeting>
    let track: String
    /// `VP8`, as descriptions write it.
    let codec: String
}

struct MeetingAdmitted: Encodable, Sendable {
    let type = "meeting.admitted"
    let meeting: ID<Meeting>
}

/// A host has taken the word: the page turns its own microphone off.
struct MeetingMuted: Encodable, Sendable {
    let type = "meeting.muted"
    let meeting: ID<Meeting>
    /// How often by now: the person's own page says the number when it speaks again.
    let mutes: Int
}

/// A host asks somebody to switch their microphone on. Nothing happens until they do.
struct MeetingAsked: Encodable, Sendable {
    let type = "meeting.asked"
    let meeting: ID<Meeting>
}

/// What somebody wrote.
struct MeetingWords: Encodable, Sendable, Equatable {
    /// Counted in the meeting, without holes but for what was written before somebody came.
    let number: Int
    let seat: UInt64
    let name: String
    let text: String
    let at: Timestamp
}

struct MeetingSaid: Encodable, Sendable {
    let type = "meeting.said"
    let meeting: ID<Meeting>
    let words: MeetingWords
}

/// A poll as one of those who are there sees it.
struct MeetingPollFace: Encodable, Sendable, Equatable {
    struct Answer: Encodable, Sendable, Equatable {
        let text: String
        let count: Int
        /// Who chose it, the first of them where they are many; absent where nobody is told.
        let names: [String]?
    }

    /// Counted in the meeting.
    let number: Int
    /// Who asks.
    let name: String
    let question: String
    let answers: [Answer]
    let allowsSeveral: Bool
    let isAnonymous: Bool
    let isOpen: Bool
    /// Whether whoever is told asked it.
    let isOwn: Bool
    /// How many have answered.
    let voters: Int
    /// What whoever is told chose; nothing once a poll without names is closed.
    let chosen: [Int]
}

/// A poll was asked, answered or closed.
struct MeetingPollShown: Encodable, Sendable {
    let type = "meeting.poll"
    let meeting: ID<Meeting>
    let poll: MeetingPollFace
}

/// Shown at the foot of the picture, to those who switched captions on, and kept nowhere.
struct MeetingCaptioned: Encodable, Sendable {
    let type = "meeting.captioned"
    let meeting: ID<Meeting>
    /// Who wrote it.
    let seat: UInt64
    let text: String
    let isFinal: Bool
}

/// Shown for a moment, and kept nowhere.
struct MeetingReacted: Encodable, Sendable {
    let type = "meeting.reacted"
    let meeting: ID<Meeting>
    let seat: UInt64
    let reaction: MeetingReaction
}

/// What attendees of a webinar showed of late, counted: whom it comes from is told to nobody.
struct MeetingApplause: Encodable, Sendable {
    let type = "meeting.applause"
    let meeting: ID<Meeting>
    let reactions: [String: Int]
}

struct MeetingOver: Encodable, Sendable {
    enum Reason: String, Encodable, Sendable {
        case ended, removed, refused
        /// Another page of the same person took it over.
        case elsewhere
        /// The call between two that was to become this meeting stays one between two, or is over: whoever was added met nobody.
        case upgradeFailed, callEnded
    }

    let type = "meeting.over"
    let meeting: ID<Meeting>
    let reason: Reason
}

/// Body of the `ack` to `meeting.enter`.
struct MeetingEntered: Encodable, Sendable {
    /// `waiting` or `in`.
    let state: String
    let seat: UInt64
    let role: MeetingRole
    /// Whether the server still has the media of this page: false after a restart.
    let hasMedia: Bool
    /// How often a host has taken the word from them.
    let mutes: Int
    /// Whether a host took it last: they are not heard until they switch their microphone on, with that number.
    let isMuted: Bool
    let iceServers: [IceServer]
    /// What was written since they came; nothing to who waits.
    let words: [MeetingWords]
    /// What was asked and is open, or was closed since they came.
    let polls: [MeetingPollFace]
}

/// Body of the `ack` to `meeting.publish`.
struct MeetingWelcome: Encodable, Sendable {
    let answer: String?
    let slots: String
}
