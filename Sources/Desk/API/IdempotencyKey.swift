import Conversations
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import Vocabulary
import Web

/// The name a program gives to one request, so that asking again does nothing twice (draft-ietf-httpapi-idempotency-key-header).
struct IdempotencyKey: Sendable {
    static let lifetime = Duration.days(1)
    /// After so long without an answer, whoever began it is gone: longer than a handler may take.
    static let patience = Duration.minutes(1)
    static let answerColumn = SealedColumn("api_answer", "answer")

    let text: String
    /// What was asked for under it.
    let request: [UInt8]

    /// Nil for a request without one, or one that only reads. Throws for what is no key.
    init?(_ request: Request, _ operation: APIOperation, _ body: [UInt8]) throws(Problem) {
        guard operation.method != .get, let field = request.headers[API.idempotencyKey] else { return nil }
        // A structured field's string stands in quotes; many programs leave them out.
        text = field.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed
        }
        self.request = Array(SHA256.hash(data: Array("\(request.method) \(request.uri)\n".utf8) + body))
    }

    /// The same for the same key of the same program: what is written under it is written once, whatever happens in between.
    func command(of person: PersonID) -> CommandID {
        let hash = Array(SHA256.hash(data: person.bytes + Array(text.utf8)).prefix(16))
        let digits = hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(Array(digits)[$0]) }
        return CommandID(parts.joined(separator: "-")) ?? .fresh()
    }
}

extension Problem {
    /// The key stands for another request already.
    static let keyReused = Problem(.unprocessableContent, "problem.apiKeyReused")
    /// The first request with this key is not answered yet.
    static let keyBusy = Problem(.conflict, "problem.apiKeyBusy", retryAfter: 1)
}

extension Desk {
    private enum Place {
        case free
        /// And whose key opens it.
        case answered(Int, Sealed?, PersonID)
    }

    /// Does it unless it was done under this key; then the answer is the one given then. What failed may be tried again.
    ///
    /// - Parameter conversation: what it is about. Its answer is sealed with the key that seals what was said there, and goes with it:
    ///   **whoever is forgotten is forgotten here, too**.
    func once(
        _ key: IdempotencyKey, _ token: ID<APIToken>, _ program: PersonID, about conversation: ConversationID?,
        _ act: () async throws -> APIReply
    ) async throws -> APIReply {
        if case .answered(let status, let sealed, let keeper) = try await place(key, token, program) {
            guard let sealed else { return APIReply(status: status, json: nil) }
            return APIReply(status: status, json: try await ground.keys.open(sealed, of: keeper, as: IdempotencyKey.answerColumn))
        }
        do {
            let reply = try await act()
            let found = try await ground.database.read { transaction in try conversation.flatMap { try transaction.conversation($0) } }
            let sealed = try await seal(reply.json, for: conversation == nil ? program : found?.keeper)
            try await ground.database.write { transaction in
                // One that has gone meanwhile, or whose words have, leaves no answer.
                let now = try found.flatMap { try transaction.conversation($0.id) }
                let isKept = conversation == nil || now.map { $0.keepsTranscript || $0.state == .open } ?? false
                try transaction.run(
                    """
                    UPDATE api_answer SET status = \(reply.status), answer = \(isKept ? sealed : nil),
                        conversation_id = \(isKept ? found?.id : nil)
                    WHERE token_id = \(token) AND key = \(key.text)
                    """)
            }
            return reply
        } catch {
            try await ground.database.write { transaction in
                try transaction.run("DELETE FROM api_answer WHERE token_id = \(token) AND key = \(key.text) AND status IS NULL")
            }
            throw error
        }
    }

    /// Nil when there is nothing to seal, or the key is gone.
    private func seal(_ json: [UInt8]?, for keeper: PersonID?) async throws -> Sealed? {
        guard let json, let keeper else { return nil }
        do {
            return try await ground.keys.seal(json, for: keeper, as: IdempotencyKey.answerColumn)
        } catch SealError.keyDestroyed {
            return nil
        }
    }

    private func place(_ key: IdempotencyKey, _ token: ID<APIToken>, _ program: PersonID) async throws -> Place {
        let now = ground.clock.now
        return try await ground.database.write { transaction in
            try transaction.run(
                """
                DELETE FROM api_answer WHERE token_id = \(token) AND key = \(key.text) AND at <= \(now - IdempotencyKey.lifetime)
                """)
            let isFirst = try transaction.exists(
                """
                INSERT INTO api_answer (token_id, key, request, at) VALUES (\(token), \(key.text), \(key.request), \(now))
                ON CONFLICT (token_id, key) DO UPDATE SET at = excluded.at
                WHERE api_answer.status IS NULL AND api_answer.at <= \(now - IdempotencyKey.patience)
                    AND api_answer.request = excluded.request
                RETURNING at
                """)
            if isFirst { return .free }
            let row = try transaction.first(
                """
                SELECT api_answer.*, conversation.keeper_id FROM api_answer
                LEFT JOIN conversation ON conversation.id = api_answer.conversation_id
                WHERE api_answer.token_id = \(token) AND api_answer.key = \(key.text)
                """)
            guard let row else { throw Problem.keyBusy }
            guard try row.get("request", as: [UInt8].self) == key.request else { throw Problem.keyReused }
            guard let status = try row.get("status", as: Int?.self) else { throw Problem.keyBusy }
            return .answered(status, try row["answer"], try row.get("keeper_id", as: PersonID?.self) ?? program)
        }
    }
}
