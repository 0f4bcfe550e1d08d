package import Vocabulary
import Web
import Storage

/// What a member chooses when making a link.
package struct GuestLinkWish: Sendable {
    /// Hours until the link stops working: one of `GuestLink.lifetimes`.
    package var hours: Int
    package var isForOne: Bool
    package var hasLobby: Bool
    /// Whether calls by it go through the relay.
    package var isRelayOnly = false

    package init(hours: Int, isForOne: Bool, hasLobby: Bool, isRelayOnly: Bool = false) {
        self.hours = hours
        self.isForOne = isForOne
        self.hasLobby = hasLobby
        self.isRelayOnly = isRelayOnly
    }
}

extension Calls {
    /// Makes a link and gives its secret, which is shown once and not kept.
    package func makeLink(_ wish: GuestLinkWish, for host: PersonID) async throws -> (link: GuestLink, secret: String) {
        guard GuestLink.lifetimes.contains(wish.hours) else { throw Problem.malformed }
        let now = ground.clock.now
        let secret = GuestLink.newSecret()
        let link = GuestLink(
            id: .init(at: now), host: host, createdAt: now, expiresAt: now + .hours(wish.hours), usesLeft: wish.isForOne ? 1 : nil,
            hasLobby: wish.hasLobby, isRevoked: false, isRelayOnly: wish.isRelayOnly)
        try await ground.database.write { transaction in
            guard try transaction.guestLinks(of: host).filter({ $0.isOpen(at: now) }).count < GuestLink.most else {
                throw Problem(.conflict, "problem.tooManyLinks", values: ["limit": String(GuestLink.most)])
            }
            try transaction.add(link, fingerprint: GuestLink.fingerprint(of: secret))
        }
        return (link, secret)
    }

    /// Whether this server has a relay, without which no call can hide addresses.
    package var hasRelay: Bool { relay != nil }

    /// Takes a link back: nobody comes by it any more. Who is in a call stays.
    package func revoke(_ link: ID<GuestLink>, of host: PersonID) async throws {
        guard try await ground.database.write({ try $0.revoke(link, of: host) }) else { throw Problem.notFound }
    }

    /// The link that this secret opens, if it still does. **A block is
    /// total**: who has blocked its maker, or is blocked by them, finds a link
    /// that is gone, whatever they ask of it, and so does not learn which of the two it is.
    package func openLink(_ secret: String, for viewer: PersonID?) async throws -> GuestLink? {
        guard (20...40).contains(secret.utf8.count) else { return nil }
        let now = ground.clock.now
        return try await ground.database.read { transaction in
            guard let link = try transaction.guestLink(fingerprint: GuestLink.fingerprint(of: secret)), link.isOpen(at: now) else {
                return nil
            }
            if let viewer, try transaction.keepApart(link.host, viewer) { return nil }
            return link
        }
    }

    /// A guest comes by the link: they get a key, a cookie's secret and a call that rings the host, or waits in the lobby.
    package func join(_ secret: String, as name: String, by viewer: PersonID? = nil) async throws -> (call: Call, token: String) {
        guard let link = try await openLink(secret, for: viewer) else { throw Problem(.gone, "problem.linkGone") }
        let now = ground.clock.now
        let person = PersonID(at: now)
        let token = GuestLink.newSecret()
        try await ground.keys.makeKey(for: person)
        let sealed = try await ground.keys.seal(name, for: person, as: Guest.nameColumn)
        let guest = Guest(person: person, link: link.id, host: link.host, name: sealed, joinedAt: now)
        try await ground.database.write { transaction in
            guard try transaction.use(link.id, at: now) else { throw Problem(.gone, "problem.linkGone") }
            try transaction.add(guest, fingerprint: GuestLink.fingerprint(of: token))
        }
        let call = Call(
            id: .init(at: now), caller: person, callee: link.host, link: link.id, state: link.hasLobby ? .waiting : .ringing, rungAt: now)
        try await exchange.begin(call, relayOnly: link.isRelayOnly ? true : try await people.alwaysRelays(link.host))
        return (call, token)
    }
}
