import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Web

/// Recognises nobody while it is shut, but strangers.
private final class Doorkeeper: Authenticator {
    private struct State {
        var isShut = false
        var asked: [String] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var asked: [String] { state.withLock(\.asked) }

    func shut() { state.withLock { $0.isShut = true } }

    func open() {
        let waiting = state.withLock { state in
            state.isShut = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func principal(for cookies: SentCookies) async throws -> Principal? {
        guard let name = cookies[NamedPeople.cookie] else { return nil }
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                state.asked.append(name)
                if state.isShut { state.waiting.append(continuation) }
                return !state.isShut
            }
            if passes { continuation.resume() }
        }
        return try await NamedPeople().principal(for: cookies)
    }
}

@Suite struct ArrivalTests {
    @Test("When many come at once a few are let in at a time, and whoever is here is answered meanwhile")
    func whoIsHereIsServedFirst() async throws {
        let door = Doorkeeper()
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.limits.arriving = 2
        plan.authenticators = [door]
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        door.shut()

        // Six come back, one of whom thinks better of it.
        let hasty = try await RawConnection(port: node.port)
        let names = (0..<5).map { "P\($0)" }
        let comers = names.map { name in Task { try await node.enter(name) } }
        try await Eventually.holds { node.link.arrivals.counts == (2, 3) }
        hasty.send(Self.request(of: "Hasty"))
        try await Eventually.holds { node.link.arrivals.counts == (2, 4) }
        hasty.close()
        #expect(door.asked.count == 3, "two of the comers are looked at, after Ana")

        // Those who are here, and pages, notice nothing.
        ana.command("presence.set", #""state":"busy""#)
        _ = try await ana.next("ack")
        let page = try await RawConnection(port: node.port)
        page.send("GET /nothing HTTP/1.1\r\nHost: sotto.test\r\n\r\n")
        try await Eventually.holds { page.text.hasPrefix("HTTP/1.1 404") }
        page.close()

        // All get in, and nobody has looked for the one who left.
        door.open()
        for comer in comers { _ = try await comer.value }
        try await Eventually.holds { node.link.arrivals.counts == (0, 0) }
        #expect(Set(door.asked) == Set(names + ["Ana"]))
        try await node.stop()
    }

    @Test("Who waits to come in may not send more than the request") func aTalkativeComerIsClosed() async throws {
        let door = Doorkeeper()
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.limits.arriving = 1
        plan.authenticators = [door]
        let node = try await LiveNode.start(plan)
        door.shut()
        let first = Task { try await node.enter("Ana") }
        try await Eventually.holds { node.link.arrivals.counts == (1, 0) }
        let talker = try await RawConnection(port: node.port)
        talker.send(Self.request(of: "Ben", more: "Transfer-Encoding: chunked\r\n") + String(repeating: "1\r\na\r\n", count: 64))
        _ = try await talker.untilClosed()
        door.open()
        _ = try await first.value
        try await Eventually.holds { node.link.arrivals.counts == (0, 0) }
        try await node.stop()
    }

    @Test("A stop does not wait for those who have not come in") func aStopSendsThemAway() async throws {
        let door = Doorkeeper()
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.limits.arriving = 1
        plan.authenticators = [door]
        let node = try await LiveNode.start(plan)
        door.shut()
        let first = try await RawConnection(port: node.port)
        first.send(Self.request(of: "Ana"))
        try await Eventually.holds { node.link.arrivals.counts == (1, 0) }
        let second = try await RawConnection(port: node.port)
        second.send(Self.request(of: "Ben"))
        try await Eventually.holds { node.link.arrivals.counts == (1, 1) }
        let stop = Task { try await node.stop() }
        #expect(try await second.untilClosed().isEmpty)
        door.open()
        try await stop.value
    }

    private static func request(of name: String, more: String = "") -> String {
        "GET /live HTTP/1.1\r\nHost: sotto.test\r\nOrigin: http://sotto.test\r\nCookie: __Host-session=\(name)\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(more)\r\n"
    }
}
