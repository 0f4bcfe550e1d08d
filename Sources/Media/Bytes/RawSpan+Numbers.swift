extension RawSpan {
    /// The byte at an offset **that the caller has seen to be there**.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    /// The number in network order at an offset **that the caller has seen to be there**, with all of its bytes.
    ///
    /// The span checks that too: a mistake here would end the process, but never read what is not ours.
    @inline(__always)
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type = Number.self) -> Number {
        Number(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Three bytes in network order, as several formats of RTP have them.
    @inline(__always)
    func number24(at offset: Int) -> UInt32 {
        UInt32(byte(at: offset)) << 16 | UInt32(number(at: offset + 1, as: UInt16.self))
    }

    /// Whether the bytes in this range, which is ours, are those.
    func holds(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        guard bytes.count == range.count else { return false }
        for place in 0..<bytes.count where byte(at: range.lowerBound + place) != bytes[place] { return false }
        return true
    }
}
