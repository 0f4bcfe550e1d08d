import Cluster
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Web

private let ana = PersonID(named: "Ana")
private let notices = StreamID("notices", of: ana)

@Suite struct StreamTests {
    @Test(arguments: Engine.all) func aSequenceHasNoHolesHoweverManyWriteAndFail(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let store = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        try await plan.keys.makeKey(for: ana)
        struct Stop: Error {}
        let written = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<120 {
                group.addTask {
                    let event = try await store.prepare("note", ["text": "\(number)"], in: notices, for: ana)
                    return try? await plan.database.write { transaction in
                        let sequence = try store.append(event, in: transaction).sequence
                        if number % 4 == 0 { throw Stop() }
                        return sequence
                    }
                }
            }
            return try await group.reduce(into: [Int]()) { all, sequence in all += sequence.map { [$0] } ?? [] }
        }
        #expect(written.sorted() == Array(1...90))
        let kept = try await plan.database.read { try $0.events(of: notices, after: 0, limit: 1_000).map(\.sequence) }
        #expect(kept == Array(1...90))
    }

    @Test(arguments: Engine.all) func anEventThatIsAlreadyThereTakesNoNumber(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let store = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        try await plan.keys.makeKey(for: ana)
        let id = [UInt8](repeating: 7, count: 16)
        for _ in 0..<3 {
            let event = try await store.prepare("note", ["text": "once"], id: id, in: notices, for: ana)
            #expect(try await plan.database.write { try store.append(event, in: $0).sequence } == 1)
        }
        let other = try await store.prepare("note", ["text": "other"], in: notices, for: ana)
        #expect(try await plan.database.write { try store.append(other, in: $0).sequence } == 2)
        #expect(try await plan.database.read { try store.last(notices, in: $0) } == 2)
        let latest = try await store.latest(notices, before: nil, limit: 10)
        #expect(latest.map(\.sequence) == [2, 1])
        #expect(String(decoding: try await store.open(latest[0], in: notices, for: ana), as: UTF8.self) == #"{"text":"other"}"#)
    }

    @Test(arguments: Engine.all) func everyTabHearsEveryNoticeOnceAndInOrder(on engine: Engine) async throws {
        var plan = try await LiveNode.Plan.fresh(on: engine)
        let (database, keys) = (plan.database, plan.keys)
        plan.handlers = { Notes.handlers($0, database, keys) }
        let node = try await LiveNode.start(plan)
        let tabs = [try await node.enter("Ana"), try await node.enter("Ana")]
        let ben = try await node.enter("Ben")
        for number in 1...40 { ben.command("note", #""to":["Ana"],"text":"\#(number)""#) }
        for number in 1...40 {
            let ack = try await ben.next("ack")
            #expect(ack.text.contains(#""all":[\#(number)]"#))
        }
        for tab in tabs {
            for number in 1...40 {
                let event = try await tab.next("event")
                #expect(event.sequence == number && event.kind == "note" && event.stream == "notices")
                #expect(try event.body(Notes.Note.self) == Notes.Note(from: "Ben", text: "\(number)"))
            }
        }
        try await node.stop()
    }

    @Test("A page that comes back while nobody can look up what it may hear is asked to come again, and not left deaf")
    func aPageIsNotWelcomedDeaf() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let answers = Tally()
        let room = StreamID("room", about: PersonID(named: "room"))
        plan.streams.append(
            StreamKind(shared: room.name, window: 10, snapshots: nil) { _, _ in
                guard answers.count > 0 else { throw StorageError.unavailable("the database is away") }
                return true
            })
        let node = try await LiveNode.start(plan)
        let early = try await node.open("Ana")
        early.resume([room.label: 0])
        #expect(try await early.closeCode() == 1001)
        answers.add()
        let later = try await node.open("Ana")
        #expect(try await later.greet([room.label: 0]).streams?[room.label] == 0)
        try await node.stop()
    }

    @Test(arguments: Engine.all) func whoeverComesBackGetsExactlyWhatTheyMissed(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let node = try await LiveNode.start(plan)
        for number in 1...30 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        let tab = try await node.open("Ana")
        #expect(try await tab.greet(["notices": 12]).streams == ["notices": 30])
        for number in 13...30 { #expect(try await tab.nextDurable().sequence == number) }
        try await Notes.leave("new", for: "Ana", node, plan)
        #expect(try await tab.nextDurable().sequence == 31)
        // A first visit begins now; a page that is ahead has seen a database since put back from a backup.
        for positions in [[:], ["notices": 31], ["notices": 99], ["strange": 1]] {
            let other = try await node.open("Ana")
            #expect(try await other.greet(positions).streams == ["notices": 31])
            other.command("ping")
            #expect(try await other.next { $0.type != "presence.overview" }.type == "ack")
            other.close()
        }
        try await node.stop()
    }

    @Test func whoeverWasAwayForLongGetsASnapshotAndWhatFollowsIt() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let database = plan.database
        plan.streams = [
            StreamKind("notices", retention: .days(90), window: 10) { stream, _ in
                try await database.read { StreamSnapshot(sequence: try $0.last(of: stream) - 3, body: ["unread": 17]) }
            }
        ]
        let node = try await LiveNode.start(plan)
        for number in 1...25 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        let near = try await node.enter("Ana", from: ["notices": 15])
        for number in 16...25 { #expect(try await near.nextDurable().sequence == number) }
        let far = try await node.enter("Ana", from: ["notices": 14])
        let snapshot = try await far.nextDurable()
        #expect(snapshot.type == "snapshot" && snapshot.sequence == 22)
        #expect(try snapshot.body([String: Int].self) == ["unread": 17])
        for number in 23...25 { #expect(try await far.nextDurable().sequence == number) }
        try await node.stop()
    }

    @Test func aKindWithoutSnapshotsSaysThatSomethingIsMissing() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.streams = [StreamKind("notices", retention: .days(90), window: 4)]
        let node = try await LiveNode.start(plan)
        for number in 1...9 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        let tab = try await node.enter("Ana", from: ["notices": 1])
        let snapshot = try await tab.nextDurable()
        #expect(snapshot.type == "snapshot" && snapshot.sequence == 5 && snapshot.text.contains(#""body":null"#))
        for number in 6...9 { #expect(try await tab.nextDurable().sequence == number) }
        try await node.stop()
    }

    @Test(arguments: Engine.all) func whatIsKeptLongEnoughIsTrimmedAndItsNumbersAreNotGivenAgain(on engine: Engine) async throws {
        var plan = try await LiveNode.Plan.fresh(on: engine)
        let clock = ManualClock()
        plan.clock = clock
        let node = try await LiveNode.start(plan)
        for number in 1...5 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        clock.advance(by: .days(60))
        for number in 6...8 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        clock.advance(by: .days(31))
        try await node.link.store.trim(plan.streams)
        let tab = try await node.enter("Ana", from: ["notices": 2])
        let snapshot = try await tab.nextDurable()
        #expect(snapshot.type == "snapshot" && snapshot.sequence == 5)
        for number in 6...8 { #expect(try await tab.nextDurable().sequence == number) }
        #expect(try await Notes.leave("9", for: "Ana", node, plan) == 9)
        #expect(try await tab.nextDurable().sequence == 9)
        try await node.stop()
    }

    @Test func aNoticeWhoseKeyIsDestroyedKeepsItsPlace() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        try await Notes.leave("secret", for: "Ana", node, plan)
        try await plan.keys.destroyKey(of: ana, at: SystemClock().now)
        let tab = try await node.enter("Ana", from: ["notices": 0])
        let event = try await tab.nextDurable()
        #expect(event.sequence == 1 && event.text.contains(#""body":null"#))
        try await node.stop()
    }

    @Test(arguments: Engine.all) func nothingOfAnErasedPersonStays(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let node = try await LiveNode.start(plan)
        try await Notes.leave("1", for: "Ana", node, plan)
        try await Notes.leave("1", for: "Ben", node, plan)
        try await node.link.presence.choose(.busy, for: ana)
        try await plan.database.write { try $0.eraseLiveTraces(of: ana) }
        let counts = try await plan.database.read { transaction in
            try ["stream", "stream_event", "presence_choice", "live_command"].map { table in
                try transaction.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n", as: Int.self) ?? -1
            }
        }
        #expect(counts == [1, 1, 0, 0])
        try await node.stop()
    }

    @Test(arguments: Engine.all) func aNoticeCommittedOnOneNodeArrivesOnTheOther(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let (here, there) = (try await LiveNode.start(plan), try await LiveNode.start(plan))
        let (tab, phone) = (try await here.enter("Ana"), try await there.enter("Ana"))
        for number in 1...50 { try await Notes.leave("\(number)", for: "Ana", number % 2 == 0 ? here : there, plan) }
        for device in [tab, phone] {
            for number in 1...50 { #expect(try await device.next("event").sequence == number) }
        }
        try await here.stop()
        try await there.stop()
    }

    @Test("Whoever comes and has read the latest already does not keep it from those who are there", arguments: [false, true])
    func whoeverComesTakesNothingFromOthers(isSwept: Bool) async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        let tab = try await node.enter("Ana")
        try await Notes.leave("1", for: "Ana", node, plan)
        #expect(try await tab.next("event").sequence == 1)
        let silent = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        let event = try await silent.prepare("note", ["text": "2"], in: notices, for: ana)
        try await plan.database.write { try silent.append(event, in: $0) }
        let phone = try await node.enter("Ana", from: ["notices": 1])
        #expect(try await phone.next("event").sequence == 2)
        if isSwept { try await node.link.delivery.sweep() } else { node.link.wake(notices) }
        #expect(try await tab.next("event").sequence == 2)
        phone.command("ping")
        _ = try await phone.next("ack")
        #expect(!phone.waiting.contains { $0.type == "event" })
        try await node.stop()
    }

    @Test func aLostWakeIsMadeGoodByTheSweepAndByTheNextOne() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        let silent = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        try await plan.keys.makeKey(for: ana)
        let tab = try await node.enter("Ana")
        for number in 1...3 {
            let event = try await silent.prepare("note", ["text": "\(number)"], in: notices, for: ana)
            try await plan.database.write { try silent.append(event, in: $0) }
        }
        try await node.link.delivery.sweep()
        for number in 1...3 { #expect(try await tab.next("event").sequence == number) }
        let event = try await silent.prepare("note", ["text": "4"], in: notices, for: ana)
        try await plan.database.write { try silent.append(event, in: $0) }
        try await Notes.leave("5", for: "Ana", node, plan)
        for number in 4...5 { #expect(try await tab.next("event").sequence == number) }
        try await node.stop()
    }

    @Test(
        "In whatever order commits are told, with their event or without, each tab has all of them once and in order",
        arguments: [1, 2, 3] as [UInt64])
    func wakesInAnyOrder(seed: UInt64) async throws {
        var chance = Seeded(seed)
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        let store = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        try await plan.keys.makeKey(for: ana)
        let tab = try await node.enter("Ana")
        for batch in 0..<20 {
            var appended: [Appended] = []
            for number in 1...5 {
                let event = try await store.prepare("note", ["text": "\(batch * 5 + number)"], in: notices, for: ana)
                appended.append(try await plan.database.write { try store.append(event, in: $0) })
            }
            for event in appended.shuffled(using: &chance) {
                if Bool.random(using: &chance) { node.link.wake(with: event) } else { node.link.wake(notices) }
            }
        }
        for number in 1...100 {
            let event = try await tab.next("event")
            #expect(event.sequence == number && event.text.contains(#""text":"\#(number)""#), "seed \(seed)")
        }
        tab.command("ping")
        _ = try await tab.next("ack")
        #expect(!tab.waiting.contains { $0.type == "event" })
        try await node.stop()
    }

    @Test("The next event is delivered as it is, without reading it again")
    func deliveredUnread() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        let store = StreamStore(database: plan.database, keys: plan.keys, clock: plan.clock)
        try await plan.keys.makeKey(for: ana)
        let tab = try await node.enter("Ana")
        let event = try await store.prepare("note", ["text": "here"], in: notices, for: ana)
        let appended = try await plan.database.write { try store.append(event, in: $0) }
        try await plan.database.write { _ = try $0.rows("DELETE FROM stream_event") }
        node.link.wake(with: appended)
        #expect(try await tab.next("event").text.contains("here"))
        try await node.stop()
    }
}
