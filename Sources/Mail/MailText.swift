import Foundation

/// The body of a mail in ASCII (RFC 2045 §6.7 and §6.8).
enum MailText {
    /// Longest line of an encoded body, without CR LF.
    private static let lineLimit = 76

    /// The name of the encoding and the text in it: quoted-printable, or base64 where that is shorter (most scripts but Latin).
    static func encode(_ text: String) -> (encoding: String, body: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
        let quoted = lines.map { quote($0.utf8) }.joined(separator: "\r\n")
        let plain = lines.joined(separator: "\r\n")
        guard quoted.utf8.count > plain.utf8.count * 4 / 3 + plain.utf8.count / 38 else { return ("quoted-printable", quoted) }
        let coded = Data(plain.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return ("base64", coded + "\r\n")
    }

    private static func quote(_ line: some BidirectionalCollection<UInt8>) -> String {
        var result = ""
        var width = 0
        for (index, byte) in zip(line.indices, line) {
            let isLast = line.index(after: index) == line.endIndex
            // A space at the end of a line may be taken off on the way (§6.7 rule 3).
            let isPlain = (0x21...0x7E).contains(byte) && byte != 0x3D || (byte == 0x20 && !isLast)
            let piece = isPlain ? String(UnicodeScalar(byte)) : "=" + hexadecimal(byte)
            if width + piece.utf8.count > lineLimit - 1 {
                result += "=\r\n"
                width = 0
            }
            result += piece
            width += piece.utf8.count
        }
        return result
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}
