import Foundation

/// The words of a text as they are looked for: without case, accents and the forms that only look different.
package enum SearchWords {
    /// Beginnings of words that can be looked for, in characters.
    static let prefixes = 3...8
    /// Longer words are cut.
    static let longest = 40
    /// Most entries of one message: some two hundred different words. What comes after them is not found.
    static let most = 1000

    /// What a message is found by: each word as a whole (`=word`), its beginnings (`word`), and pairs of characters where a script
    /// writes no spaces.
    package static func entries(of text: String) -> Set<String> {
        var entries: Set<String> = []
        for word in words(of: text) {
            guard entries.count < most else { break }
            if isUnspaced(word) {
                entries.formUnion(pairs(of: word))
                continue
            }
            entries.insert("=" + word)
            for length in prefixes where length <= word.count { entries.insert(String(word.prefix(length))) }
        }
        return entries
    }

    /// What somebody looks for: every one of these must be there. A word stands for all that begin so, in quotes for itself.
    package static func wanted(in text: String) -> Set<String> {
        var wanted: Set<String> = []
        for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            for word in words(of: String(part)) {
                if isUnspaced(word) {
                    wanted.formUnion(pairs(of: word))
                } else if index % 2 == 1 || word.count < prefixes.lowerBound {
                    wanted.insert("=" + word)
                } else {
                    wanted.insert(String(word.prefix(prefixes.upperBound)))
                }
            }
        }
        return wanted
    }

    /// Letters and digits in a row, folded.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var isUnspacedWord = false
        func end() {
            if !word.isEmpty { words.append(String(String(word).prefix(longest))) }
            word = .init()
        }
        let plain = text.utf8.allSatisfy { $0 < 0x80 } ? text : text.decomposedStringWithCompatibilityMapping
        for scalar in plain.lowercased().unicodeScalars {
            // Most of what is written in most places, and what Unicode's tables say of it would take ten times as long.
            if scalar.isASCII {
                if isUnspacedWord { end() }
                isUnspacedWord = false
                if isASCIILetterOrDigit(scalar) { word.append(scalar) } else { end() }
                continue
            }
            if isAccent(scalar) { continue }
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil || isMark(scalar) else {
                end()
                continue
            }
            if isUnspaced(scalar) != isUnspacedWord { end() }
            isUnspacedWord = isUnspaced(scalar)
            word.append(folded[scalar] ?? scalar)
        }
        end()
        return words
    }

    private static func isASCIILetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// Letters that people write one for the other.
    private static let folded: [Unicode.Scalar: Unicode.Scalar] = ["ة": "ه", "ى": "ي", "ı": "i", "ς": "σ"]

    /// Marks on letters that are left out when people are in a hurry: Latin, Greek and Cyrillic accents, Hebrew and Arabic vowels.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x300...0x36F, 0x591...0x5C7, 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670, 0x200C...0x200F, 0xAD: true
        default: false
        }
    }

    /// Vowels of Indian and other scripts, without which a word is another.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        [.nonspacingMark, .spacingMark].contains(scalar.properties.generalCategory)
    }

    /// Chinese, Japanese, Thai, Lao, Khmer, Burmese: no spaces between words.
    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x2FA1F: true
        default: false
        }
    }

    private static func isUnspaced(_ word: String) -> Bool { word.unicodeScalars.first.map(isUnspaced) ?? false }

    private static func pairs(of word: String) -> Set<String> {
        let scalars = Array(word.unicodeScalars)
        guard scalars.count > 1 else { return ["~" + word] }
        return Set(scalars.indices.dropLast().map { "~\(scalars[$0])\(scalars[$0 + 1])" } + scalars.map { "~\($0)" })
    }
}
