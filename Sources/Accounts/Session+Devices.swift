package import Vocabulary
import Web
import Storage

/// A session as its person sees it.
package struct SessionView: Sendable {
    package let id: ID<Session>
    package let device: DeviceLabel
    package let createdAt: Timestamp
    package let usedAt: Timestamp
}

extension Accounts {
    /// Where a person is signed in, last used first (C08).
    package func sessions(of person: PersonID) async throws -> [SessionView] {
        let now = now
        let sessions = try await ground.database.read { try $0.sessions(of: person) }.filter {
            $0.isLive(at: now, idle: policy.idleLifetime)
        }
        let labels = try await ground.keys.openTexts(sessions.map { ($0.person, $0.device) }, as: Session.deviceColumn)
        return zip(sessions, labels).map { session, label in
            SessionView(
                id: session.id, device: DeviceLabel(stored: label ?? ""), createdAt: session.createdAt, usedAt: session.usedAt)
        }
    }

    /// Ends one session; its pages are told at once. Ending one that is over changes nothing.
    package func end(_ session: ID<Session>, of person: PersonID) async throws {
        let ended = try await ground.database.write { try $0.end(session, of: person) }
        if ended { ground.live.disconnect(person, session: session.description, because: .signedOut) }
    }

    /// Ends every session but one, or all.
    package func endSessions(of person: PersonID, except kept: ID<Session>?) async throws {
        let ended = try await ground.database.write { try $0.endSessions(of: person, except: kept) }
        for session in ended { ground.live.disconnect(person, session: session.description, because: .signedOut) }
    }
}
