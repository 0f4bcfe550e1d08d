/// A QR code of a short text (ISO/IEC 18004): byte mode, error correction M, versions 1 to 10.
struct QRCode: Sendable {
    /// Rows of modules, true for dark.
    let modules: [[Bool]]

    /// Error-correction codewords in a block, and blocks, for versions 1 to 10 at level M (table 9).
    private static let shapes: [(correction: Int, blocks: Int)] = [
        (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5),
    ]

    /// Nil for a text that does not fit: more than 213 bytes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let version = (1...10).first(where: { Self.capacity($0) >= bytes.count }) else { return nil }
        let words = Self.interleave(Self.dataWords(bytes, version), version)
        let drawings = (0..<8).map { mask in
            var grid = QRGrid(version: version)
            grid.draw(words)
            grid.apply(mask: mask)
            return grid
        }
        guard let best = drawings.min(by: { $0.penalty < $1.penalty }) else { return nil }
        modules = best.dark
    }

    // MARK: - Codewords

    /// Data modules over eight (§7.1).
    static func wordCount(_ version: Int) -> Int {
        let alignments = version < 2 ? 0 : version / 7 + 2
        var modules = (16 * version + 128) * version + 64
        if version >= 2 { modules -= (25 * alignments - 10) * alignments - 55 }
        if version >= 7 { modules -= 36 }
        return modules / 8
    }

    private static func dataWordCount(_ version: Int) -> Int {
        wordCount(version) - shapes[version - 1].correction * shapes[version - 1].blocks
    }

    /// Bytes of text that fit, after the mode and the length.
    private static func capacity(_ version: Int) -> Int {
        (dataWordCount(version) * 8 - 4 - (version < 10 ? 8 : 16)) / 8
    }

    private static func dataWords(_ bytes: [UInt8], _ version: Int) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ width: Int) { for bit in (0..<width).reversed() { bits.append(value >> bit & 1 == 1) } }
        append(0b0100, 4)
        append(bytes.count, version < 10 ? 8 : 16)
        for byte in bytes { append(Int(byte), 8) }
        let total = dataWordCount(version) * 8
        append(0, min(4, total - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        // §7.4.10: the rest is filled with these two by turns.
        var filler = 0xEC
        while bits.count < total {
            append(filler, 8)
            filler ^= 0xEC ^ 0x11
        }
        return stride(from: 0, to: total, by: 8).map { start in bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
    }

    /// Cuts the data into blocks, adds each block's correction, and takes the blocks' words by turns (§7.6).
    private static func interleave(_ data: [UInt8], _ version: Int) -> [UInt8] {
        let (correction, count) = shapes[version - 1]
        let short = data.count / count
        let longBlocks = data.count % count
        var blocks: [[UInt8]] = []
        var rest = data[...]
        for index in 0..<count {
            let size = short + (index >= count - longBlocks ? 1 : 0)
            blocks.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        let corrections = blocks.map { ReedSolomon.correction(of: $0, count: correction) }
        var words: [UInt8] = []
        for place in 0...short {
            for block in blocks where place < block.count { words.append(block[place]) }
        }
        for place in 0..<correction {
            for block in corrections { words.append(block[place]) }
        }
        return words
    }

    // MARK: - Picture

    /// One path on a white ground with the quiet zone of four modules (§6.3.8). Dark on light in either scheme: cameras expect that.
    var svg: String {
        let size = modules.count + 8
        var path = ""
        for (y, row) in modules.enumerated() {
            for (x, isDark) in row.enumerated() where isDark { path += "M\(x + 4) \(y + 4)h1v1h-1z" }
        }
        return """
            <svg class="qr" viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges" aria-hidden="true" focusable="false">\
            <path fill="#fff" d="M0 0h\(size)v\(size)H0z"/><path fill="#000" d="\(path)"/></svg>
            """
    }
}

/// Reed-Solomon over GF(256) with the polynomial x⁸+x⁴+x³+x²+1 (ISO/IEC 18004 §7.5).
private enum ReedSolomon {
    static func correction(of data: [UInt8], count: Int) -> [UInt8] {
        let divisor = divisor(count)
        var remainder = [UInt8](repeating: 0, count: count)
        for byte in data {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for (place, coefficient) in divisor.enumerated() { remainder[place] ^= multiply(coefficient, factor) }
        }
        return remainder
    }

    /// The product of (x − 2⁰)…(x − 2ⁿ⁻¹), highest power first, the leading 1 left out.
    private static func divisor(_ count: Int) -> [UInt8] {
        var product = [UInt8](repeating: 0, count: count - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            for place in product.indices {
                product[place] = multiply(product[place], root)
                if place + 1 < product.count { product[place] ^= product[place + 1] }
            }
            root = multiply(root, 2)
        }
        return product
    }

    private static func multiply(_ one: UInt8, _ other: UInt8) -> UInt8 {
        var product: UInt16 = 0
        for bit in (0..<8).reversed() {
            product = product << 1 ^ (product >> 7) * 0x11D
            product ^= UInt16(other >> bit & 1) * UInt16(one)
        }
        return UInt8(truncatingIfNeeded: product)
    }
}
