import NIOCore
import TestKit
import Testing
import Vocabulary

@testable import Cluster
@testable import Web

private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

@Suite struct HeartbeatTests {
    @Test(
        "VZO-00 A dead link is known within 13 seconds, wherever in the beat it dies", arguments: Array(stride(from: 0, to: 7_000, by: 250))
    )
    func aDeadLinkIsKnownInTime(diesAfter: Int) {
        let limits = SocketLimits()
        var heartbeat = Heartbeat(at: start)
        let death = start + .milliseconds(Int64(diesAfter))
        heartbeat.heard(at: death)
        var now = start + .seconds(Int64(diesAfter / 1000) + 1)
        while heartbeat.beat(at: now, limits) != .dead {
            now = now + .seconds(1)
            guard now - death < .seconds(60) else { break }
        }
        #expect(now - death <= .seconds(14))
    }

    @Test func aLinkThatAnswersLivesForEver() {
        let limits = SocketLimits()
        var heartbeat = Heartbeat(at: start)
        var pings = 0
        for second in 1...3600 {
            let now = start + .seconds(Int64(second))
            switch heartbeat.beat(at: now, limits) {
            case .ping:
                pings += 1
                heartbeat.heard(at: now + .milliseconds(200))
            case .dead: Issue.record("a living link was given up")
            case .rest: break
            }
        }
        #expect(pings > 0 && pings < 3600 / 6)
    }

    @Test func oneLostAnswerIsForgiven() {
        let limits = SocketLimits()
        var heartbeat = Heartbeat(at: start)
        #expect(heartbeat.beat(at: start + .seconds(7), limits) == .ping)
        #expect(heartbeat.beat(at: start + .seconds(10), limits) == .ping)
        heartbeat.heard(at: start + .seconds(12))
        #expect(heartbeat.beat(at: start + .seconds(13), limits) == .rest)
    }
}

@Suite struct TurnTests {
    @Test func whoComeTogetherAreNotAskedTogether() {
        let turns = (1...UInt64(HubShard.turns * 3)).map(HubShard.turn)
        #expect(Dictionary(grouping: turns, by: \.self).values.map(\.count) == Array(repeating: 3, count: HubShard.turns))
    }

    @Test func aBusyLoopMissesNobodysTurn() {
        func due(after milliseconds: Int64) -> Int { HubShard.turnsDue(since: start, at: start + .milliseconds(milliseconds)) }
        #expect(due(after: -1) == 0 && due(after: 0) == 1 && due(after: 19) == 1)
        #expect(due(after: 20) == 2 && due(after: 100) == 6)
        #expect(due(after: 980) == 50 && due(after: 60_000) == 50, "nobody has two turns at once")
    }
}

@Suite struct TokenBucketTests {
    @Test func aBurstPassesAndThenTheRateHolds() {
        var bucket = TokenBucket(capacity: 10, perSecond: 5, at: start)
        let burst = (0..<12).filter { _ in bucket.take(at: start) }
        #expect(burst.count == 10)
        let second = (0..<12).filter { _ in bucket.take(at: start + .seconds(1)) }
        #expect(second.count == 5)
        let later = (0..<20).filter { _ in bucket.take(at: start + .seconds(3600)) }
        #expect(later.count == 10)
    }
}

@Suite struct BacklogTests {
    @Test func theChannelIsAskedOnlyWhenTheCountReachesTheCapacity() {
        var backlog = Backlog(capacity: 10_000)
        var questions = 0
        for _ in 0..<1_000 {
            let fits = backlog.add(100) {
                questions += 1
                return 0
            }
            #expect(fits)
        }
        #expect(questions <= 20)
    }

    @Test func aReaderThatTakesNothingIsFoundOut() {
        var backlog = Backlog(capacity: 10_000)
        var waiting = 0
        var count = 0
        while backlog.add(100, waiting: { waiting }) {
            waiting += 100 + Backlog.overhead
            count += 1
        }
        #expect(count == 10_000 / (100 + Backlog.overhead))
    }

