import Foundation

/// Texts in a mail's header (RFC 5322 §2.2.3, RFC 2047).
enum HeaderText {
    /// Longest line before it must be folded.
    private static let lineLimit = 76
    /// What an encoded word needs besides its base64: `=?utf-8?B?` and `?=`.
    private static let wordFrame = 12

    /// The text as it may stand in a header line that already holds `used` characters: as it is, or in encoded words on folded lines.
    static func encode(_ text: String, after used: Int) -> String {
        // Scalars, not characters: CR LF is one character.
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
        let isPlain =
            line.utf8.allSatisfy { plain.contains($0) } && used + line.utf8.count <= lineLimit && !line.hasPrefix(" ")
            && !line.hasSuffix(" ")
        guard !isPlain else { return line }
        return words(of: line, after: used).map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Letters, digits, space and what means nothing in a phrase or an unstructured line.
    private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&'*+-/^_`{|}~".utf8)

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }

    /// Pieces that each fill a line as encoded words, the first one after `used` characters. A character is never cut (RFC 2047 §5).
    private static func words(of text: String, after used: Int) -> [String] {
        var words = [""]
        for scalar in text.unicodeScalars {
            let room = lineLimit - wordFrame - (words.count == 1 ? used : 1)
            if words[words.count - 1].utf8.count + UTF8.width(scalar) > room / 4 * 3 { words.append("") }
            words[words.count - 1].unicodeScalars.append(scalar)
        }
        return words
    }
}
