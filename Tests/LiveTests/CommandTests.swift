import Storage
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Web

/// What handlers were asked, in order.
private final class Record: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct Numbered: Decodable {
    let number: Int
}

@Suite struct CommandTests {
    private func id(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    @Test func commandsOfOneTabAreCarriedOutInTheOrderTheyCame() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let record = Record()
        plan.handlers = { _ in
            [
                LiveHandler("count", .members) { command in
                    let wish: Numbered = try command.decode()
                    // The later ones would be quicker.
                    for _ in 0..<(20 - wish.number) { await Task.yield() }
                    record.add("\(wish.number)")
                    return ["number": wish.number]
                }
            ]
        }
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        for number in 0..<20 { ana.command("count", id: id(number), #""number":\#(number)"#) }
        for number in 0..<20 {
            let ack = try await ana.next("ack")
            #expect(ack.id == id(number))
            #expect(try ack.body([String: Int].self) == ["number": number])
        }
        #expect(record.all == (0..<20).map(String.init))
        try await node.stop()
    }

    @Test func whatIsSentRightBehindTheGreetingIsAnsweredAfterTheWelcome() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let node = try await LiveNode.start(plan)
        for number in 1...20 { try await Notes.leave("\(number)", for: "Ana", node, plan) }
        let ana = try await node.open("Ana")
        ana.resume(["notices": 0])
        for number in 1...3 { ana.command("ping", id: id(number)) }
        var types: [String] = []
        while types.count(where: { $0 == "ack" }) < 3 { types.append(try await ana.next { $0.type != "presence.overview" }.type) }
        #expect(types == ["welcome"] + Array(repeating: "event", count: 20) + Array(repeating: "ack", count: 3))
        try await node.stop()
    }

    @Test func whoMayNotIsRefusedAndSoIsWhatNobodyKnows() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.handlers = { _ in
            [
                LiveHandler("rule", .roles([.owner])) { _ in nil }, LiveHandler("play", .participants) { _ in nil },
                LiveHandler("fail", .members) { _ in throw Problem(.conflict, "problem.callElsewhere") },
                LiveHandler("break", .members) { _ in throw StorageError.full },
                LiveHandler("count", .members) { command in
                    let _: Numbered = try command.decode()
                    return nil
                },
            ]
        }
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        let (hugo, cleo) = (try await node.enter("Hugo"), try await node.enter("Cleo"))
        func refusal(_ browser: FakeBrowser, _ type: String) async throws -> String? {
            browser.command(type)
            return try await browser.next { $0.type == "refused" || $0.type == "ack" }.problem?.type
        }
        #expect(try await refusal(ana, "rule") == "urn:sotto:problem.forbidden")
        #expect(try await refusal(hugo, "rule") == nil)
        #expect(try await refusal(cleo, "play") == nil)
        #expect(try await refusal(cleo, "count") == "urn:sotto:problem.forbidden")
        #expect(try await refusal(ana, "nonsense") == "urn:sotto:problem.unknownCommand")
        #expect(try await refusal(ana, "fail") == "urn:sotto:problem.callElsewhere")
        #expect(try await refusal(ana, "break") == "urn:sotto:problem.unavailable")
        #expect(try await refusal(ana, "count") == "urn:sotto:problem.malformed")
        #expect(try await refusal(ana, "ping") == nil)
        try await node.stop()
    }

    @Test func aRefusalSpeaksTheLanguageOfThePage() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.files["text/en/problem.json"] = Array(#"{"forbidden.title":"Not yours to do"}"#.utf8)
        plan.files["text/fr/problem.json"] = Array(#"{"forbidden.title":"Pas à vous"}"#.utf8)
        plan.handlers = { _ in [LiveHandler("rule", .roles([.owner])) { _ in nil }] }
        let node = try await LiveNode.start(plan)
        let ana = try await node.open("Ana") { $0.language = "fr-CA,en;q=0.5" }
        try await ana.greet()
        ana.command("rule")
        #expect(try await ana.next("refused").problem?.title == "Pas à vous")
        try await node.stop()
    }

    @Test(arguments: Engine.all) func aCommandThatIsSentAgainIsNotCarriedOutAgain(on engine: Engine) async throws {
        var plan = try await LiveNode.Plan.fresh(on: engine)
        let (database, keys) = (plan.database, plan.keys)
        plan.handlers = { Notes.handlers($0, database, keys) }
        let here = try await LiveNode.start(plan)
        let first = try await here.enter("Ben")
        let note = #""to":["Ana","Eve"],"text":"hello""#
        first.command("note", id: id(1), note)
        let answer = try await first.next("ack").text
        // On the same connection, on another one, on another node, after a restart.
        first.command("note", id: id(1), note)
        #expect(try await first.next("ack").text == answer)
        let second = try await here.enter("Ben")
        second.command("note", id: id(1), note)
        #expect(try await second.next("ack").text == answer)
        let there = try await LiveNode.start(plan)
        let third = try await there.enter("Ben")
        third.command("note", id: id(1), note)
        #expect(try await third.next("ack").text == answer)
        try await here.stop()
        try await there.stop()
        // Somebody else's command of the same id is another command.
        let again = try await LiveNode.start(plan)
        let dan = try await again.enter("Dan")
        dan.command("note", id: id(1), note)
        #expect(try await dan.next("ack").text.contains("[2,2]"))
        try await again.stop()
    }

    @Test(arguments: Engine.all) func aChangeMadeOnceIsMadeOnceHoweverManyTryAtTheSameTime(on engine: Engine) async throws {
        let plan = try await LiveNode.Plan.fresh(on: engine)
        let ana = PersonID(named: "Ana")
        let sender = LiveSender(principal: .stranger, person: ana, connection: ConnectionID(high: 0, low: 0), household: 0)
        let command = LiveCommand(
            type: "count", id: try #require(CommandID(id(1))), members: try #require(JSONMembers(Array("{}".utf8))), sender: sender)
        let (database, runs) = (plan.database, Tally())
        let answers = await withTaskGroup(of: Int?.self) { group in
            for number in 1...30 {
                group.addTask {
                    try? await database.write { transaction in
                        try transaction.once(command, at: Timestamp(milliseconds: 1)) {
                            if number % 3 == 0 { throw Problem.unavailable }
                            runs.add()
                            return number
                        }
                    }
                }
            }
            return await group.reduce(into: [Int]()) { all, answer in all += answer.map { [$0] } ?? [] }
        }
        #expect(Set(answers).count == 1)
        #expect(answers.count >= 20)
        // PostgreSQL may run a transaction again that lost a race; what it did before is gone.
        #expect(engine == .postgres || runs.count == 1)
        let rows = try await database.read { try $0.rows("SELECT answer FROM live_command").count }
        #expect(rows == 1)
    }
}
