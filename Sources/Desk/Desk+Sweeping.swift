package import Conversations
package import ServiceLifecycle
import Storage
package import Vocabulary
import Web

extension Desk {
    /// A conversation in which nobody said anything for so long is over.
    package static let longestSilence = Duration.days(30)
    /// Conversations that one round deletes.
    private static let batch = 500

    /// What must go on in the background.
    package var visitorServices: [any Service] {
        [
            Rounds(every: .minutes(10), logger: ground.logger, sweep),
            Rounds(every: .seconds(30), logger: ground.logger, tellAnswers),
            HereListening(here: here),
        ]
    }

    /// Ends what nobody ended, and deletes each conversation `keepDays` after its end, with everything about its visitor.
    package func sweep() async throws {
        try await sweepHalfImported()
        try await finishForgetting()
        let now = ground.clock.now
        let silent = try await ground.database.read { transaction in
            try transaction.rows(
                // By name, so that an index finds them among many that are closed.
                """
                SELECT conversation_id FROM enquiry WHERE state IN ('waiting', 'offered', 'active', 'snoozed')
                    AND last_at < \(now - Self.longestSilence) LIMIT \(Self.batch)
                """
            ).map { try $0.get("conversation_id", as: ConversationID.self) }
        }
        for id in silent { try await close(id, by: nil, as: nil) }
        for site in try await ground.database.read({ try $0.supportSites() }) {
            let end = now - .days(max(1, site.settings.keepDays))
            let over = try await ground.database.read { transaction in
                try transaction.rows(
                    "SELECT visitor_id FROM enquiry WHERE site_id = \(site.id) AND closed_at <= \(end) LIMIT \(Self.batch)"
                )
                .map { try $0.get("visitor_id", as: PersonID.self) }
            }
            for visitor in over { try await forget(visitor) }
        }
    }
}
