import Synchronization
import Testing

@testable import Web

/// Who is inside, and how many there were at most.
private final class Room: Sendable {
    private let state = Mutex((inside: 0, most: 0, through: 0))

    var counts: (inside: Int, most: Int, through: Int) { state.withLock { $0 } }

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
    }

    func leave() {
        state.withLock { state in
            state.inside -= 1
            state.through += 1
        }
    }
}

@Suite struct TurnstileTests {
    @Test("So many are inside as may be and no more, and everybody gets through") func neverTooManyInside() async {
        let turnstile = Turnstile(width: 3)
        let room = Room()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    await turnstile.pass {
                        room.enter()
                        await Task.yield()
                        room.leave()
                    }
                }
            }
        }
        #expect(room.counts.inside == 0 && room.counts.through == 500)
        #expect((1...3).contains(room.counts.most))
    }

    @Test func whoFailsInsideMakesRoom() async throws {
        struct Stop: Error {}
        let turnstile = Turnstile(width: 1)
        await #expect(throws: Stop.self) { try await turnstile.pass { throw Stop() } }
        #expect(await turnstile.pass { 7 } == 7)
    }
}
