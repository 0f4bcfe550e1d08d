import Foundation

/// Looks for a marker in every byte of a directory, however it was written (C58, VZO-38).
///
/// All markers of a test begin with one `stem`, so that one pass finds any of them: as UTF-8 in three spellings, UTF-16, base64 at
/// each of its three alignments, base32 at each of its five, hexadecimal,
/// percent-encoded, and in all of these again inside gzip, zlib and zip.
package struct MarkerScan: Sendable {
    /// Where a marker was found, and how it was written there.
    package struct Finding: Hashable, Sendable, CustomStringConvertible {
        package let path: String
        package let form: String
        package var description: String { "\(path) holds a marker as \(form)" }
    }

    /// How deep archives in archives are opened.
    static let depth = 4

    private let forms: [(name: String, bytes: [UInt8])]

    /// `stem`: at least 12 letters and digits that nothing else contains.
    package init(stem: String) {
        precondition(stem.utf8.count >= 12, "a short stem is found by accident")
        forms = Self.forms(of: Array(stem.utf8))
    }

    /// Looks for these very bytes: some of a picture, which has no spelling.
    package init(bytes: [UInt8]) {
        precondition(bytes.count >= 12, "a short run is found by accident")
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        forms = [("bytes", bytes), ("hexadecimal", Array(hex.utf8))] + (0..<3).map { ("base64", Self.base64(bytes, after: $0)) }
    }

    /// Reads every file below the directory, links not followed.
    package func directory(_ path: String) throws -> Set<Finding> {
        var findings: Set<Finding> = []
        for file in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let whole = "\(path)/\(file)"
            if !search(Array(file.utf8)).isEmpty { findings.insert(Finding(path: file, form: "file name")) }
            guard try FileManager.default.attributesOfItem(atPath: whole)[.type] as? FileAttributeType == .typeRegular else { continue }
            findings.formUnion(bytes(Array(try Data(contentsOf: URL(filePath: whole))), named: file))
        }
        return findings
    }

    /// Searches these bytes, and whatever is packed in them.
    package func bytes(_ bytes: [UInt8], named name: String) -> Set<Finding> {
        bytes.isEmpty ? [] : search(bytes, named: name, depth: Self.depth)
    }

    private func search(_ bytes: [UInt8], named name: String, depth: Int) -> Set<Finding> {
        var findings = Set(search(bytes).map { Finding(path: name, form: $0) })
        guard depth > 0 else { return findings }
        for packed in Archive.streams(in: bytes) {
            findings.formUnion(search(packed.bytes, named: "\(name) › \(packed.kind) at \(packed.offset)", depth: depth - 1))
        }
        return findings
    }

    private func search(_ bytes: [UInt8]) -> [String] {
        bytes.withUnsafeBytes { hay in forms.filter { Self.contains(hay, $0.bytes) }.map(\.name) }
    }

    private static func contains(_ hay: UnsafeRawBufferPointer, _ needle: [UInt8]) -> Bool {
        guard let start = hay.baseAddress else { return false }
        var offset = 0
        while offset + needle.count <= hay.count,
            let hit = memchr(start + offset, Int32(needle[0]), hay.count - needle.count + 1 - offset)
        {
            if memcmp(hit, needle, needle.count) == 0 { return true }
            offset = UnsafeRawPointer(hit) - start + 1
        }
        return false
    }

    private static func forms(of stem: [UInt8]) -> [(name: String, bytes: [UInt8])] {
        var forms: [(String, [UInt8])] = []
        let text = String(decoding: stem, as: UTF8.self)
        for (name, spelling) in [("text", text), ("lower case", text.lowercased()), ("upper case", text.uppercased())] {
            let bytes = Array(spelling.utf8)
            forms.append((name, bytes))
            forms.append(("\(name) in UTF-16LE", bytes.flatMap { [$0, 0] }))
            forms.append(("\(name) in UTF-16BE", bytes.flatMap { [0, $0] }))
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            for (letters, digits) in [("lower", hex), ("upper", hex.map { $0.uppercased() })] {
                forms.append(("\(name) in \(letters) hexadecimal", Array(digits.joined().utf8)))
                forms.append(("\(name), percent-encoded in \(letters) case", Array(digits.map { "%" + $0 }.joined().utf8)))
            }
            for alignment in 0..<5 { forms.append(("\(name) in base32", base32(bytes, after: alignment))) }
            for alignment in 0..<3 {
                forms.append(("\(name) in base64", base64(bytes, after: alignment)))
                forms.append(
                    ("\(name) in base64 for URLs", base64(bytes, after: alignment).map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }))
            }
        }
        return forms.map { (name: $0.0, bytes: $0.1) }
    }

    /// As `base64`, in groups of five bytes (RFC 4648 §6).
    private static func base32(_ bytes: [UInt8], after alignment: Int) -> [UInt8] {
        let bits = ([UInt8](repeating: 0, count: alignment) + bytes).flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        let first = (alignment * 8 + 4) / 5
        let last = (alignment + bytes.count) * 8 / 5
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return (first..<last).map { alphabet[bits[$0 * 5..<$0 * 5 + 5].reduce(0) { $0 << 1 | Int($1) }] }
    }

    /// The characters that depend on these bytes alone, when `alignment` others stand before them in the same group of three.
    private static func base64(_ bytes: [UInt8], after alignment: Int) -> [UInt8] {
        let encoded = Array(Data([UInt8](repeating: 0, count: alignment) + bytes).base64EncodedString().utf8)
        let first = (alignment * 8 + 5) / 6
        let last = (alignment + bytes.count) * 8 / 6
        return Array(encoded[first..<last])
    }
}
