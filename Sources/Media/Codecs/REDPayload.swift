/// A packet of redundant audio (RFC 2198 §3): the newest sound last, and before it earlier ones, in case their packets were lost.
package struct REDPayload: Equatable, Sendable {
    /// More than anybody sends: browsers repeat one or two.
    static let mostBlocks = 8

    /// How many sounds there are, with the newest.
    package let count: Int
    /// Where the newest lies.
    package let newest: Range<Int>

    /// Nil if a block goes on past the end, or is of something else than the agreed type.
    package init?(parsing payload: RawSpan, of type: UInt8) {
        var (offset, repeated, count) = (0, 0, 1)
        while true {
            guard offset < payload.byteCount, count <= Self.mostBlocks else { return nil }
            let head = payload.byte(at: offset)
            guard head & 0x7F == type else { return nil }
            guard head & 0x80 != 0 else { break }
            guard offset + 4 <= payload.byteCount else { return nil }
            repeated += Int(payload.number(at: offset + 2, as: UInt16.self) & 0x03FF)
            offset += 4
            count += 1
        }
        let start = offset + 1 + repeated
        guard start <= payload.byteCount else { return nil }
        self.count = count
        newest = start..<payload.byteCount
    }

    /// Appends the packet with another type in the head of each block; false, and nothing written, when there is no room.
    package func write(_ payload: RawSpan, as type: UInt8, into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= payload.byteCount else { return false }
        for block in 0..<count {
            let isLast = block == count - 1
            output.append(type & 0x7F | (isLast ? 0 : 0x80))
            if !isLast { output.append(copying: payload.extracting(block * 4 + 1..<block * 4 + 4)) }
        }
        output.append(copying: payload.extracting(count * 4 - 3..<payload.byteCount))
        return true
    }
}
