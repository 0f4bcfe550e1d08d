package import Conversations
import Hummingbird
package import Privacy
package import Storage
package import Vocabulary
package import Web

/// A visitor's explicit consent to their words about health, belief and the like being read (VOC-06, VEL-23): **a separate act, recorded
/// with the wording it was given to, and taken back as easily**. Only sites that handle such matters ask for it; the others ask not to
/// be told of them. Typing something is consent to nothing.
package struct Consent: Sendable, Equatable {
    /// The version of the site's wording that was agreed to.
    package let notice: Int
    package let givenAt: Timestamp
    package let withdrawnAt: Timestamp?
}

extension Problem {
    /// The site handles sensitive matters, and the visitor has not agreed.
    package static let consentMissing = Problem(.unprocessableContent, "problem.consentMissing")
}

extension SupportSite.Settings {
    /// Whether the site says that it handles such matters.
    package var asksConsent: Bool { !consent.isEmpty }
}

extension Desk {
    package static let consentMigrations = [
        Migration(
            "desk-consent", 1,
            [
                """
                CREATE TABLE visitor_consent (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    visitor_id BLOB NOT NULL,
                    notice INTEGER NOT NULL,
                    given_at INTEGER NOT NULL,
                    withdrawn_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX visitor_consent_visitor ON visitor_consent (visitor_id)",
            ])
    ]

    package static var consentDeclarations: Declarations {
        var all = Declarations()
        all.personal = ["visitor_id", "notice", "given_at", "withdrawn_at"].map { column in
            PersonalField(
                "visitor_consent", column, key: "visitorConsent", column == "visitor_id" ? .pseudonym : .history, for: [.support],
                basis: .consent, audience: .staff, retention: .withConversation, sealing: .plain,
                necessity: "Proves that the visitor agreed, to which words and until when.")
        }
        all.technical = [TechnicalColumn("visitor_consent", "conversation_id", reason: "A random id.")]
        return all
    }

    private static let nothing = JSONShape.object([:])

    package var consentRoutes: [Route] {
        [
            Route(
                .post, "/enquiry/consent/withdraw", .visitors, purpose: "A visitor takes back their consent: nobody of the team reads on."
            ) {
                request, context in
                let _: [String: String] = try await Self.nothing.read(request)
                try await withdrawConsent(of: try context.visitor.person)
                return Response(status: .noContent)
            }
        ]
    }

    /// Takes the consent back: the conversation ends, and **nobody of the team reads it from now on**, whoever they are. The visitor
    /// still has their copy, and may have everything deleted.
    package func withdrawConsent(of visitor: PersonID) async throws {
        let now = ground.clock.now
        let found = try await ground.database.read { transaction -> (Conversation, [Participant])? in
            guard let visitor = try transaction.visitor(visitor), let conversation = try transaction.conversation(visitor.conversation)
            else {
                return nil
            }
            return (conversation, try transaction.participants(of: conversation.id).filter { $0.leftAt == nil && $0.part.isStaff })
        }
        guard let (conversation, staff) = found else { throw Problem.notFound }
        var leavings: [Conversations.Leaving] = []
        for place in staff { leavings.append(try await conversations.prepareLeaving(of: place, from: conversation)) }
        let closing = try await conversations.prepareClosing(of: conversation.id, by: visitor, as: .visitor)
        let told = try await ground.database.write { [leavings] transaction -> Set<PersonID> in
            _ = try conversations.close(closing, in: transaction)
            guard try transaction.withdrawConsent(to: conversation.id, at: now) else { throw Problem.notFound }
            let told = try transaction.enquiry(conversation.id).map { try audience(of: $0, in: transaction) } ?? []
            _ = try transaction.closeEnquiry(conversation.id, at: now)
            try transaction.disinviteAll(from: conversation.id)
            // Whoever came in between is in none of these, and is gone all the same.
            for leaving in leavings { try conversations.leave(leaving, in: transaction) }
            for place in try transaction.participants(of: conversation.id) where place.leftAt == nil && place.part.isStaff {
                _ = try transaction.leave(conversation.id, place.person, at: now)
            }
            return told
        }
        conversations.cutOff(Array(told.union(staff.map(\.person))), from: conversation.id)
        try await conversations.closed(closing)
        await changed(conversation.id, and: told)
    }
}

extension Transaction {
    func addConsent(of visitor: Visitor) throws(StorageError) {
        try run(
            """
            INSERT INTO visitor_consent (conversation_id, visitor_id, notice, given_at)
            VALUES (\(visitor.conversation), \(visitor.person), \(visitor.notice), \(visitor.beganAt))
            """)
    }

    package func consent(to id: ConversationID) throws(StorageError) -> Consent? {
        guard let row = try first("SELECT * FROM visitor_consent WHERE conversation_id = \(id)") else { return nil }
        return Consent(notice: try row["notice"], givenAt: try row["given_at"], withdrawnAt: try row["withdrawn_at"])
    }

    /// Nobody reads on what the visitor took their consent back from, whoever or whatever they are (VEL-23).
    func mayBeRead(_ id: ConversationID) throws(StorageError) -> Bool { try consent(to: id)?.withdrawnAt == nil }

    fileprivate func withdrawConsent(to id: ConversationID, at now: Timestamp) throws(StorageError) -> Bool {
        try exists(
            "UPDATE visitor_consent SET withdrawn_at = \(now) WHERE conversation_id = \(id) AND withdrawn_at IS NULL RETURNING given_at")
    }
}
