import Storage
import Vocabulary
package import Web

/// Knows guests by the cookie they got when they joined.
package struct GuestAuthenticator: Authenticator {
    let ground: Ground

    package init(_ ground: Ground) {
        self.ground = ground
    }

    package func principal(for cookies: SentCookies) async throws -> Principal? {
        guard let token = cookies[Calls.guestCookie] else { return nil }
        let oldest = ground.clock.now - Guest.lifetime
        let guest = try await ground.database.read { try $0.guest(fingerprint: GuestLink.fingerprint(of: token)) }
        guard let guest, guest.joinedAt >= oldest else { return nil }
        let name = try await ground.keys.openTexts([(guest.person, guest.name)], as: Guest.nameColumn)[0] ?? ""
        return .guest(.init(person: guest.person, link: guest.link.description, name: Redacted(name)))
    }
}
