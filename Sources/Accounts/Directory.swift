import Foundation

/// The list of members who chose to be found (C12, ZAZ-14). Nobody is in it by default; minors cannot be.
///
/// Names are sealed, so the index holds keyed fingerprints of the beginnings of words instead of text.
package enum Directory {
    /// Shortest beginning of a word that finds anybody, in characters.
    static let shortestPrefix = 2
    /// Longest beginning that is told apart; what is typed beyond it is compared after opening the name.
    static let longestPrefix = 10
    /// Words of a name that can be found by.
    static let mostWords = 6
    /// Most people one search shows.
    package static let page = 30

    /// The words a text is compared by: case, accents and script folded away, so that «Ana», «ANÁ» and «Ана» meet.
    package static func words(_ text: String) -> [String] {
        let latin = text.applyingTransform(.toLatin, reverse: false) ?? text
        return (folded(text) + folded(latin)).reduce(into: []) { words, word in
            if !words.contains(word) { words.append(word) }
        }
    }

    /// Letters that Unicode does not take apart into a plain one and an accent.
    private static let whole: [Character: String] = [
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
    ]

    private static func folded(_ text: String) -> [String] {
        let bare = text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        let plain = bare.lowercased().reduce(into: "") { $0 += whole[$1] ?? String($1) }
        return plain.split { !$0.isLetter && !$0.isNumber }.prefix(mostWords).map(String.init)
    }

    /// Every beginning under which a name is found.
    package static func prefixes(of name: String) -> Set<String> {
        var prefixes: Set<String> = []
        for word in words(name) {
            for length in shortestPrefix...longestPrefix where length <= word.count {
                prefixes.insert(String(word.prefix(length)))
            }
            // Names of one letter are names too.
            if word.count < shortestPrefix { prefixes.insert(word) }
        }
        return prefixes
    }

    /// The ways to read what was typed: as it is, and in Latin letters.
    static func readings(of typed: String) -> [[String]] {
        let plain = folded(typed)
        let latin = folded(typed.applyingTransform(.toLatin, reverse: false) ?? typed)
        return plain == latin ? [plain].filter { !$0.isEmpty } : [plain, latin].filter { !$0.isEmpty }
    }

    /// Whether every word typed begins a word of the name.
    package static func matches(_ typed: String, _ name: String) -> Bool {
        let names = words(name)
        return readings(of: typed).contains { wanted in wanted.allSatisfy { word in names.contains { $0.hasPrefix(word) } } }
    }
}
