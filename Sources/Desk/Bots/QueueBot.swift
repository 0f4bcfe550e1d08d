package import Conversations
package import Storage
package import Vocabulary
package import Web

/// A program that answers visitors of a queue first, and hands over to people.
///
/// **It never keeps anybody waiting**: what it does not answer within its patience goes to people, and so does everything it has
/// when its token ends.
package struct QueueBot: Sendable {
    /// How long a visitor waits for the program's answer before people are asked.
    package static let patience = Duration.seconds(30)

    let program: PersonID
    let name: String

    package static let migrations = [
        Migration(
            "desk-bot", 1,
            [
                """
                CREATE TABLE queue_bot (
                    queue_id BLOB PRIMARY KEY NOT NULL REFERENCES support_queue (id) ON DELETE CASCADE,
                    token_id BLOB NOT NULL REFERENCES api_token (id) ON DELETE CASCADE
                ) STRICT
                """,
                """
                CREATE TABLE bot_turn (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    token_id BLOB NOT NULL REFERENCES api_token (id) ON DELETE CASCADE,
                    due_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX bot_turn_due ON bot_turn (due_at)",
            ])
    ]
}

/// A program's coming into a conversation that begins.
struct BotArrival: Sendable {
    let token: APIToken
    let admission: Conversations.Admission
}

extension Desk {
    /// The program that answers first in this queue, ready to come in. Nil where people do.
    func botArrival(in queue: ID<Queue>, to conversation: Conversation) async throws -> BotArrival? {
        guard let token = try await ground.database.read({ try $0.bot(of: queue) }), token.isOpen(at: ground.clock.now) else { return nil }
        let admission = try await conversations.prepareAdmission(of: token.program, to: conversation, as: .bot, named: token.name)
        return BotArrival(token: token, admission: admission)
    }

    /// In the transaction in which the enquiry begins.
    func welcome(_ bot: BotArrival?, to id: ConversationID, at now: Timestamp, in transaction: Transaction) throws {
        guard let bot, let queue = try transaction.enquiry(id)?.queue, try transaction.hasRoom(bot.token.program, in: queue) else { return }
        try conversations.admit(bot.admission, in: transaction)
        try transaction.give(id, toProgram: bot.token.program, at: now)
        try transaction.beginTurn(of: bot.token.id, in: id, due: now + QueueBot.patience)
    }

    /// Gives what a program has to people: it waits for the first who is free. Nothing happens when the program has it no more.
    package func handOver(_ id: ConversationID, from program: PersonID, saying note: String? = nil, as command: CommandID = .fresh())
        async throws
    {
        let now = ground.clock.now
        guard let conversation = try await ground.database.read({ try $0.conversation(id) }) else { throw Problem.notFound }
        if let note { try await conversations.note(note, id: command, in: id, by: program) }
        let name = try await ground.database.read { try $0.token(of: program) }?.name ?? ""
        let left = try await conversations.prepareEvent(
            ConversationEvent.left, Coming(person: program, part: .bot, name: name), in: conversation)
        let isNew = try await ground.database.write { transaction in
            guard try transaction.release(id, from: program, at: now) else { return false }
            if try transaction.leave(id, program, at: now) { try ground.streams.append(left, in: transaction) }
            return true
        }
        guard isNew else { return }
        conversations.wake(id)
        await changed(id)
    }

    /// Hands over what programs let lie.
    func handOverOverdue() async throws {
        let now = ground.clock.now
        for (id, program) in try await ground.database.read({ try $0.overdueTurns(at: now) }) { try await handOver(id, from: program) }
    }

    var botOperations: [APIOperation] {
        [
            .act(
                .put, "/queues/{queue}/bot", "answerQueue", .bot,
                "From now on the program answers this queue's new enquiries first; another program's turn there ends.", or: []
            ) { call in
                let queue: ID<Queue> = try call.parameter("queue")
                try await ground.database.write { transaction in
                    guard try transaction.queue(queue) != nil, let token = try transaction.token(of: call.person) else {
                        throw Problem.notFound
                    }
                    try transaction.put(token.id, asBotOf: queue)
                }
            },
            .act(.delete, "/queues/{queue}/bot", "leaveQueue", .bot, "From now on people answer this queue's new enquiries.", or: []) {
                call in
                let queue: ID<Queue> = try call.parameter("queue")
                try await ground.database.write { transaction in
                    guard try transaction.queue(queue) != nil, let token = try transaction.token(of: call.person) else {
                        throw Problem.notFound
                    }
                    try transaction.removeBot(token.id, of: queue)
                }
            },
            .act(
                .post, "/enquiries/{enquiry}/handover", "handOver", .bot,
                "Hands an enquiry that the program has to people: the visitor waits for the first who is free.", or: []
            ) { call in
                let id: ConversationID = try call.parameter("enquiry")
                guard try await enquiry(id).agent == call.person else { throw Problem.notFound }
                try await handOver(id, from: call.person)
            },
        ]
    }
}

extension Transaction {
    func bot(of queue: ID<Queue>) throws(StorageError) -> APIToken? {
        let row = try first(
            "SELECT api_token.* FROM api_token JOIN queue_bot ON queue_bot.token_id = api_token.id WHERE queue_bot.queue_id = \(queue)")
        return try row.map { row throws(StorageError) in try APIToken(row) }
    }

    func put(_ token: ID<APIToken>, asBotOf queue: ID<Queue>) throws(StorageError) {
        try run(
            """
            INSERT INTO queue_bot (queue_id, token_id) VALUES (\(queue), \(token))
            ON CONFLICT (queue_id) DO UPDATE SET token_id = excluded.token_id
            """)
    }

    func removeBot(_ token: ID<APIToken>, of queue: ID<Queue>) throws(StorageError) {
        try run("DELETE FROM queue_bot WHERE queue_id = \(queue) AND token_id = \(token)")
    }

    /// No agent's work, and counted as none.
    func give(_ id: ConversationID, toProgram program: PersonID, at now: Timestamp) throws {
        try run("UPDATE enquiry SET state = 'active', agent_id = \(program), assigned_at = \(now) WHERE conversation_id = \(id)")
        try tell(.enquiryAssigned, about: id, at: now)
    }

    func beginTurn(of token: ID<APIToken>, in id: ConversationID, due: Timestamp) throws(StorageError) {
        try run("INSERT INTO bot_turn (conversation_id, token_id, due_at) VALUES (\(id), \(token), \(due))")
    }

    /// Somebody spoke where a program answers: it is the program's turn, or was.
    func turned(_ id: ConversationID, by part: Participant.Part, at now: Timestamp) throws(StorageError) {
        switch part {
        case .visitor:
            try run(
                "UPDATE bot_turn SET due_at = \(now + QueueBot.patience) WHERE conversation_id = \(id) AND due_at IS NULL")
        case .bot: try run("UPDATE bot_turn SET due_at = NULL WHERE conversation_id = \(id)")
        default: try run("DELETE FROM bot_turn WHERE conversation_id = \(id)")
        }
    }

    /// False when it is not the program's any more.
    func release(_ id: ConversationID, from program: PersonID, at now: Timestamp) throws -> Bool {
        try run("DELETE FROM bot_turn WHERE conversation_id = \(id)")
        let isNew = try exists(
            """
            UPDATE enquiry SET state = 'waiting', agent_id = NULL, assigned_at = NULL, waiting_since = \(now), last_at = \(now)
            WHERE conversation_id = \(id) AND agent_id = \(program) AND state = 'active' RETURNING state
            """)
        if isNew { try tell(.enquiryHandedOver, about: id, part: Participant.Part.bot.rawValue, at: now) }
        return isNew
    }

    func overdueTurns(at now: Timestamp) throws(StorageError) -> [(ConversationID, PersonID)] {
        var found: [(ConversationID, PersonID)] = []
        for row in try rows(
            """
            SELECT conversation_id, program_id FROM bot_turn JOIN api_token ON api_token.id = bot_turn.token_id
            WHERE due_at <= \(now) OR api_token.revoked = 1 OR api_token.expires_at <= \(now) LIMIT 100
            """)
        { found.append((try row["conversation_id"], try row["program_id"])) }
        return found
    }
}
