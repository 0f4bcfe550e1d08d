import Conversations
import Desk
import Foundation
import Logging
import Server
import Storage
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

/// Visitors and agents talk while everything around them breaks: **no acknowledged message is lost, doubled or out of order, on
/// either side** (complaints 1, 2 and 13).
///
/// Real server processes, killed and stopped; a real PostgreSQL and a real NATS server, killed; pages that are cut off all the
/// time. What happens is drawn from a seed: `SOTTO_TEST_CHAOS_SEED` repeats it, `SOTTO_TEST_CHAOS_MESSAGES` (8) makes it longer,
/// `SOTTO_TEST_CHAOS_CONVERSATIONS` (24) bigger; `bin/bench chaos` runs it with ten thousand.
@Suite(.serialized, .timeLimit(.minutes(ChaosSize.minutes))) struct ConversationChaosTests {
    private static let seed = ChaosSize.number("SEED").map(UInt64.init) ?? .random(in: 0..<1_000_000)
    private static let messages = ChaosSize.number("MESSAGES") ?? 8
    private static let conversations = ChaosSize.number("CONVERSATIONS") ?? 24

    @Test("Complaints 1, 2, 13: nothing acknowledged is lost, doubled or reordered through kills and cuts, on SQLite") func oneNode()
        async throws
    {
        let chaos = try await Talk(
            try await TestHouse.settings(), nodes: 1, seed: Self.seed, conversations: Self.conversations, messages: Self.messages)
        try await chaos.run([{ try await $0.kill(0) }, { try await $0.restart(0) }, { try await $0.kill(0) }])
    }

    @Test(
        "Complaints 1, 2, 13: the same on two nodes, with PostgreSQL and NATS killed too", .enabled(if: PostgresServer.programs != nil))
    func twoNodes() async throws {
        let (database, bus) = (try await PostgresServer(), try await NATSServer())
        var settings = try await TestHouse.settings()
        settings.set(\.databaseURL, to: try await database.schema("data"))
        settings.set(\.keysURL, to: try await database.schema("keys"))
        let chaos = try await Talk(
            settings, nodes: 2, more: ["nats.url": bus.url], seed: Self.seed, conversations: Self.conversations, messages: Self.messages)
        try await chaos.run([
            { try await $0.kill(0) },
            { _ in
                await database.kill9()
                try await database.start()
            },
            { try await $0.kill(1) },
            { _ in
                await bus.kill9()
                try await bus.start()
            },
        ])
        await database.stop()
    }
}

/// What the environment says about a run.
private enum ChaosSize {
    /// How long one may take.
    static let minutes = number("MINUTES") ?? 10

    static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment["SOTTO_TEST_CHAOS_" + name].flatMap { Int($0) }
    }
}

/// One run of it: conversations of one visitor and one agent each.
private final class Talk: Sendable {
    typealias Blow = @Sendable (Talk) async throws -> Void

    /// Both ends of one conversation, the visitor's first.
    struct Line: Sendable {
        let stream: String
        let conversation: String
        let pages: [ReturningBrowser]
    }

    /// Conversations of one agent at most: each has a page of its own, and a person may have a thousand.
    static let most = 400

    let nodes: [ProcessNode]
    let seed: UInt64
    let messages: Int
    let lines: [Line]
    let acknowledged = Tally()
    let isOver = Mutex(false)

