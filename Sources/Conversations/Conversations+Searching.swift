package import Storage
package import Vocabulary
package import Web

extension Problem {
    /// Nothing in it that could be looked for.
    package static let searchEmpty = Problem(.unprocessableContent, "problem.searchEmpty")
}

extension Conversations {
    /// Messages on a page of what was found.
    package static let searchPage = 20
    /// Words that are looked for at most; the others are left out.
    static let mostWanted = 8
    /// Places of the rarest word that are looked at in one request. What is further back is on the next page.
    static let places = (first: 400, then: 20_000)

    /// Messages with all these words, latest first.
    ///
    /// - Parameters:
    ///   - visible: what the asker may open, as a condition on `found.conversation_id`. **Nothing else decides it.**
    ///   - after: where the page before ended.
    package func search(_ text: String, visible: SQL, after: Int64? = nil) async throws -> MessageHits {
        let wanted = SearchWords.wanted(in: text).sorted { $0.count > $1.count }.prefix(Self.mostWanted)
        guard !wanted.isEmpty else { throw Problem.searchEmpty }
        let tokens = ground.keys.blindNumbers(Array(wanted), as: Self.wordColumn)
        return try await ground.database.read { transaction in
            let start = after ?? .max
            let latest = try transaction.unindexed(with: tokens, visible: visible, before: start)
            let sorted = try transaction.rarestFirst(tokens)
            var found = try transaction.indexed(with: sorted, visible: visible, before: start, window: Self.places.first)
            if found.numbered.count < Self.searchPage, found.after != nil {
                found = try transaction.indexed(with: sorted, visible: visible, before: start, window: Self.places.then)
            }
            return found.joined(by: latest)
        }
    }

    /// The messages that wait to come into the index. **No join**: SQLite takes one table for as large as the other, and looked through all
    /// messages there are for each search.
    static func unindexed(before start: Int64) -> SQL {
        """
        SELECT found.id AS id, found.tokens AS tokens FROM message_index AS found
        WHERE found.id IN (SELECT message FROM message_unindexed WHERE message < \(start))
        """
    }

    /// The condition for what this person takes part in.
    package static func visible(to person: PersonID) -> SQL {
        """
        EXISTS (SELECT 1 FROM participant WHERE participant.conversation_id = found.conversation_id
            AND participant.person_id = \(person) AND participant.left_at IS NULL)
        """
    }
}

extension Transaction {
    /// How many places of a word are counted before it is taken for a frequent one.
    private static let counted = 2000

    fileprivate func rarestFirst(_ tokens: [Int64]) throws -> [Int64] {
        guard tokens.count > 1 else { return tokens }
        let counts = try tokens.map { token -> Int in
            let row = try first(
                "SELECT count(*) AS n FROM (SELECT 1 AS one FROM message_token WHERE token = \(token) LIMIT \(Self.counted)) AS places")
            return try row?.get("n") ?? 0
        }
        return zip(tokens, counts).sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Messages whose words are not in the index yet: they are few, and looked through.
    fileprivate func unindexed(with tokens: [Int64], visible: SQL, before start: Int64) throws -> [NumberedHit] {
        let waiting = try rows(Conversations.unindexed(before: start))
        let wanted = Set(tokens)
        let matching = try waiting.compactMap { row -> Int64? in
            wanted.isSubset(of: MessageToken.unpacked(try row["tokens"])) ? try row["id"] : nil
        }
        guard !matching.isEmpty else { return [] }
        return try rows(
            """
            SELECT found.id AS id, found.conversation_id AS conversation_id, found.sequence AS sequence, found.at AS at
            FROM message_index AS found WHERE found.id IN \(list: matching) AND \(part: visible)
            ORDER BY found.id DESC LIMIT \(Conversations.searchPage)
            """
        ).map(NumberedHit.init)
    }

    fileprivate func indexed(with tokens: [Int64], visible: SQL, before start: Int64, window: Int) throws -> IndexedHits {
        let places: SQL =
            "SELECT message FROM message_token WHERE token = \(tokens[0]) AND message < \(start) ORDER BY message DESC LIMIT \(window)"
        guard let end = try first("SELECT count(*) AS n, MIN(message) AS last FROM (\(part: places)) AS place"),
            let last: Int64 = try end.get("last")
        else { return IndexedHits(numbered: [], after: nil) }
        var others: SQL = ""
        for token in tokens.dropFirst() {
            others = """
                \(part: others) AND EXISTS (SELECT 1 FROM message_token
                    WHERE message_token.token = \(token) AND message_token.message = place.message)
                """
        }
        // Between two bounds and not among the places themselves, so that a page that is full soon ends the search.
        let hits = try rows(
            """
            SELECT found.id AS id, found.conversation_id AS conversation_id, found.sequence AS sequence, found.at AS at
            FROM message_token AS place JOIN message_index AS found ON found.id = place.message
            WHERE place.token = \(tokens[0]) AND place.message < \(start) AND place.message >= \(last)
                AND \(part: visible) \(part: others)
            ORDER BY place.message DESC LIMIT \(Conversations.searchPage)
            """
        ).map(NumberedHit.init)
        if hits.count == Conversations.searchPage { return IndexedHits(numbered: hits, after: hits.last?.number) }
        return IndexedHits(numbered: hits, after: try end.get("n", as: Int.self) == window ? last : nil)
    }
}

/// A message that was found, with its number in the index.
private struct NumberedHit {
    let number: Int64
    let hit: MessageHit

    init(_ row: Row) throws {
        number = try row["id"]
        hit = MessageHit(conversation: try row["conversation_id"], sequence: try row["sequence"], at: try row["at"])
    }
}

/// What the index had, latest first, and down to where it was looked at; nil when to its end.
private struct IndexedHits {
    let numbered: [NumberedHit]
    let after: Int64?

    /// The page with what is not in the index yet.
    func joined(by latest: [NumberedHit]) -> MessageHits {
        // Words that come into the index just now are found there, too.
        let known = Set(numbered.map(\.number))
        // What is further back than the index was looked at is on the next page.
        let all = (numbered + latest.filter { $0.number > after ?? .min && !known.contains($0.number) }).sorted { $0.number > $1.number }
        let page = all.prefix(Conversations.searchPage)
        let isCut = all.count > page.count || latest.count == Conversations.searchPage
        return MessageHits(hits: page.map(\.hit), after: isCut ? page.last?.number ?? after : after)
    }
}
