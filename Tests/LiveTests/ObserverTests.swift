import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Web

/// Notes what a domain is told of links, and what it was asked over them, in order.
private final class Notebook: LiveObserver {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func add(_ line: String) { lines.withLock { $0.append(line) } }

    func opened(_ sender: LiveSender) async { add("opened") }
    func closed(_ sender: LiveSender, isDead: Bool) async { add(isDead ? "dead" : "closed") }
}

@Suite struct ObserverTests {
    @Test("A link's end is told after its beginning and after the last of its commands is done, however it ends")
    func theEndComesLast() async throws {
        let notebook = Notebook()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.observers = [notebook]
        plan.handlers = { _ in
            [
                LiveHandler("test.wait", .members) { _ in
                    notebook.add("begun")
                    for await _ in gate { break }
                    notebook.add("done")
                    return nil
                }
            ]
        }
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        try await Eventually.holds { notebook.all == ["opened"] }
        ana.command("test.wait")
        ana.command("test.wait")
        try await Eventually.holds { notebook.all.last == "begun" }
        ana.vanish()
        try await Eventually.holds { node.link.connectionCount == 0 }
        open.yield()
        // The second command was not begun: nobody is there to hear of it.
        try await Eventually.holds { notebook.all == ["opened", "begun", "done", "closed"] }
        try await node.stop()
    }

    @Test func whoeverNeverGreetedIsNotTold() async throws {
        let notebook = Notebook()
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.observers = [notebook]
        let node = try await LiveNode.start(plan)
        let silent = try await node.open("Ben")
        try await Eventually.holds { node.link.connectionCount == 1 }
        silent.vanish()
        try await Eventually.holds { node.link.connectionCount == 0 }
        let ana = try await node.enter("Ana")
        ana.close()
        try await Eventually.holds { notebook.all == ["opened", "closed"] }
        try await node.stop()
    }

    @Test func aConnectionIsKnownForAsLongAsItLasts() async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        let ana = try await node.open("Ana")
        let id = try #require(try await ana.greet().connection.flatMap(ConnectionID.init))
        #expect(await node.link.isConnected(id))
        ana.vanish()
        try await Eventually.holds { await !node.link.isConnected(id) }
        try await node.stop()
    }
}
