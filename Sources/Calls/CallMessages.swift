import Foundation
import Vocabulary
import Web

// The messages of `/live` about calls; docs/protocol.md is the reference and Browser/live/protocol.js the mirror.

struct RingWish: Decodable, Sendable {
    let call: ID<Call>
    let callee: PersonID
    let relayOnly: Bool
}

struct CallWish: Decodable, Sendable {
    let call: ID<Call>
}

struct AcceptWish: Decodable, Sendable {
    let call: ID<Call>
    let device: String
}

struct JoinWish: Decodable, Sendable {
    let call: ID<Call>
    let device: String

    private enum CodingKeys: String, CodingKey { case call, device }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        call = try container.decode(ID<Call>.self, forKey: .call)
        device = try container.decode(String.self, forKey: .device)
        guard (8...64).contains(device.utf8.count) else {
            throw DecodingError.dataCorruptedError(forKey: .device, in: container, debugDescription: "8 to 64 bytes")
        }
    }
}

/// Somebody as the other side of a call sees them. A guest has no `person`: there is no page about them.
struct Caller: Encodable, Sendable {
    let person: PersonID?
    /// Absent where it is not for the other side: their page says "Member" and a tag in its own language.
    let name: String?
    /// Behind the initials where there is no picture.
    let hue: Int
    let picture: String?
}

struct Ringing: Encodable, Sendable {
    let type = "call.ringing"
    let call: ID<Call>
    let from: Caller
    /// The caller waits in the lobby of a guest link: nothing should sound.
    let isQuiet: Bool
    /// Whom the caller is in a call with, and wants to add this person to.
    var with: Caller?
    let at: Timestamp
}

struct Answered: Encodable, Sendable {
    let type = "call.answered"
    let call: ID<Call>
    let device: String
}

struct Accepted: Encodable, Sendable {
    let type = "call.accepted"
    let call: ID<Call>
}

/// `reason` nil: this page only, because another page of the same person took the call over.
struct Ended: Encodable, Sendable {
    let type = "call.ended"
    let call: ID<Call>
    let reason: String
    let at: Timestamp

    init(call: ID<Call>, reason: EndReason?, at: Timestamp) {
        self.call = call
        self.reason = reason?.rawValue ?? "answeredElsewhere"
        self.at = at
    }
}

/// What one page says to the other, in its own words.
struct Signal: Sendable {
    let call: ID<Call>
    let signal: JSONText

    var json: [UInt8] {
        Array(#"{"call":"\#(call)","signal":"#.utf8) + signal.bytes + Array(#","type":"call.signal"}"#.utf8)
    }
}

struct PeerPresence: Encodable, Sendable {
    let type = "call.peer"
    let call: ID<Call>
    let present: Bool
}

/// Body of the `call.missed` notice. A guest's name is in it because nothing else keeps it.
struct MissedCall: Encodable, Sendable {
    let call: ID<Call>
    let person: PersonID
    let guest: String?
}

/// Body of the `ack` to `call.ring` and `call.join`.
struct Joined: Encodable, Sendable {
    let state: String
    let reason: String?
    let role: String
    let peer: Caller
    let iceServers: [IceServer]
    let relayOnly: Bool
    let peerPresent: Bool
    let since: Timestamp?
    /// Where the call went on, of one that became a group call just now.
    let meeting: ID<Meeting>?

    init(
        call: Call, role: String, peer: Caller, iceServers: [IceServer], relayOnly: Bool, peerPresent: Bool, meeting: ID<Meeting>?
    ) {
        self.meeting = meeting
        self.role = role
        self.peer = peer
        self.iceServers = iceServers
        self.relayOnly = relayOnly
        self.peerPresent = peerPresent
        switch call.state {
        case .waiting, .ringing: (state, reason, since) = ("ringing", nil, nil)
        case .active(let start): (state, reason, since) = ("accepted", nil, start)
        case .ended(let why, _): (state, reason, since) = ("ended", why.rawValue, nil)
        }
    }
}
