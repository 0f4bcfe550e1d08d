import Foundation

/// JavaScript as it goes out: comments are for whoever reads the source, and a third of what a telephone would load.
package enum Script {
    /// The script without documentation comments, and without lines that are nothing but a comment. Lines keep their numbers.
    package static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var isComment = false
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map {
            line -> Substring in
            let text = line.drop { $0 == " " }
            if isComment {
                isComment = !text.hasSuffix("*/")
                return ""
            }
            if text.hasPrefix("//") { return "" }
            guard text.hasPrefix("/**") else { return line }
            // `/** @type {A} */ (value)` is code with a comment in front.
            guard let end = text.range(of: "*/") else {
                isComment = true
                return ""
            }
            return text[end.upperBound...].allSatisfy { $0 == " " } ? "" : line
        }
        return Array(lines.joined(separator: "\n").utf8)
    }
}
