/// Packets that somebody misses (RFC 4585 §6.2.1): each entry names one and, as bits, those of the sixteen behind it.
package struct NACK: Equatable, Sendable {
    static let format: UInt8 = 1

    /// Who misses them, and whose they are.
    package let sender: UInt32
    package let source: UInt32
    private let entries: Range<Int>

    /// Nil for another packet, or one that is too short or no whole number of entries.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        guard block.type == RTCPType.transportFeedback, block.count == Self.format, block.body.count >= 12, block.body.count % 4 == 0,
            block.body.upperBound <= bytes.byteCount
        else { return nil }
        sender = bytes.number(at: block.body.lowerBound)
        source = bytes.number(at: block.body.lowerBound + 4)
        entries = block.body.lowerBound + 8..<block.body.upperBound
    }

    /// Tells each missing packet, until the answer is false: nobody may keep us busy with a list without end.
    package func forEach(in bytes: RawSpan, _ body: (UInt16) -> Bool) {
        guard entries.upperBound <= bytes.byteCount else { return }
        for offset in stride(from: entries.lowerBound, to: entries.upperBound, by: 4) {
            let first = bytes.number(at: offset, as: UInt16.self)
            guard body(first) else { return }
            let others = bytes.number(at: offset + 2, as: UInt16.self)
            for bit in 0..<16 as Range<UInt16> where others >> bit & 1 == 1 {
                guard body(first &+ bit &+ 1) else { return }
            }
        }
    }

    /// Appends a NACK for these packets, in the order of their sequence. Returns how many of them it names: those that there was room for.
    package static func write(
        _ missing: ArraySlice<UInt16>, of source: UInt32, from sender: UInt32, into output: inout OutputRawSpan
    ) -> Int {
        let room = (output.freeCapacity - RTCPBlock.headLength - 8) / 4
        guard room > 0, !missing.isEmpty else { return 0 }
        let (named, entries) = pack(missing, most: room) { _, _ in }
        RTCPBlock.begin(RTCPType.transportFeedback, count: format, body: 8 + 4 * entries, in: &output)
        output.append(bigEndian: sender)
        output.append(bigEndian: source)
        _ = pack(missing, most: room) { first, others in
            output.append(bigEndian: first)
            output.append(bigEndian: others)
        }
        return named
    }

    /// Tells the entries that name the packets, and returns how many packets and how many entries that is.
    private static func pack(_ missing: ArraySlice<UInt16>, most: Int, _ entry: (UInt16, UInt16) -> Void) -> (named: Int, entries: Int) {
        var place = missing.startIndex
        var entries = 0
        while place < missing.endIndex, entries < most {
            let first = missing[place]
            var others: UInt16 = 0
            place += 1
            while place < missing.endIndex, (1...16).contains(missing[place] &- first) {
                others |= 1 << (missing[place] &- first &- 1)
                place += 1
            }
            entry(first, others)
            entries += 1
        }
        return (place - missing.startIndex, entries)
    }
}
