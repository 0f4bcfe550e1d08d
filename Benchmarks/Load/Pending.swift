import Foundation
import NIOCore
import Synchronization

/// What was asked and has not arrived yet, by a number that comes back.
final class Pending: Sendable {
    private struct State {
        var asked: [Int: NIODeadline] = [:]
        var next = 0
        var latencies = Latencies()
    }

    private let state = Mutex(State())

    /// A new number; its time runs from now.
    func asked() -> Int {
        state.withLock { state in
            state.next += 1
            state.asked[state.next] = .now()
            return state.next
        }
    }

    func arrived(_ number: Int?) {
        let now = NIODeadline.now()
        state.withLock { state in
            guard let number, let asked = state.asked.removeValue(forKey: number) else { return }
            state.latencies.add(since: asked, until: now)
        }
    }

    /// An answer came that was none. The first ones are shown.
    func refused(_ number: Int, because answer: ByteBuffer) {
        let count = state.withLock { state in
            guard state.asked.removeValue(forKey: number) != nil else { return 0 }
            state.latencies.failures += 1
            return state.latencies.failures
        }
        if (1...3).contains(count) { FileHandle.standardError.write(Data((String(buffer: answer).prefix(300) + "\n").utf8)) }
    }

    /// Waits until everything has arrived; what was not in time counts as failed. Begins anew.
    func settled() async -> Latencies {
        await until { state.withLock(\.asked.isEmpty) }
        return state.withLock { state in
            state.latencies.failures += state.asked.count
            state.asked = [:]
            defer { state.latencies = Latencies() }
            return state.latencies
        }
    }
}

extension ByteBuffer {
    func contains(_ text: StaticString) -> Bool { end(of: text) != nil }

    /// The number right after the first `text`.
    func number(after text: StaticString) -> Int? {
        guard let start = end(of: text) else { return nil }
        let view = readableBytesView
        var index = start
        var number = 0
        while index < view.endIndex, (0x30...0x39).contains(view[index]) {
            number = number * 10 + Int(view[index] - 0x30)
            index += 1
        }
        return index > start ? number : nil
    }

    /// Where the first `text` ends.
    func end(of text: StaticString) -> Int? {
        withUnsafeReadableBytes { bytes in
            let count = text.utf8CodeUnitCount
            guard bytes.count >= count else { return nil }
            for start in 0...(bytes.count - count) where bytes[start] == text.utf8Start[0] {
                if (1..<count).allSatisfy({ bytes[start + $0] == text.utf8Start[$0] }) { return readerIndex + start + count }
            }
            return nil
        }
    }
}

/// A command's id with a number in it.
func commandID(_ number: Int) -> String {
    "be9c4000-0000-4000-8000-" + String(String(1_000_000_000_000 + number).dropFirst())
}

extension ByteBuffer {
    /// The number in the id that an answer carries.
    var commandNumber: Int? { number(after: #""id":"be9c4000-0000-4000-8000-"#) }
}

/// An ID as browsers make it: 48 bits of time in milliseconds, 80 of chance, in Crockford's base 32.
func identifier(at milliseconds: UInt64) -> String {
    let bytes =
        (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) } + (0..<10).map { _ in UInt8.random(in: 0...255) }
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var text: [UInt8] = []
    for place in 0..<26 {
        let bit = place * 5
        let pair = UInt16(bytes[bit / 8]) << 8 | (bit / 8 + 1 < 16 ? UInt16(bytes[bit / 8 + 1]) : 0)
        text.append(alphabet[Int(pair >> UInt16(11 - bit % 8) & 31)])
    }
    return String(decoding: text, as: UTF8.self)
}
