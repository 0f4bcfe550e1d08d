import NIOCore
import Synchronization

/// What was asked and not answered yet, by a mark that comes back in the answer.
final class Pending: Sendable {
    private struct State {
        var asked: [Int: NIODeadline] = [:]
        var next = 0
        var latencies = Latencies()
    }

    private let state = Mutex(State())
    /// Commands are named by UUIDs; the last twelve digits of ours count.
    private static let mark = "be9c4000-0000-4000-8000-"

    /// A new mark; its time runs from now.
    func asked() -> String {
        state.withLock { state in
            state.next += 1
            state.asked[state.next] = .now()
            return Self.mark + String(String(1_000_000_000_000 + state.next).dropFirst())
        }
    }

    /// Looks for the mark in an answer.
    func answered(_ text: String) {
        guard let start = text.utf8.firstRange(of: Self.mark.utf8) else { return }
        var number = 0
        for byte in text.utf8[start.upperBound...].prefix(while: { (0x30...0x39).contains($0) }) { number = number * 10 + Int(byte - 0x30) }
        let refused = text.contains(#""type":"refused""#)
        state.withLock { state in
            guard let asked = state.asked.removeValue(forKey: number) else { return }
            if refused { state.latencies.failures += 1 } else { state.latencies.add(since: asked) }
        }
    }

    /// Waits until everything was answered; what was not in time counts as failed.
    func settled(within patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline, !state.withLock(\.asked.isEmpty) { try? await Task.sleep(for: .milliseconds(20)) }
        state.withLock { state in
            state.latencies.failures += state.asked.count
            state.asked = [:]
        }
    }

    var latencies: Latencies { state.withLock(\.latencies) }
}

extension Socket {
    /// Sends a command and waits for its ack.
    func asks(_ fields: String) async throws {
        let id = "f1257000-0000-4000-8000-\(UInt64.random(in: 100_000_000_000...999_999_999_999))"
        send("{\(fields),\"id\":\"\(id)\"}")
        for await text in said where text.contains(id) {
            guard text.contains(#""type":"ack""#) else { throw Refused(answer: text) }
            return
        }
        throw Refused(answer: "closed")
    }
}

/// An ID as browsers make it: 48 bits of time in milliseconds, 80 of chance, in Crockford's base 32.
func identifier(at milliseconds: UInt64) -> String {
    let bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) } + (0..<10).map { _ in UInt8.random(in: 0...255) }
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var text: [UInt8] = []
    for place in 0..<26 {
        let bit = place * 5
        let pair = UInt16(bytes[bit / 8]) << 8 | (bit / 8 + 1 < 16 ? UInt16(bytes[bit / 8 + 1]) : 0)
        text.append(alphabet[Int(pair >> UInt16(11 - bit % 8) & 31)])
    }
    return String(decoding: text, as: UTF8.self)
}
