import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// `sotto import` as an operator runs it. `SOTTO_TEST_IMPORT_CONVERSATIONS=2500` makes it a long one: 20,000 messages.
@Suite(.timeLimit(.minutes(20))) struct ImportProcessTests {
    private static let conversations =
        ProcessInfo.processInfo.environment["SOTTO_TEST_IMPORT_CONVERSATIONS"].flatMap { Int($0) } ?? 330
    private static let messages = 8
    private static let cases =
        ExportFormat.allCases.map { ($0, Engine.sqlite) }
        + (Engine.all.contains(.postgres) ? [(ExportFormat.chatwoot, Engine.postgres)] : [])

    @Test("Killed again and again where it says how far it is, an import loses nothing and doubles nothing", arguments: cases)
    func killed(_ format: ExportFormat, on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        try await shop.house.stop()
        let export = ManyExported(
            conversations: Self.conversations, messages: Self.messages, end: SystemClock().now.milliseconds / 1000 - 864_000)
        let arguments =
            ["import", format.rawValue, try export.folder(format.rawValue)] + CommandProcess.arguments(for: shop.house.settings)
        let all = "\(export.conversations) conversations, \(export.conversations * export.messages) messages"

        let dry = try await CommandProcess(arguments + ["--dry-run"]).end()
        #expect(dry.status == 0 && dry.output.contains("Nothing was changed. It would take \(all)"), "\(dry.output.suffix(500))")
        var kills = 0
        while true {
            let process = try CommandProcess(arguments)
            // Each time it gets a hundred records further.
            guard await process.line(beginning: "\((kills + 1) * 100) conversations") != nil else {
                let ended = await process.end()
                #expect(ended.status == 0, "\(ended.output.suffix(500))")
                break
            }
            await process.kill9()
            kills += 1
        }
        #expect(kills == export.conversations / 100)
        let again = try await CommandProcess(arguments).end()
        #expect(again.output.contains("Taken: 0 conversations, 0 messages"), "\(again.output.suffix(500))")

        let house = try await TestHouse(shop.house.settings)
        let data = house.house.stores.data
        let enquiries = try await data.read { try $0.rows("SELECT * FROM enquiry ORDER BY arrived_at").map(Enquiry.init) }
        #expect(enquiries.count == export.conversations)
        for (number, enquiry) in zip(1..., enquiries) {
            let said = try await Self.said(enquiry, in: house)
            let isWhole = said == (1...export.messages).map { ManyExported.text(number, $0) }
            #expect(isWhole, "\(number): \(said)")
        }
        for (table, number) in [
            ("conversation", export.conversations), ("visitor", export.conversations), ("attachment", export.files),
            ("import_record", export.conversations),
        ] {
            let found: Int? = try await data.read { try $0.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n") }
            #expect(found == number, "\(table)")
        }
        let unfinished = try await data.read { transaction in
            try transaction.exists("SELECT 1 AS one FROM import_record WHERE conversation_id IS NOT NULL")
                || transaction.exists("SELECT 1 AS one FROM attachment WHERE state <> 'sent'")
        }
        #expect(!unfinished, "nothing is left half done")
        try await house.stop()
    }

    private struct Words: Decodable {
        let text: String
    }

    private static func said(_ enquiry: Enquiry, in house: TestHouse) async throws -> [String] {
        let streams = house.house.desk.ground.streams
        let events = try await streams.latest(StreamID(Conversations.stream, about: enquiry.conversation), before: nil, limit: 100)
            .filter { $0.kind == "message.sent" }
        let bodies = try await streams.bodies(of: events)
        return try bodies.reversed().map { try JSONDecoder().decode(Words.self, from: Data(try #require($0).utf8)).text }
    }
}
