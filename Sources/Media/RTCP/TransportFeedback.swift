/// When packets of all sources together arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01
/// §3.1): what the sender's estimate is made of.
package struct TransportFeedback: Equatable, Sendable {
    static let format: UInt8 = 15
    /// Arrivals are told in quarters of a millisecond, and the first against a clock of 64 ms.
    package static let tick: Duration = .microseconds(250)
    static let microseconds: Int64 = 250
    static let ticksPerReference: Int64 = 256
    /// More packets than anybody sends between two of these; few bytes could otherwise make us walk through 65,535.
    static let most = 4096

    /// How many packets one of ours describes: at worst each has two bytes of arrival, and all of it fits a datagram.
    static let mostWritten = 400
    typealias Symbols = InlineArray<400, Symbol>

    /// What two bits say about a packet.
    enum Symbol: UInt8 {
        case missing, near, far
    }

    package let sender: UInt32
    package let source: UInt32
    package let first: UInt16
    package let count: Int
    /// Counts these packets, so that the sender sees when one was lost.
    package let number: UInt8
    private let reference: Int32
    private let chunks: Range<Int>
    private let deltas: Range<Int>

    /// Nil for another packet, and for one that does not say about each packet what it promises.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        let start = block.body.lowerBound
        guard block.type == RTCPType.transportFeedback, block.count == Self.format, block.body.count >= 18,
            block.body.upperBound <= bytes.byteCount
        else { return nil }
        sender = bytes.number(at: start)
        source = bytes.number(at: start + 4)
        first = bytes.number(at: start + 8)
        count = Int(bytes.number(at: start + 10, as: UInt16.self))
        reference = Int32(bitPattern: bytes.number24(at: start + 12) << 8) >> 8
        number = bytes.byte(at: start + 15)
        guard (1...Self.most).contains(count) else { return nil }

        var described = 0
        var length = 0
        var offset = start + 16
        while described < count {
            guard offset + 2 <= block.body.upperBound else { return nil }
            let chunk = Chunk(bytes.number(at: offset))
            let taken = min(chunk.count, count - described)
            guard let size = chunk.deltaLength(of: taken) else { return nil }
            described += taken
            length += size
            offset += 2
        }
        guard offset + length <= block.body.upperBound else { return nil }
        chunks = start + 16..<offset
        deltas = offset..<offset + length
    }

    /// Tells of each packet when it arrived, in ticks of the receiver's clock; nil for one that did not.
    package func forEach(in bytes: RawSpan, _ body: (_ sequence: UInt16, _ arrival: Int64?) -> Void) {
        guard deltas.upperBound <= bytes.byteCount else { return }
        var arrival = Int64(reference) * Self.ticksPerReference
        var sequence = first
        var left = count
        var delta = deltas.lowerBound
        for offset in stride(from: chunks.lowerBound, to: chunks.upperBound, by: 2) {
            let chunk = Chunk(bytes.number(at: offset))
            for place in 0..<min(chunk.count, left) {
                switch chunk.symbol(place) {
                case .near:
                    arrival += Int64(bytes.byte(at: delta))
                    delta += 1
                    body(sequence, arrival)
                case .far:
                    arrival += Int64(Int16(bitPattern: bytes.number(at: delta)))
                    delta += 2
                    body(sequence, arrival)
                case .missing, nil: body(sequence, nil)
                }
                sequence &+= 1
                left -= 1
            }
        }
    }
}

extension TransportFeedback {
    /// Sixteen bits that describe packets: a run of the same symbol, fourteen of one bit, or seven of two bits (§3.1.3, §3.1.4).
    struct Chunk {
        static let longestRun = 0x1FFF
        static let shortSymbols = 14
        static let longSymbols = 7

        private let bits: UInt16

        init(_ bits: UInt16) {
            self.bits = bits
        }

        init(run symbol: Symbol, count: Int) {
            bits = UInt16(symbol.rawValue) << 13 | UInt16(truncatingIfNeeded: count) & 0x1FFF
        }

        /// Fourteen or fewer symbols, none of them `far`; what is left at the end counts as missing.
        init(short range: Range<Int>, of symbols: Symbols) {
            var bits: UInt16 = 0x8000
            for (offset, place) in range.enumerated() where symbols[place] == .near { bits |= 1 << UInt16(13 - offset) }
            self.bits = bits
        }

        /// Seven or fewer symbols.
        init(long range: Range<Int>, of symbols: Symbols) {
            var bits: UInt16 = 0xC000
            for (offset, place) in range.enumerated() { bits |= UInt16(symbols[place].rawValue) << UInt16(12 - 2 * offset) }
            self.bits = bits
        }

        var rawValue: UInt16 { bits }

        private var isRun: Bool { bits & 0x8000 == 0 }
        private var isShort: Bool { bits & 0x4000 == 0 }

        var count: Int { isRun ? Int(bits & 0x1FFF) : isShort ? Self.shortSymbols : Self.longSymbols }

        /// Nil for the symbol that is reserved.
        func symbol(_ place: Int) -> Symbol? {
            if isRun { return Symbol(rawValue: UInt8(bits >> 13 & 0b11)) }
            if isShort { return bits >> UInt16(13 - place) & 1 == 1 ? .near : .missing }
            return Symbol(rawValue: UInt8(bits >> UInt16(12 - 2 * place) & 0b11))
        }

        /// How many bytes of arrivals the first symbols have; nil if there is none or one of them is reserved.
        func deltaLength(of taken: Int) -> Int? {
            guard taken > 0 else { return nil }
            if isRun { return symbol(0).map { taken * Int($0.rawValue) } }
            var length = 0
            for place in 0..<taken {
                guard let symbol = symbol(place) else { return nil }
                length += Int(symbol.rawValue)
            }
            return length
        }
    }
}
