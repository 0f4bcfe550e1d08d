import TestKit
import Testing
import Vocabulary

@testable import Web

/// Holds a command until it is let go.
private final class Gate: Sendable {
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let begun = Tally()

    func pass() async {
        begun.add()
        for await _ in stream { return }
    }

    func open() { continuation.yield() }
}

@Suite struct ShutdownTests {
    @Test func everyBrowserIsToldToComeBackAndTheServerIsGoneAtOnce() async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        var browsers: [FakeBrowser] = []
        for name in ["Ana", "Ben", "Dan", "Eve"] { browsers.append(try await node.enter(name)) }
        let silent = try await node.open("Finn")
        let mute = try await RawConnection(port: node.port)
        try await Eventually.holds { node.link.connectionCount == 5 }
        let began = ContinuousClock.now
        try await node.stop()
        #expect(ContinuousClock.now - began < .seconds(8))
        for browser in browsers {
            let goodbye = try await browser.next("goodbye")
            #expect(goodbye.advice == "reconnect" && (0..<500).contains(goodbye.after ?? -1))
            #expect(try await browser.closeCode() == 1001)
        }
        #expect(try await silent.closeCode() == 1001)
        #expect(try await mute.untilClosed().isEmpty)
    }

    @Test func aCommandUnderWayIsAnsweredBeforeTheEnd() async throws {
        let gate = Gate()
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.handlers = { _ in
            [
                LiveHandler("test.wait", .members) { _ in
                    await gate.pass()
                    return nil
                }
            ]
        }
        let node = try await LiveNode.start(plan)
        let ana = try await node.open("Ana")
        let id = try await ana.greet().connection.flatMap(ConnectionID.init)
        let connection = try #require(id)
        ana.command("test.wait", id: "00000000-0000-4000-8000-000000000001")
        ana.command("test.wait", id: "00000000-0000-4000-8000-000000000002")
        try await Eventually.holds { gate.begun.count == 1 }
        async let stopped: Void = node.stop()
        try await Eventually.holds { await node.link.hub.ask(connection, \.isStopping) == true }
        gate.open()
        #expect(try await ana.next("ack").id == "00000000-0000-4000-8000-000000000001")
        // What was not begun is not begun any more: the browser sends it again when it is back.
        #expect(try await ana.next("goodbye").advice == "reconnect")
        #expect(try await ana.closeCode() == 1001)
        #expect(gate.begun.count == 1)
        try await stopped
    }
}
