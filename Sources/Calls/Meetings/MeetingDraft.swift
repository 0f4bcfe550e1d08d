import Cluster
import Storage
import Vocabulary
import Web

/// A meeting and its link before they are written down.
struct MeetingDraft: Sendable {
    let meeting: Meeting
    fileprivate let link: GuestLink
    fileprivate let fingerprint: [UInt8]

    init(_ wish: MeetingWish, for host: PersonID, on ground: Ground) async throws {
        let now = ground.clock.now
        let secret = GuestLink.newSecret()
        fingerprint = GuestLink.fingerprint(of: secret)
        link = GuestLink(
            id: .init(at: now), host: host, createdAt: now, expiresAt: wish.expires(from: now), usesLeft: nil, hasLobby: wish.hasLobby,
            isRevoked: false, isRelayOnly: false)
        meeting = Meeting(
            id: .init(at: now), host: host, link: link.id,
            name: try await ground.keys.seal(wish.name, for: host, as: Meeting.nameColumn),
            secret: try await ground.keys.seal(secret, for: host, as: Meeting.secretColumn), createdAt: now,
            isWebinar: wish.isWebinar ?? false, isLocked: false)
    }
}

extension Ground {
    /// Whether meetings can be held: their packets live in one process, and several nodes would each have a part of the people.
    var holdsMeetings: Bool { bus is LocalBus }
}

extension Transaction {
    /// Adds a meeting and its link, unless its host has as many as anybody may have.
    func add(_ draft: MeetingDraft, at now: Timestamp) throws {
        guard try meetings(of: draft.meeting.host, at: now).count < GuestLink.most else {
            throw Problem(.conflict, "problem.tooManyLinks", values: ["limit": String(GuestLink.most)])
        }
        try add(draft.link, fingerprint: draft.fingerprint)
        try add(draft.meeting)
    }
}
