import CZlib

/// A picture of noise: no two of them share a run of bytes, however they are packed.
package enum NoisePicture {
    /// A PNG of so many pixels a side (RFC 2083), eight bits a colour.
    package static func png(side: Int = 64) -> [UInt8] {
        let lines = (0..<side).flatMap { _ in [0] + (0..<side * 3).map { _ in UInt8.random(in: 0...255) } }
        var packed = [UInt8](repeating: 0, count: lines.count + 1024)
        var size = UInt(packed.count)
        compress(&packed, &size, lines, UInt(lines.count))
        let head = number(side) + number(side) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head) + chunk("IDAT", Array(packed.prefix(Int(size))))
            + chunk("IEND", [])
    }

    private static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(kind.utf8) + content
        return number(content.count) + checked + number(Int(crc32(0, checked, UInt32(checked.count))))
    }

    private static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
