/// Reads numbers of any width up to 32 bits, the highest bit first. **Behind the end everything is zero**, and `isWhole` says so.
struct BitReader {
    private var offset: Int
    private(set) var isWhole = true

    /// - Parameter start: the first byte that is read.
    init(from start: Int) {
        offset = start * 8
    }

    mutating func read(_ width: Int, of bytes: RawSpan) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<width {
            value <<= 1
            guard offset < bytes.byteCount * 8 else {
                isWhole = false
                continue
            }
            value |= UInt32(bytes.byte(at: offset >> 3) >> UInt8(7 - offset & 7) & 1)
            offset += 1
        }
        return value
    }

    mutating func readFlag(of bytes: RawSpan) -> Bool { read(1, of: bytes) == 1 }
}
