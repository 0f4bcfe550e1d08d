// What is written never outgrows the span: each writer asks `freeCapacity` once, before its first byte.

extension OutputRawSpan {
    /// Appends the number in network order.
    @inline(__always)
    mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(bigEndian number: Number) {
        append(number.bigEndian, as: Number.self)
    }

    /// Appends the lower three bytes in network order.
    @inline(__always)
    mutating func append(bigEndian24 number: UInt32) {
        append(UInt8(truncatingIfNeeded: number >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: number))
    }

    /// Appends the bytes as they are.
    mutating func append(copying bytes: RawSpan) {
        bytes.withUnsafeBytes { source in
            withUnsafeMutableBytes { memory, count in
                UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: source)
                count += source.count
            }
        }
    }

    /// Appends zeros until what is written is a multiple of four bytes from the offset on.
    mutating func pad(from start: Int) {
        while (byteCount - start) % 4 != 0 { append(0) }
    }
}
