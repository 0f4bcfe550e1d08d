@testable import Calls
import Cluster
import Synchronization
import Testing
import TestKit
import Vocabulary
import Web

@Suite("Where a call's signals go")
struct SignalRouteTests {
    private let call = ID<Call>(high: 1, low: 1)
    private let ana = ID<LiveSender>(high: 2, low: 1)
    private let ben = ID<LiveSender>(high: 2, low: 2)
    private let bensNewPage = ID<LiveSender>(high: 2, low: 3)

    @Test("A burst of signals is one look into the database")
    func burst() async throws {
        let routes = SignalRoutes(on: LocalBus())
        let looks = Atomic(0)
        for _ in 0..<50 {
            let peer = try await routes.peer(of: ana, in: call) {
                looks.add(1, ordering: .relaxed)
                return ben
            }
            #expect(peer == ben)
        }
        // More than one only where the machine stood still for longer than a route counts.
        #expect(looks.load(ordering: .relaxed) < 50)
    }

    @Test("A page that takes the call over hears the very next signal")
    func takingOver() async throws {
        let routes = SignalRoutes(on: LocalBus())
        #expect(try await routes.peer(of: ana, in: call) { ben } == ben)
        routes.forget(call)
        #expect(try await routes.peer(of: ana, in: call) { bensNewPage } == bensNewPage)
    }

    @Test("What was read before a change is not remembered after it")
    func changeWhileLooking() async throws {
        let routes = SignalRoutes(on: LocalBus())
        let early = try await routes.peer(of: ana, in: call) {
            routes.forget(call)
            return ben
        }
        #expect(early == ben)
        #expect(try await routes.peer(of: ana, in: call) { bensNewPage } == bensNewPage)
    }

    @Test("A peer that is away, and a signal that may not be sent, are asked for again")
    func nobodyThere() async throws {
        let routes = SignalRoutes(on: LocalBus())
        #expect(try await routes.peer(of: ana, in: call) { nil } == nil)
        await #expect(throws: Problem.self) { _ = try await routes.peer(of: ana, in: call) { throw Problem.notFound } }
        #expect(try await routes.peer(of: ana, in: call) { ben } == ben)
    }

    @Test("On several nodes nothing is remembered")
    func severalNodes() async throws {
        let routes = SignalRoutes(on: OtherBus())
        #expect(try await routes.peer(of: ana, in: call) { ben } == ben)
        #expect(try await routes.peer(of: ana, in: call) { bensNewPage } == bensNewPage)
    }

    /// A bus that is not this node's alone.
    private struct OtherBus: Bus {
        let inner = LocalBus()
        func publish(_ payload: [UInt8], to topic: Topic) -> Bool { inner.publish(payload, to: topic) }
        func subscribe(to topic: Topic, limit: Int) async throws -> AsyncStream<[UInt8]> {
            try await inner.subscribe(to: topic, limit: limit)
        }
        var state: BusState { inner.state }
        func close() async { await inner.close() }
    }
}
