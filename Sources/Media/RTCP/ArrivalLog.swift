/// Remembers when the packets of one connection arrived, by their transport-wide numbers, and tells the sender.
package struct ArrivalLog: Sendable {
    /// How many numbers are remembered; at the pace of three layers of video, ten seconds.
    static let length: UInt64 = 2048

    private var unwrapper = Unwrapper<UInt16>()
    /// The first number that was not told yet.
    private var next: UInt64 = 0
    /// Ticks of arrival by number modulo the length; `never` for those that did not come.
    private var arrivals = [Int64](repeating: never, count: Int(length))
    private static let never = Int64.min
    private var number: UInt8 = 0

    package init() {}

    /// Whether something came that was not told yet.
    package var hasNews: Bool { unwrapper.highest.map { next <= $0 } ?? false }

    package mutating func note(_ sequence: UInt16, at now: Instant) {
        let highest = unwrapper.highest
        let number = unwrapper.unwrap(sequence)
        guard let highest else {
            next = number
            arrivals[Self.place(number)] = Self.ticks(of: now)
            return
        }
        guard number + Self.length > highest else { return }
        if number > highest {
            // The places of the numbers between were those of packets long ago.
            for skipped in max(highest + 1, number - min(number, Self.length - 1))...number { arrivals[Self.place(skipped)] = Self.never }
            next = max(next, number - min(number, Self.length - 1))
        } else {
            guard arrivals[Self.place(number)] == Self.never else { return }
            // It was told as missing: tell again from here, as the format knows no other way.
            next = min(next, number)
        }
        arrivals[Self.place(number)] = Self.ticks(of: now)
    }

    private static func place(_ number: UInt64) -> Int { Int(number % length) }
    private static func ticks(of now: Instant) -> Int64 { now.nanoseconds / 250_000 }
}

extension ArrivalLog {
    /// Appends one feedback about what was not told yet. False when there is nothing to tell or no room; call it again while there is news.
    package mutating func write(of source: UInt32, from sender: UInt32, into output: inout OutputRawSpan) -> Bool {
        guard let highest = unwrapper.highest, let earliest = earliestNews else { return false }
        let first = next
        let reference = earliest >> 8
        var symbols = TransportFeedback.Symbols(repeating: .missing)
        var count = 0
        var deltaLength = 0
        var previous = reference << 8
        while count < TransportFeedback.mostWritten, first + UInt64(count) <= highest {
            let arrival = arrivals[Self.place(first + UInt64(count))]
            if arrival != Self.never {
                let delta = arrival - previous
                // What came longer after the one before than sixteen bits can say is told in the next feedback.
                guard delta == Int64(Int16(truncatingIfNeeded: delta)) else { break }
                symbols[count] = (0...255).contains(delta) ? .near : .far
                deltaLength += Int(symbols[count].rawValue)
                previous = arrival
            }
            count += 1
        }
        let chunkLength = 2 * Self.pack(symbols, count: count) { _ in }
        let length = 16 + chunkLength + deltaLength
        let padding = (4 - length % 4) % 4
        guard output.freeCapacity >= RTCPBlock.headLength + length + padding else { return false }

        RTCPBlock.begin(RTCPType.transportFeedback, count: TransportFeedback.format, body: length + padding, in: &output)
        output.append(bigEndian: sender)
        output.append(bigEndian: source)
        output.append(bigEndian: UInt16(truncatingIfNeeded: first))
        output.append(bigEndian: UInt16(count))
        output.append(bigEndian24: UInt32(truncatingIfNeeded: reference) & 0xFF_FFFF)
        output.append(number)
        _ = Self.pack(symbols, count: count) { output.append(bigEndian: $0.rawValue) }
        writeDeltas(symbols, count: count, since: reference << 8, into: &output)
        // Zeros behind the arrivals need no mark of padding: the reader knows how many arrivals there are.
        for _ in 0..<padding { output.append(0) }
        number &+= 1
        next = first + UInt64(count)
        return true
    }

    /// The arrival of the first packet that was not told yet, which the others are counted from.
    private var earliestNews: Int64? {
        guard let highest = unwrapper.highest, next <= highest else { return nil }
        return (next...highest).lazy.map { arrivals[Self.place($0)] }.first { $0 != Self.never }
    }

    private func writeDeltas(
        _ symbols: TransportFeedback.Symbols, count: Int, since start: Int64, into output: inout OutputRawSpan
    ) {
        var previous = start
        for place in 0..<count where symbols[place] != .missing {
            let arrival = arrivals[Self.place(next + UInt64(place))]
            if symbols[place] == .near {
                output.append(UInt8(truncatingIfNeeded: arrival - previous))
            } else {
                output.append(bigEndian: Int16(truncatingIfNeeded: arrival - previous))
            }
            previous = arrival
        }
    }

    /// Tells the chunks that describe the packets, and returns how many they are.
    private static func pack(
        _ symbols: TransportFeedback.Symbols, count: Int, _ emit: (TransportFeedback.Chunk) -> Void
    ) -> Int {
        typealias Chunk = TransportFeedback.Chunk
        var place = 0
        var chunks = 0
        while place < count {
            var run = 1
            while place + run < count, run < Chunk.longestRun, symbols[place + run] == symbols[place] { run += 1 }
            var short = 0
            while place + short < count, short < Chunk.shortSymbols, symbols[place + short] != .far { short += 1 }
            if run >= Chunk.shortSymbols || run >= Chunk.longSymbols && short < Chunk.shortSymbols || place + run == count {
                emit(Chunk(run: symbols[place], count: run))
                place += run
            } else if short == Chunk.shortSymbols || place + short == count {
                emit(Chunk(short: place..<place + short, of: symbols))
                place += short
            } else {
                let taken = min(Chunk.longSymbols, count - place)
                emit(Chunk(long: place..<place + taken, of: symbols))
                place += taken
            }
            chunks += 1
        }
        return chunks
    }
}
