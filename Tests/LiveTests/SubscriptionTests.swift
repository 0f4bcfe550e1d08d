import TestKit
import Testing
import Vocabulary

@testable import Web

private let stream = StreamID("notices", of: PersonID(high: 1, low: 1))

/// A stream in the database, a connection that listens, and a browser that notes what it gets.
private struct Scene {
    var committed = 0
    var subscription: Subscription
    var received: [Int] = []
    /// Where catching up is under way: the sequence that was last when it was read.
    var reading: Int?
    var needsReading = true

    init(from position: Int?) {
        subscription = Subscription(stream, position: position)
    }

    mutating func read() {
        reading = committed
        needsReading = false
    }

    mutating func finishReading() {
        guard let last = reading else { return }
        reading = nil
        if let position = subscription.position { received += Array(position..<max(position, last)).map { $0 + 1 } }
        needsReading = subscription.caughtUp(to: last) == .catchUp
    }

    mutating func batch(_ range: ClosedRange<Int>?) {
        switch subscription.take(range) {
        case .rest: break
        case .send(let position): received += (range ?? 0...0).filter { $0 > position }
        case .catchUp: needsReading = true
        }
    }
}

@Suite struct SubscriptionTests {
    @Test("Whatever gets lost, late or twice: every event once, in order", arguments: 0..<500)
    func everyEventOnceAndInOrder(seed: UInt64) {
        var chance = Seeded(seed)
        var scene = Scene(from: 0)
        var underWay: [ClosedRange<Int>?] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<6, using: &chance) {
            case 0, 1:
                let first = scene.committed + 1
                scene.committed += Int.random(in: 1...3, using: &chance)
                underWay.append(first...scene.committed)
            case 2:
                guard !underWay.isEmpty else { continue }
                let batch = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &chance))
                if Int.random(in: 0..<5, using: &chance) > 0 { scene.batch(batch) }
                if Int.random(in: 0..<5, using: &chance) == 0 { underWay.append(batch) }
            case 3: if scene.needsReading { scene.read() }
            case 4: scene.finishReading()
            default: if Bool.random(using: &chance) { scene.batch(nil) }
            }
            #expect(scene.received == Array(scene.received.indices).map { $0 + 1 })
        }
        scene.batch(nil)
        while scene.needsReading || scene.reading != nil {
            if scene.reading == nil { scene.read() }
            scene.finishReading()
        }
        #expect(scene.received == Array(0..<scene.committed).map { $0 + 1 })
    }

    @Test func aBrowserThatWasNeverHereStartsNow() {
        var scene = Scene(from: nil)
        scene.committed = 7
        scene.read()
        scene.finishReading()
        #expect(scene.received.isEmpty)
        scene.committed = 8
        scene.batch(8...8)
        #expect(scene.received == [8])
    }

    @Test func whatComesByWhileCatchingUpIsLookedForAgain() {
        var scene = Scene(from: 0)
        scene.committed = 2
        scene.read()
        scene.committed = 3
        scene.batch(3...3)
        scene.finishReading()
        #expect(scene.needsReading && scene.received == [1, 2])
    }
}