    init(_ settings: Settings, nodes count: Int, more: [String: String] = [:], seed: UInt64, conversations: Int, messages: Int) async throws
    {
        let agents = max(4, (conversations + Self.most - 1) / Self.most)
        let lodgers = try await Lodgers.move(into: settings, (0..<agents).map { "Agent\($0)" }, contacts: [])
        let begun = try await Self.begin(conversations, in: settings, with: lodgers)
        var nodes: [ProcessNode] = []
        // All of them may come to one node, and old connections end a moment later.
        let more = more.merging(["limits.connections": "\(max(12_000, 4 * conversations))"]) { $1 }
        for _ in 0..<count { nodes.append(try await ProcessNode(settings, more)) }
        (self.nodes, self.seed, self.messages) = (nodes, seed, messages)
        lines = begun.enumerated().map { [nodes] number, begun in
            let stream = "conversation/\(begun.conversation)"
            let visitor = nodes.map { node in
                var address = FakeBrowser.Address(port: node.port, session: nil)
                address.origin = "http://localhost:\(node.port)"
                address.headers = [("Sec-WebSocket-Protocol", "sotto, bearer.\(begun.token)")]
                return address
            }
            let agent = nodes.map { $0.address(lodgers[number % lodgers.count]) }
            let pages = [visitor, agent].enumerated().map { side, addresses in
                ReturningBrowser(addresses, stream: stream, chance: Seeded(seed &+ UInt64(2 * number + side)))
            }
            return Line(stream: stream, conversation: begun.conversation, pages: pages)
        }
    }

    /// Conversations that an agent has taken.
    private static func begin(
        _ count: Int, in settings: Settings, with agents: [Lodger]
    ) async throws -> [(conversation: String, token: String)] {
        let house = try await House.build(
            settings, frontend: Repository.frontend(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let now = SystemClock().now
        let queue = Queue(id: .init(at: now), name: "Orders")
        let site = SupportSite(id: .init(at: now), key: SupportSite.newKey(), name: "Harbour Books", queue: queue.id)
        try await house.stores.data.write { transaction in
            try transaction.add(queue, at: now)
            try transaction.add(site, at: now)
            for agent in agents {
                try transaction.give(.agent, to: agent.person)
                try transaction.put(Agent(person: agent.person, status: .available, capacity: 50, since: now))
                try transaction.put(agent.person, into: queue.id)
                // As if they had shown a second factor, which staff need.
                try transaction.run(
                    "INSERT INTO totp (person_id, secret, enabled_at, last_step) VALUES (\(agent.person), \([UInt8](repeating: 0, count: 30)), 0, 0)"
                )
                try transaction.run("UPDATE session SET is_strong = 1 WHERE person_id = \(agent.person)")
            }
        }
        // Each agent's one after another, all agents' side by side.
        let begun = try await withThrowingTaskGroup(of: [(Int, String, String)].self) { group in
            for (place, agent) in agents.enumerated() {
                let member = Principal.Member(
                    person: agent.person, session: "chaos", roles: [.agent, .member], name: .init(agent.name), isStrong: true)
                group.addTask {
                    var own: [(Int, String, String)] = []
                    for number in stride(from: place, to: count, by: agents.count) {
                        let id = try #require(CommandID(UUID().uuidString.lowercased()))
                        let (enquiry, token) = try await house.desk.begin(EnquiryWish(text: "hello \(number)", id: id), at: site)
                        try await house.desk.open(enquiry.conversation, as: member, takes: true)
                        own.append((number, enquiry.conversation.description, token))
                    }
                    return own
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map { (conversation: $0.1, token: $0.2) }
        }
        await house.close()
        return begun
    }

    // MARK: - Blows

    func kill(_ number: Int) async throws {
        await nodes[number].kill9()
        try await nodes[number].start()
    }

    func restart(_ number: Int) async throws {
        #expect(await nodes[number].stop() == 0)
        try await nodes[number].start()
    }

    // MARK: - The run

    /// Everybody talks, is cut off all the time, and after each part of the messages a blow falls.
    func run(_ blows: [Blow]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for page in lines.flatMap(\.pages) { group.addTask { await page.live() } }
            let failure: (any Error)?
            do {
                try await live(through: blows)
                failure = nil
            } catch { failure = error }
            for page in lines.flatMap(\.pages) { await page.end() }
            if let failure { throw failure }
            try await group.waitForAll()
        }
        for node in nodes { await node.stop() }
    }

    private func live(through blows: [Blow]) async throws {
        async let said = talk()
        async let harmed: Void = harm()
        let total = lines.count * 2 * messages
        for (number, blow) in blows.enumerated() {
            let due = total * (number + 1) / (blows.count + 1)
            try await Eventually.holds(within: .seconds(ChaosSize.minutes * 12)) { self.acknowledged.count >= due }
            try await blow(self)
        }
        let all = await said
        isOver.withLock { $0 = true }
        await harmed
        for page in lines.flatMap(\.pages) { await page.wake() }
        #expect(all.joined().joined().count == total, "seed \(seed)")
        for (line, said) in zip(lines, all) { try await compare(line, said) }
    }

    /// Cuts pages off by chance, for as long as anybody talks.
    private func harm() async {
        var chance = Seeded(seed)
        while !isOver.withLock(\.self), !Task.isCancelled {
            let harm = ReturningBrowser.Harm.allCases.randomElement(using: &chance) ?? .vanish
            await lines.randomElement(using: &chance)?.pages.randomElement(using: &chance)?.suffer(harm)
            // Who talks must not sleep through the whole run, of however many.
            for _ in 0...lines.count / 500 { for page in lines.randomElement(using: &chance)?.pages ?? [] { await page.wake() } }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 1...15, using: &chance)))
        }
    }

