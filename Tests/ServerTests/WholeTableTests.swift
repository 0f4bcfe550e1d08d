import Foundation
import Server
import Storage
import TestKit
import Testing

/// **No statement looks through a whole table that grows with what people said.** On a young desk it would cost nothing, and after two
/// years it would hold everybody up.
///
/// The statements are read from the source code and SQLite is asked how it would run each; what stands in for a value does not matter.
@Suite struct WholeTableTests {
    private static let growing: Set<String> = [
        "conversation", "participant", "stream", "stream_event", "message_index", "message_token", "visitor", "visitor_subject",
        "visitor_consent",
        "enquiry", "enquiry_routing", "enquiry_tag", "enquiry_wrap_up", "enquiry_rating", "enquiry_merge", "staff_read", "return_link",
        "attachment", "attachment_piece", "report_figures", "report_agent_figures", "live_command", "webhook_turn",
    ]

    /// Words in statements that may all the same, and why.
    private static let reasons: [(words: String, reason: String)] = [
        ("FROM enquiry WHERE 1 = 1", "The API's list goes on with what is asked for, the order of the key, and a limit."),
        ("DELETE FROM message_token WHERE NOT EXISTS", "A migration, which runs once."),
        ("SUM(received)", "One short row a file, whose bytes lie elsewhere, read once in ten seconds at most (AttachmentRoom)."),
    ]

    private struct Statement {
        let file: String
        let text: String
    }

    @Test func noneOfThemIsLookedThrough() async throws {
        let database = try await Engine.sqlite.temporary()
        try await database.migrate(Migrations.all)
        var explained = 0
        for statement in try Self.statements() {
            let plan = try? await database.read { transaction in
                try transaction.rows(SQL(stringLiteral: "EXPLAIN QUERY PLAN " + statement.text)).map {
                    try $0.get("detail", as: String.self)
                }
            }
            // Parts of statements, and those of other databases.
            guard let plan else { continue }
            explained += 1
            for step in plan {
                guard let table = Self.scanned(in: step, of: statement.text), Self.growing.contains(table),
                    !Self.reasons.contains(where: { statement.text.contains($0.words) })
                else { continue }
                Issue.record("\(statement.file): \(step): \(statement.text)")
            }
        }
        // If the reading of the source code broke, nothing would be found either.
        #expect(explained > 200)
        await database.close()
    }

    /// The table that a step reads from end to end. `SCAN enquiry USING INDEX enquiry_waiting` reads an index that holds a part of it, and
    /// `SEARCH found USING INTEGER PRIMARY KEY (rowid<?)` all of it, unless a limit ends it.
    private static func scanned(in step: String, of statement: String) -> String? {
        let words = step.split(separator: " ").map(String.init)
        let isEndless = step.hasPrefix("SEARCH") && step.contains(/PRIMARY KEY \(rowid[<>]\?\)/) && !statement.contains("LIMIT")
        guard words.first == "SCAN" || isEndless, words.count > 1 else { return nil }
        if let place = words.firstIndex(of: "INDEX"), place + 1 < words.count, partial.contains(words[place + 1]) { return nil }
        let parts = statement.split { !$0.isLetter && $0 != "_" }.map(String.init)
        // The plan names a table by its alias.
        for (number, part) in parts.enumerated() where part == words[1] && number > 1 && parts[number - 1] == "AS" {
            return parts[number - 2]
        }
        return words[1]
    }

    /// Indexes of what is open or under way, never of what is over.
    private static let partial: Set<String> = ["enquiry_waiting", "attachment_unsent"]

    /// What begins like a statement, with a parameter for every value.
    private static func statements() throws -> [Statement] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources")
        var statements: [Statement] = []
        for case let path as String in FileManager.default.enumerator(atPath: sources.path) ?? .init() where path.hasSuffix(".swift") {
            let code = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for literal in code.matches(of: /"""\n([\s\S]*?)"""|"((?:SELECT|UPDATE|DELETE)[^\n]*?)"(?=[\s),.?])/) {
                let text = String(literal.output.1 ?? literal.output.2 ?? "").split { $0.isWhitespace }.joined(separator: " ")
                guard ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "].contains(where: text.hasPrefix) else { continue }
                statements.append(Statement(file: path, text: parametrised(text)))
            }
        }
        return statements
    }

    private static func parametrised(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let start = rest.firstRange(of: "\\(") {
            result += rest[..<start.lowerBound]
            var (depth, end) = (1, start.upperBound)
            while end < rest.endIndex, depth > 0 {
                if rest[end] == "(" { depth += 1 }
                if rest[end] == ")" { depth -= 1 }
                end = rest.index(after: end)
            }
            let value = rest[start.upperBound..<end]
            let isList = value.hasPrefix("list:") || value.hasPrefix("rows:")
            result += isList ? "(?)" : value.hasPrefix("part:") ? "1" : "?"
            rest = rest[end...]
        }
        return result + rest
    }
}
