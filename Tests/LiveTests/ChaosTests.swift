import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

/// The two promises of the live link, kept while everything around it breaks: **what was acknowledged is there, once and in
/// order, and no page's stream has a hole.**
///
/// Real server processes, killed and stopped; a real NATS server, killed; hundreds of pages that are cut off all the time.
/// What happens is drawn from a seed: `SOTTO_TEST_CHAOS_SEED` repeats it, `SOTTO_TEST_CHAOS_CALLS` (6) makes it longer.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ChaosTests {
    private static let seed = number("SEED").map(UInt64.init) ?? .random(in: 0..<1_000_000)
    private static let callsEach = number("CALLS") ?? 6

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment["SOTTO_TEST_CHAOS_" + name].flatMap { Int($0) }
    }

    @Test(arguments: Engine.all) func oneNode(on engine: Engine) async throws {
        let chaos = try await Chaos(on: engine, nodes: 1, bus: nil, seed: Self.seed, callsEach: Self.callsEach)
        try await chaos.run([
            { try await $0.kill(0) }, { try await $0.restart(0) }, { try await $0.kill(0) },
        ])
    }

    @Test(.enabled(if: Engine.all.contains(.postgres))) func twoNodes() async throws {
        let bus = try await NATSServer()
        let chaos = try await Chaos(on: .postgres, nodes: 2, bus: bus, seed: Self.seed, callsEach: Self.callsEach)
        try await chaos.run([
            { try await $0.kill(0) }, { try await $0.breakBus() }, { try await $0.restart(1) }, { try await $0.kill(1) },
        ])
    }
}

/// One run of it.
private final class Chaos: Sendable {
    typealias Blow = @Sendable (Chaos) async throws -> Void

    static let people = 25
    static let pagesEach = 8

    let nodes: [ProcessNode]
    let bus: NATSServer?
    let seed: UInt64
    let callsEach: Int
    let lodgers: [Lodger]
    /// Each lodger's pages; the first one calls.
    let pages: [[ReturningBrowser]]
    let acknowledged = Tally()
    let isOver = Mutex(false)

    init(on engine: Engine, nodes count: Int, bus: NATSServer?, seed: UInt64, callsEach: Int) async throws {
        let settings = try await TestHouse.settings(on: engine)
        let people = Self.people
        let pairs = (0..<people).flatMap { one in (1...3).map { (one, (one + $0) % people) } }
        let lodgers = try await Lodgers.move(into: settings, (0..<people).map { "Person\($0)" }, contacts: pairs)
        var nodes: [ProcessNode] = []
        let more = bus.map { ["nats.url": $0.url] } ?? [:]
        for _ in 0..<count { nodes.append(try await ProcessNode(settings, more)) }
        (self.nodes, self.bus, self.seed, self.callsEach, self.lodgers) = (nodes, bus, seed, callsEach, lodgers)
        pages = lodgers.enumerated().map { number, lodger in
            (0..<Self.pagesEach).map { page in
                ReturningBrowser(nodes.map { $0.address(lodger) }, chance: Seeded(seed &+ UInt64(number * Self.pagesEach + page)))
            }
        }
    }

    // MARK: - Blows

    func kill(_ number: Int) async throws {
        await nodes[number].kill9()
        try await nodes[number].start()
    }

    func restart(_ number: Int) async throws {
        let status = await nodes[number].stop()
        #expect(status == 0)
        try await nodes[number].start()
    }

    func breakBus() async throws {
        await bus?.kill9()
        try await bus?.start()
    }

    // MARK: - The run

