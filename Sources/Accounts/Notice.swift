import Foundation
package import Vocabulary
package import Web

/// Something that happened while a person was away, from their own stream `notices`.
///
/// Bodies hold ids; names are looked up when a notice is shown, so that a name that was hidden since stays hidden (C03).
package struct Notice: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case contactAsked = "contact.asked"
        case contactAccepted = "contact.accepted"
        case callMissed = "call.missed"
        case signInNew = "signIn.new"
        case settingChanged = "setting.changed"
        case enquiryMentioned = "enquiry.mentioned"
        case enquiryInvited = "enquiry.invited"
        case enquiryTransferred = "enquiry.transferred"
        case wallboardWait = "wallboard.wait"
        case wallboardNumber = "wallboard.number"
        case meetingWaiting = "meeting.waiting"
        case meetingSoon = "meeting.soon"

        /// Name of its drawing in `design/icons.svg`.
        var icon: String {
            switch self {
            case .contactAsked: "person-add"
            case .contactAccepted: "people"
            case .callMissed: "phone"
            case .signInNew: "device"
            case .settingChanged: "shield"
            case .enquiryMentioned, .enquiryInvited, .enquiryTransferred, .wallboardWait, .wallboardNumber: "chat"
            case .meetingWaiting: "hand"
            case .meetingSoon: "clock"
            }
        }
    }

    let sequence: Int
    let kind: Kind
    let body: Body
    let at: Timestamp

    /// The members of all kinds' bodies; each kind has its own.
    struct Body: Decodable, Sendable {
        var person: PersonID?
        var guest: String?
        var setting: String?
        var device: String?
        var conversation: String?
        /// The name of a queue.
        var queue: String?
        /// The id of a meeting.
        var meeting: String?
    }

    /// Notices on one page.
    static let page = 50
}

extension People {
    /// Every person's own stream. Who was away longer than it is kept sees the list, which says what is left.
    package static let notices = StreamKind("notices", retention: .days(90))

    /// The latest notices before a sequence, newest first. Kinds that this version does not know are left out.
    func notices(of person: PersonID, before sequence: Int?) async throws -> [Notice] {
        let stream = StreamID("notices", of: person)
        var notices: [Notice] = []
        for event in try await ground.streams.latest(stream, before: sequence, limit: Notice.page) {
            guard let kind = Notice.Kind(rawValue: event.kind) else { continue }
            let json = try await ground.streams.open(event, in: stream, for: person)
            notices.append(
                Notice(sequence: event.sequence, kind: kind, body: try JSONDecoder().decode(Notice.Body.self, from: json), at: event.at))
        }
        return notices
    }

    /// The sequence of the person's latest notice.
    func lastNotice(of person: PersonID) async throws -> Int {
        try await ground.database.read { try ground.streams.last(StreamID("notices", of: person), in: $0) }
    }

    /// Remembers that the person has seen everything up to a sequence. It only moves forward.
    package func markNoticesRead(by person: PersonID, upTo sequence: Int) async throws {
        try await ground.database.write { transaction in
            let last = try ground.streams.last(StreamID("notices", of: person), in: transaction)
            try transaction.markNoticesRead(by: person, upTo: min(sequence, last))
        }
        ground.live.send(NoticesRead(upTo: sequence), to: [person])
    }
}

/// Tells a person's other pages that notices were seen.
private struct NoticesRead: Encodable, Sendable {
    let type = "notices.read"
    let upTo: Int
}