    /// The texts that each side of each conversation said and had acknowledged, in order.
    private func talk() async -> [[[String]]] {
        await withTaskGroup(of: (Int, Int, [String]).self) { group in
            for (number, line) in lines.enumerated() {
                for side in line.pages.indices { group.addTask { (number, side, await self.talk(on: line, side)) } }
            }
            return await group.reduce(into: lines.map { _ in [[], []] }) { $0[$1.0][$1.1] = $1.2 }
        }
    }

    private func talk(on line: Line, _ side: Int) async -> [String] {
        var said: [String] = []
        for number in 0..<messages {
            let text = "\(side == 0 ? "visitor" : "agent") says \(number)"
            guard await settle(line.pages[side], #""conversation":"\#(line.conversation)","text":"\#(text)""#) else { break }
            said.append(text)
            acknowledged.add()
        }
        return said
    }

    /// Sends until it is acknowledged, always under the same id.
    private func settle(_ page: ReturningBrowser, _ members: String) async -> Bool {
        let id = UUID().uuidString.lowercased()
        while let answer = await page.command("message.send", id: id, members) {
            if answer.type == "ack" { return true }
            // Only a server that cannot reach its database may refuse.
            guard answer.problem?.type == "urn:sotto:problem.unavailable" else {
                Issue.record("a message was refused: \(answer.text), seed \(seed)")
                return false
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    private struct Body: Decodable {
        let text: String
        let part: String
    }

    /// What both sides have before them is the same, and holds what each had acknowledged: once, in order.
    private func compare(_ line: Line, _ said: [[String]]) async throws {
        let truth = try await whole(line)
        #expect(truth.map(\.sequence) == Array(1...truth.count), "a hole in \(line.stream), seed \(seed)")
        let messages = try truth.filter { $0.kind == "message.sent" }.map { try $0.body(Body.self) }
        for (part, texts) in zip(["visitor", "agent"], said) {
            let kept = messages.filter { $0.part == part }.map(\.text).filter { $0.contains(" says ") }
            #expect(kept == texts, "\(part) in \(line.stream), seed \(seed)")
        }
        for (side, page) in line.pages.enumerated() {
            try? await Eventually.holds(within: .seconds(90)) { await page.lastSequence >= truth.count }
            let (events, faults) = (await page.events, await page.faults)
            #expect(faults.isEmpty, "side \(side) of \(line.stream), seed \(seed)")
            #expect(events.map(\.text) == truth.map(\.text), "side \(side) of \(line.stream), seed \(seed)")
        }
    }

    /// The conversation as a page hears it that was never here.
    private func whole(_ line: Line) async throws -> [LiveMessage] {
        let address = await line.pages[0].address
        let browser = try await FakeBrowser.open(address)
        let last = try await browser.greet([line.stream: 0]).streams?[line.stream] ?? 0
        var events: [LiveMessage] = []
        while events.count < last { events.append(try await browser.nextDurable()) }
        browser.close()
        return events
    }
}