    /// Everybody calls and hangs up, is cut off all the time, and after each part of the calls a blow falls.
    func run(_ blows: [Blow]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for page in pages.joined() { group.addTask { await page.live() } }
            let outcome = await Result { try await self.live(through: blows) }
            for page in pages.joined() { await page.end() }
            try outcome.get()
            try await group.waitForAll()
        }
        for node in nodes { await node.stop() }
    }

    private func live(through blows: [Blow]) async throws {
        async let calls = callEverybody()
        async let harmed: Void = harm()
        let total = lodgers.count * callsEach
        for (number, blow) in blows.enumerated() {
            let due = total * (number + 1) / (blows.count + 1)
            try await Eventually.holds(within: .seconds(120)) { self.acknowledged.count >= due }
            try await blow(self)
        }
        let made = await calls
        #expect(made.joined().count == total, "seed \(seed)")
        isOver.withLock { $0 = true }
        await harmed
        for page in pages.joined() { await page.wake() }
        try await compare(made)
    }

    /// Cuts pages off by chance, for as long as calls are made.
    private func harm() async {
        var chance = Seeded(seed)
        while !isOver.withLock(\.self), !Task.isCancelled {
            let harm = ReturningBrowser.Harm.allCases.randomElement(using: &chance) ?? .vanish
            await pages.randomElement(using: &chance)?.randomElement(using: &chance)?.suffer(harm)
            // The first page of each makes the calls: it must not sleep through the whole run.
            if let caller = pages.randomElement(using: &chance)?.first { await caller.wake() }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 1...15, using: &chance)))
        }
    }

    /// The calls that each lodger made and hung up, acknowledged, in order.
    private func callEverybody() async -> [[Attempt]] {
        await withTaskGroup(of: (Int, [Attempt]).self) { group in
            for number in lodgers.indices { group.addTask { (number, await self.call(from: number)) } }
            return await group.reduce(into: Array(repeating: [], count: lodgers.count)) { $0[$1.0] = $1.1 }
        }
    }

    private func call(from number: Int) async -> [Attempt] {
        var chance = Seeded(seed &* 31 &+ UInt64(number))
        var made: [Attempt] = []
        for _ in 0..<callsEach {
            let callee = (number + Int.random(in: 1...3, using: &chance)) % lodgers.count
            let attempt = Attempt(call: PersonID(at: SystemClock().now).description, callee: callee)
            let page = pages[number][0]
            let call = #""call":"\#(attempt.call)""#
            let ring = #"\#(call),"callee":"\#(lodgers[callee].id)","relayOnly":false"#
            guard await settle(page, "call.ring", ring), await settle(page, "call.hangUp", call) else { continue }
            made.append(attempt)
            acknowledged.add()
        }
        return made
    }

    /// Sends the command until it is acknowledged, always under the same id.
    private func settle(_ page: ReturningBrowser, _ type: String, _ members: String) async -> Bool {
        let id = UUID().uuidString.lowercased()
        while let answer = await page.command(type, id: id, members) {
            if answer.type == "ack" { return true }
            // Only a server that cannot reach its database may refuse.
            guard answer.problem?.type == "urn:sotto:problem.unavailable" else {
                Issue.record("\(type) was refused: \(answer.text), seed \(seed)")
                return false
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    // MARK: - The truth

    /// Compares what was acknowledged with what is stored, and what is stored with what each page heard.
    private func compare(_ made: [[Attempt]]) async throws {
        for (callee, lodger) in lodgers.enumerated() {
            let truth = try await stream(of: lodger)
            #expect(truth.map(\.sequence) == Array(1...max(1, truth.count)), "\(lodger.name)'s stream has a hole, seed \(seed)")
            let missed = try truth.filter { $0.kind == "call.missed" }.map { try $0.body(Missed.self) }
            for (caller, attempts) in made.enumerated() {
                let told = missed.filter { $0.person == lodgers[caller].id }.map(\.call)
                let acknowledged = attempts.filter { $0.callee == callee }.map(\.call)
                #expect(told == acknowledged, "\(lodgers[caller].name) called \(lodger.name), seed \(seed)")
            }
            for (number, page) in pages[callee].enumerated() {
                let last = truth.count
                try? await Eventually.holds(within: .seconds(90)) { await page.lastSequence >= last }
                let (events, faults) = (await page.events, await page.faults)
                #expect(faults.isEmpty, "page \(number) of \(lodger.name), seed \(seed)")
                #expect(events.map(\.text) == truth.map(\.text), "page \(number) of \(lodger.name), seed \(seed)")
            }
        }
    }

    /// A person's whole stream, as a page hears it that was never here.
    private func stream(of lodger: Lodger) async throws -> [LiveMessage] {
        let browser = try await FakeBrowser.open(nodes[0].address(lodger))
        let last = try await browser.greet(["notices": 0]).streams?["notices"] ?? 0
        var events: [LiveMessage] = []
        while events.count < last { events.append(try await browser.nextDurable()) }
        browser.close()
        return events
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// A call that was acknowledged: rung and hung up.
private struct Attempt: Sendable {
    let call: String
    let callee: Int
}

/// The body of a notice about a missed call.
private struct Missed: Decodable {
    let call: String
    let person: String
}
