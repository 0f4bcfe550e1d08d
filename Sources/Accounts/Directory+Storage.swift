import Storage
package import Vocabulary

extension Transaction {
    /// Puts the person into the directory under these fingerprints, instead of any before.
    func list(_ person: PersonID, under tokens: [[UInt8]], at time: Timestamp) throws(StorageError) {
        try unlist(person)
        for token in tokens {
            try run("INSERT INTO directory_token (token, person_id) VALUES (\(token), \(person)) ON CONFLICT DO NOTHING")
        }
        try run("UPDATE profile SET listed_at = \(time) WHERE person_id = \(person)")
    }

    /// Takes the person out: from now on nothing finds them.
    func unlist(_ person: PersonID) throws(StorageError) {
        try run("DELETE FROM directory_token WHERE person_id = \(person)")
        try run("UPDATE profile SET listed_at = NULL WHERE person_id = \(person)")
    }

    /// People found under every one of `tokens`, newest first; those who blocked the viewer left out.
    func listed(under tokens: [[UInt8]], for viewer: PersonID, limit: Int) throws(StorageError) -> [PersonID] {
        try ids(
            """
            SELECT t.person_id FROM directory_token t JOIN profile p ON p.person_id = t.person_id
            WHERE t.token IN \(list: tokens) AND p.listed_at IS NOT NULL AND t.person_id <> \(viewer)
                AND NOT EXISTS (SELECT 1 FROM block b WHERE b.person_id = t.person_id AND b.other_id = \(viewer))
            GROUP BY t.person_id HAVING COUNT(*) = \(tokens.count) ORDER BY t.person_id DESC LIMIT \(limit)
            """)
    }
}

extension People {
    static let tokenColumn = SealedColumn("directory_token", "token")

    /// The fingerprints under which this name is found.
    func directoryTokens(of name: String) -> [[UInt8]] {
        Directory.prefixes(of: name).sorted().map { ground.keys.blindIndex($0, as: Self.tokenColumn) }
    }

    /// Members who chose to be found and whose name has a word beginning with each word typed.
    package func search(_ typed: String, by viewer: PersonID) async throws -> [Card] {
        var people: [PersonID] = []
        for words in Directory.readings(of: typed) {
            let tokens = Set(words.map { String($0.prefix(Directory.longestPrefix)) }).map {
                ground.keys.blindIndex($0, as: Self.tokenColumn)
            }
            // More than a page, because what was typed beyond the longest prefix is compared below.
            let found = try await ground.database.read { try $0.listed(under: tokens, for: viewer, limit: Directory.page * 4) }
            people += found.filter { !people.contains($0) }
        }
        let cards = try await cards(of: people, seenBy: viewer)
        return Array(
            people.compactMap { cards[$0] }.filter { card in card.name.map { Directory.matches(typed, $0) } ?? false }.prefix(
                Directory.page))
    }
}
