package import Storage
package import Vocabulary
package import Web

extension Conversations {
    /// Somebody's going, ready to be written in the caller's own transaction (`leave(_:in:)`).
    package struct Leaving: Sendable {
        package let conversation: ConversationID
        package let person: PersonID
        let event: PreparedEvent
        let at: Timestamp
    }

    /// Prepares that a person's place ends.
    package func prepareLeaving(of participant: Participant, from conversation: Conversation) async throws -> Leaving {
        let name = try await ground.keys.openText(participant.name, of: conversation.keeper, as: Participant.nameColumn)
        let event = try await prepareEvent(
            ConversationEvent.left, Coming(person: participant.person, part: participant.part, name: name), in: conversation)
        return Leaving(conversation: conversation.id, person: participant.person, event: event, at: ground.clock.now)
    }

    /// False when the person was not in it any more. Call `cutOff` after the commit.
    @discardableResult
    package func leave(_ leaving: Leaving, in transaction: Transaction) throws -> Bool {
        guard try transaction.leave(leaving.conversation, leaving.person, at: leaving.at) else { return false }
        try ground.streams.append(leaving.event, in: transaction)
        return true
    }

    /// Whoever left hears nothing further, on whatever page they have open.
    package func cutOff(_ people: [PersonID], from id: ConversationID) {
        for person in people {
            ground.live.unlisten(person, to: StreamID(Self.stream, about: id))
            ground.live.unlisten(person, to: StreamID(Self.teamStream, about: id))
        }
    }
}

extension Transaction {
    /// The present places of these people in these conversations.
    package func places(of people: [PersonID], in ids: [ConversationID]) throws(StorageError) -> [Participant] {
        guard !people.isEmpty, !ids.isEmpty else { return [] }
        var places: [Participant] = []
        for row in try rows(
            """
            SELECT * FROM participant WHERE conversation_id IN \(list: ids) AND person_id IN \(list: people) AND left_at IS NULL
            """)
        { places.append(try Participant(row)) }
        return places
    }

    /// Where this person has a place now.
    package func places(of person: PersonID) throws(StorageError) -> [Participant] {
        var places: [Participant] = []
        for row in try rows("SELECT * FROM participant WHERE person_id = \(person) AND left_at IS NULL ORDER BY conversation_id") {
            places.append(try Participant(row))
        }
        return places
    }

    /// Staff who still have a place in conversations that ended within this time.
    package func staffPlaces(inClosed span: Range<Timestamp>, limit: Int) throws(StorageError) -> [Participant] {
        var places: [Participant] = []
        for row in try rows(
            """
            SELECT participant.* FROM conversation JOIN participant ON participant.conversation_id = conversation.id
            WHERE conversation.closed_at >= \(span.lowerBound) AND conversation.closed_at < \(span.upperBound)
                AND participant.left_at IS NULL AND participant.part IN ('agent', 'observer')
            ORDER BY conversation.closed_at LIMIT \(limit)
            """)
        { places.append(try Participant(row)) }
        return places
    }
}