    @Test func aFloodOfEmptyFramesCountsToo() {
        var backlog = Backlog(capacity: 10_000)
        var count = 0
        while backlog.add(0, waiting: { count * Backlog.overhead }), count < 1_000 { count += 1 }
        #expect(count < 1_000)
    }
}

@Suite struct CommandQueueTests {
    private func text(_ number: Int, bytes: Int = 1) -> ByteBuffer {
        ByteBuffer(string: "\(number)" + String(repeating: ".", count: bytes))
    }

    @Test func commandsComeOutInTheOrderTheyCame() {
        var queue = CommandQueue()
        #expect(queue.add(text(0)) == .start(text(0)))
        for number in 1..<50 { #expect(queue.add(text(number)) == .wait) }
        for number in 1..<50 { #expect(queue.next().command == text(number)) }
        #expect(queue.next().command == nil)
        #expect(queue.add(text(50)) == .start(text(50)))
    }

    @Test func aFullQueuePausesUntilHalfOfItIsDone() {
        var queue = CommandQueue()
        _ = queue.add(text(0))
        for number in 1..<CommandQueue.most { #expect(queue.add(text(number)) == .wait) }
        #expect(queue.add(text(CommandQueue.most)) == .pause)
        var taken = 0
        while !queue.next().resumes { taken += 1 }
        #expect(taken + 1 == CommandQueue.most / 2)
    }

    @Test func bigCommandsFillItSooner() {
        var queue = CommandQueue()
        _ = queue.add(text(0))
        var count = 1
        while queue.add(text(count, bytes: 100_000)) == .wait { count += 1 }
        #expect(count == CommandQueue.mostBytes / 100_000 + 1)
    }
}

@Suite struct CommandIDTests {
    @Test func aBrowsersUUIDIsReadAndWrittenTheSame() throws {
        let text = "0190a5e2-7c1f-4b0e-8a00-00ff00ff00ff"
        let id = try #require(CommandID(text))
        #expect(id.description == text)
        #expect(id.bytes.count == 16 && id.bytes[0] == 0x01 && id.bytes[15] == 0xFF)
    }

    @Test(arguments: [
        "", "1", "0190a5e27c1f4b0e8a0000ff00ff00ff", "0190A5E2-7C1F-4B0E-8A00-00FF00FF00FF", "0190a5e2-7c1f-4b0e-8a00-00ff00ff00f",
        "0190a5e2-7c1f-4b0e-8a00-00ff00ff00fg", "+190a5e2-7c1f-4b0e-8a00-00ff00ff00ff", "0190a5e2-7c1f-4b0e-8a00-00ff00ff00ff ",
    ])
    func anythingElseIsNone(text: String) {
        #expect(CommandID(text) == nil)
    }
}

@Suite struct EnvelopeTests {
    private static let person = PersonID(named: "Ana")
    private static let node = NodeLife(bits: 0xABCD_1234_5678)
    private static let envelopes: [LiveEnvelope] = [
        .wake(StreamID("notices", of: person)), .people([person, PersonID(named: "Ben")], json: Array("{}".utf8)), .people([], json: []),
        .connection(ConnectionID(node: node, shard: 65_535, number: .max), json: Array("[1]".utf8)),
        .disconnect(person, session: nil, .signedOut), .disconnect(person, session: "abc", .restart),
    ]

    @Test(arguments: envelopes) func anEnvelopeArrivesAsItWasSent(envelope: LiveEnvelope) throws {
        let (read, from) = try #require(LiveEnvelope.read(envelope.bytes(from: Self.node)))
        #expect(read == envelope && from == Self.node)
    }

    @Test(arguments: envelopes) func aTornEnvelopeIsNeverReadAsAnotherOne(envelope: LiveEnvelope) {
        let bytes = envelope.bytes(from: Self.node)
        for count in 0..<min(bytes.count, 25) where LiveEnvelope.read(Array(bytes.prefix(count))) != nil {
            #expect(count >= 13)
        }
        #expect(LiveEnvelope.read([99] + bytes.dropFirst()) == nil)
    }

    @Test func aConnectionsIDSaysWhereItIs() {
        let id = ConnectionID(node: Self.node, shard: 7, number: 42)
        #expect(id.node == Self.node && id.shard == 7 && id.number == 42)
    }
}
