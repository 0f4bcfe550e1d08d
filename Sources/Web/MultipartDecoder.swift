import Foundation

/// Decodes `multipart/form-data` (RFC 7578) as browsers write it. File names and types are dropped: nothing here believes them.
package enum MultipartDecoder {
    /// Longest head of a part.
    static let headLimit = 4096

    /// One part.
    package struct Part: Sendable, Equatable {
        package let name: String
        /// Whether it came with a file name.
        package let isFile: Bool
        package let content: [UInt8]
    }

    /// The parts in their order, at most `limit`.
    package static func parts(_ body: [UInt8], boundary: String, limit: Int) throws(Problem) -> [Part] {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has no line end before it.
        var rest = Array("\r\n".utf8)[...] + body[...]
        guard rest.starts(with: delimiter) else { throw .malformed }
        rest = rest.dropFirst(delimiter.count)
        var parts: [Part] = []
        while !rest.starts(with: "--".utf8) {
            guard parts.count < limit, rest.starts(with: "\r\n".utf8) else { throw .malformed }
            rest = rest.dropFirst(2)
            guard let end = find(delimiter, in: rest) else { throw .malformed }
            parts.append(try part(rest[..<end]))
            rest = rest[end...].dropFirst(delimiter.count)
        }
        return parts
    }

    private static func part(_ bytes: ArraySlice<UInt8>) throws(Problem) -> Part {
        guard let end = find(Array("\r\n\r\n".utf8), in: bytes), end - bytes.startIndex <= headLimit else { throw .malformed }
        let head = try FormDecoder.text(Array(bytes[..<end]))
        let lines = head.split(separator: "\r\n").map(String.init)
        guard let disposition = lines.first(where: { $0.lowercased().hasPrefix("content-disposition: form-data") }),
            let name = parameter("name", of: disposition)
        else { throw .malformed }
        return Part(name: name, isFile: parameter("filename", of: disposition) != nil, content: Array(bytes[end...].dropFirst(4)))
    }

    /// A quoted parameter. Browsers write `"` in it as `%22`, so the next quote ends it (HTML §4.10.21.8).
    private static func parameter(_ name: String, of line: String) -> String? {
        guard let start = line.range(of: "; \(name)=\"") else { return nil }
        let rest = line[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return String(rest[..<end])
    }

    /// Where `pattern` begins: Horspool's search, so that a file is not compared byte by byte with the boundary.
    private static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let last = pattern.last else { return nil }
        var shift = [Int](repeating: pattern.count, count: 256)
        for (index, byte) in pattern.dropLast().enumerated() { shift[Int(byte)] = pattern.count - 1 - index }
        var end = bytes.startIndex + pattern.count - 1
        while end < bytes.endIndex {
            let byte = bytes[end]
            if byte == last, bytes[(end - pattern.count + 1)...end].elementsEqual(pattern) { return end - pattern.count + 1 }
            end += shift[Int(byte)]
        }
        return nil
    }
}
