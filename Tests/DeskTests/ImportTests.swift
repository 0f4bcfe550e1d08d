import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What was said elsewhere is brought in: once, whole, with its own times, and sealed like everything else.
@Suite(.timeLimit(.minutes(5))) struct ImportTests {
    private static let stem = "Vx7qLmR2zKp9"
    private static let cases = ExportFormat.allCases.flatMap { format in Engine.all.map { (format, $0) } }

    private struct Cut: Error {}

    private static func plan(_ format: ExportFormat, _ shop: Shop, isDry: Bool = false) -> ImportPlan {
        var plan = ImportPlan(format, site: shop.site, queue: shop.queue)
        plan.isDry = isDry
        return plan
    }

    private static func folder(_ format: ExportFormat) throws -> String {
        let folder = ExportFixtures.folder(format.rawValue, stem: stem, agentMail: "dan@example.org")
        #expect(FileManager.default.createFile(atPath: folder + "/files/51.png", contents: Data(ExportFixtures.png)))
        return folder
    }

    private static func rows(_ shop: Shop) async throws -> [String: Int] {
        var rows: [String: Int] = [:]
        for table in [
            "conversation", "participant", "visitor", "enquiry", "stream_event", "attachment", "enquiry_tag", "saved_reply",
            "import_record", "message_index",
        ] {
            rows[table] = try await shop.house.house.stores.data.read {
                try $0.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n") ?? 0
            }
        }
        return rows
    }

    /// Everything in a conversation, as who may read it reads it.
    private static func said(_ enquiry: Enquiry, in shop: Shop, stream: String = Conversations.stream) async throws -> [(
        Message, Timestamp
    )] {
        let streams = shop.house.house.desk.ground.streams
        let events = try await streams.latest(StreamID(stream, about: enquiry.conversation), before: nil, limit: 100).reversed()
        let bodies = try await streams.bodies(of: Array(events))
        return try zip(events, bodies).filter { ["message.sent", "note.added"].contains($0.0.kind) }.map { event, body in
            (try JSONDecoder().decode(Message.self, from: Data(try #require(body).utf8)), event.at)
        }
    }

    private static func enquiries(_ shop: Shop) async throws -> [Enquiry] {
        try await shop.house.house.stores.data.read { try $0.rows("SELECT * FROM enquiry ORDER BY arrived_at").map(Enquiry.init) }
    }

    @Test(
        "What the other program kept is here, as it was, and what is too old or no conversation is named with its reason", arguments: cases)
    func story(_ format: ExportFormat, on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, clock: ManualClock())
        let folder = try ExportFolder(at: Self.folder(format))
        var skips: [ImportReport.Skip] = []
        let report = try await Import.run(Self.plan(format, shop), from: folder, at: shop.house.house.desk) { skips.append($0) }
        #expect(report.conversations == 2 && report.messages == 6 && report.replies == 1 && report.files == 1 && report.masked == 2)
        #expect(report.skipped[.old] == 1 && report.skipped[.noConversation] ?? 0 >= 1 && report.skipped[.noFile] == 1)
        #expect(!skips.contains { "\($0)".contains(Self.stem) }, "no word of anybody's")
        #expect(skips.allSatisfy { $0.record > 0 && !$0.file.isEmpty })

        let all = try await Self.enquiries(shop)
        try #require(all.count == 2)
        #expect(all.allSatisfy { $0.state == .closed && $0.agent == shop.agents[0].person && $0.queue == shop.queue.id })
        #expect(
            all[0].arrivedAt.milliseconds == ExportFixtures.then * 1000
                && all[0].closedAt?.milliseconds == (ExportFixtures.then + 90) * 1000)
        let said = try await Self.said(all[0], in: shop)
        #expect(said.map(\.1.milliseconds) == [0, 30, 60].map { (ExportFixtures.then + $0) * 1000 })
        #expect(said.map(\.0.part) == [.visitor, .agent, .visitor] && said[1].0.name == "Dan")
        #expect(said[1].0.from == shop.agents[0].person, "who is here is known by their address")
        #expect(said[0].0.text.hasSuffix("•••• •••• •••• 1111") && said[0].0.masked == ["card"], "C07")
        #expect(said[1].0.attachments?.first?.type == "image/png" || said[1].0.attachments?.first?.type == "image/jpeg")
        #expect(said[2].0.text == "\(Self.stem) thanks")
        let other = try await Self.said(all[1], in: shop)
        #expect(other[1].0.attachments == nil && other[1].0.text.contains("["), "a file that is not there is named")
        let tags = try await shop.house.house.stores.data.read { try $0.tags(of: all.map(\.conversation)) }
        #expect(tags[all[0].conversation] == ["delivery"])
        #expect(tags[all[1].conversation] == ["delivery", Import.openTag])
        if format != .rocketchat {
            #expect(try await Self.said(all[0], in: shop, stream: Conversations.teamStream).map(\.0.text) == ["\(Self.stem) a kind one"])
            #expect(report.notes == 2)
        }
        let reply = try #require(try await shop.house.house.stores.data.read { try $0.savedReplies() }.first)
        #expect(reply.shortcut == "hi" && reply.text.hasPrefix("Hello {visitor.name}"))
        try await shop.house.stop()
        if engine == .sqlite {
            #expect(try MarkerScan(stem: Self.stem).directory(shop.house.settings.dataDirectory) == [], "sealed as if it were said here")
        }
    }

    @Test("A dry run says the same and changes nothing", arguments: cases)
    func dry(_ format: ExportFormat, on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, clock: ManualClock())
        let folder = try ExportFolder(at: Self.folder(format))
        let before = try await Self.rows(shop)
        let dry = try await Import.run(Self.plan(format, shop, isDry: true), from: folder, at: shop.house.house.desk) { _ in }
        #expect(try await Self.rows(shop) == before)
        var wet = try await Import.run(Self.plan(format, shop), from: folder, at: shop.house.house.desk) { _ in }
        wet.masked = 0
        #expect(dry == wet)
        try await shop.house.stop()
    }

    @Test("Ended at any record and begun again, nothing comes twice and nothing is missed", arguments: cases)
    func resumed(_ format: ExportFormat, on engine: Engine) async throws {
        let whole = try await Shop.open(on: engine, clock: ManualClock())
        let folder = try ExportFolder(at: Self.folder(format))
        _ = try await Import.run(Self.plan(format, whole), from: folder, at: whole.house.house.desk) { _ in }
        let wanted = try await Self.rows(whole)
        try await whole.house.stop()

        let shop = try await Shop.open(on: engine, clock: ManualClock())
        // Each time it gets one record further than the last, until nothing cuts it.
        var ends = false
        for most in 1...20 where !ends {
            let count = Count()
            do {
                _ = try await Import.run(
                    Self.plan(format, shop), from: folder, at: shop.house.house.desk,
                    step: { if count.next() == most { throw Cut() } }, tell: { _ in })
                ends = true
            } catch is Cut {}
        }
        #expect(ends)
        #expect(try await Self.rows(shop) == wanted)
        let again = try await Import.run(Self.plan(format, shop), from: folder, at: shop.house.house.desk) { _ in }
        #expect(again.conversations == 0 && again.replies == 0 && again.skipped[.there] == 3)
        #expect(try await Self.rows(shop) == wanted)
        try await shop.house.stop()
    }

    @Test("Cut off while it takes a conversation's files, it takes that conversation anew", arguments: Engine.all)
    func halfTaken(on engine: Engine) async throws {
        let clock = ManualClock()
        let shop = try await Shop.open(on: engine, clock: clock)
        let desk = shop.house.house.desk
        let path = try Self.folder(.chatwoot)
        // What a kill leaves: the conversation with its people, nothing said, nothing entered.
        let keeper = PersonID(at: clock.now)
        try await shop.house.house.stores.ring.makeKey(for: keeper)
        let half = Conversation(id: .init(at: clock.now), kind: .support, keeper: keeper, createdAt: clock.now)
        let people = try await desk.conversations.preparePeople([PastPerson(person: keeper, part: .visitor, name: "Cleo")], of: half)
        let index = try await ExportIndex()
        let folder = try ExportFolder(at: path)
        let run = Import(desk: desk, plan: Self.plan(.chatwoot, shop), folder: folder, index: index, tell: { _ in })
        let record = run.fingerprint("conversation", "1")
        await index.close()
        try await shop.house.house.stores.data.write { transaction in
            try transaction.beginImport(record, of: half.id, at: clock.now)
            try desk.conversations.beginPast(half, with: people, in: transaction)
        }
        let report = try await Import.run(Self.plan(.chatwoot, shop), from: folder, at: desk) { _ in }
        #expect(report.conversations == 2)
        #expect(try await shop.house.house.stores.data.read { try $0.conversation(half.id) } == nil)
        #expect(try await Self.rows(shop)["conversation"] == 2)

        // And nobody takes it up again.
        try await shop.house.house.stores.data.write { transaction in
            try transaction.beginImport([UInt8](repeating: 7, count: 32), of: half.id, at: clock.now)
            try desk.conversations.beginPast(half, with: people, in: transaction)
        }
        clock.advance(by: .hours(25))
        try await desk.sweep()
        #expect(try await shop.house.house.stores.data.read { try $0.conversation(half.id) } == nil)
        #expect(try await shop.house.house.stores.ring.erasures().contains { $0.person == keeper })
        try await shop.house.stop()
    }

    @Test("C58: what was forgotten here does not come back with a second import", arguments: Engine.all)
    func forgotten(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, clock: ManualClock())
        let folder = try ExportFolder(at: Self.folder(.chatwoot))
        _ = try await Import.run(Self.plan(.chatwoot, shop), from: folder, at: shop.house.house.desk) { _ in }
        let first = try #require(try await Self.enquiries(shop).first)
        try await shop.house.house.desk.forget(first.visitor)
        let again = try await Import.run(Self.plan(.chatwoot, shop), from: folder, at: shop.house.house.desk) { _ in }
        #expect(again.conversations == 0)
        #expect(try await Self.enquiries(shop).count == 1)
        try await shop.house.stop()
    }

    @Test("C33: what is brought in goes when the site's period is over, counted from its own end", arguments: Engine.all)
    func period(on engine: Engine) async throws {
        let clock = ManualClock()
        let shop = try await Shop.open(on: engine, clock: clock)
        _ = try await Import.run(Self.plan(.rocketchat, shop), from: ExportFolder(at: Self.folder(.rocketchat)), at: shop.house.house.desk)
        { _ in }
        clock.advance(by: .days(79))
        try await shop.house.house.desk.sweep()
        #expect(try await Self.enquiries(shop).count == 2)
        clock.advance(by: .days(1) + .hours(1))
        try await shop.house.house.desk.sweep()
        #expect(try await Self.enquiries(shop).isEmpty)
        try await shop.house.stop()
    }

    @Test("Records are found however the file is cut into pieces, and wrapped or not")
    func splitting() {
        let record = #"{"id":1,"messages":[{"id":2}],"text":"a \"quoted\" ] } brace"}"#
        let other = #"{"id":2}"#
        for (text, count) in [
            (record, 1), ("[\(record),\(other)]", 2), ("\(record)\n\(other)\n", 2),
            (#"{"data":{"meta":{"n":[1]},"payload":[\#(record), \#(other)]}}"#, 2),
            (#"{"error":false,"list":[\#(other)],"list_count":1}{"list":[]}"#, 1), ("\u{FEFF}[\(other)]", 1), ("[]", 0),
        ] {
            var whole = JSONSplitter()
            let found = whole.feed(text.utf8) + whole.finish()
            var cut = JSONSplitter()
            #expect(text.utf8.flatMap { cut.feed([$0]) } + cut.finish() == found, "\(text)")
            #expect(found.count == count, "\(text)")
            for case .record(let place) in found {
                #expect(ExportValue(json: Array(Array(text.utf8)[place.start..<place.start + place.length])) != nil)
            }
        }
        var broken = JSONSplitter()
        #expect((broken.feed(#"[{"id":1},{"id":"#.utf8) + broken.finish()).count == 2)
        #expect(CSVSplitter.fields(Array(#"1,"a ""b"", c",,"#.utf8)) == ["1", #"a "b", c"#, "", ""])
    }

    private final class Count: @unchecked Sendable {
        // Steps come one after another.
        private var number = 0

        func next() -> Int {
            number += 1
            return number
        }
    }
}
