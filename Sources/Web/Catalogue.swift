import Foundation
package import Vocabulary

/// Every text of the service in every language: `Browser/text/<language>/<domain>.json`, flat keys, joined to `domain.key`.
package struct Catalogue: Sendable {
    /// A text, or its plural forms.
    package enum Entry: Sendable, Equatable {
        case text(String)
        case plural([PluralCategory: String])
    }

    package enum Failure: Error, Equatable {
        /// The file is not an object of texts and plural forms.
        case malformed(file: String)
        /// One key is the beginning of another, so that they cannot both be reached as `text.domain.key` from a template.
        case overlapping(key: String, language: String)
    }

    package private(set) var entries: [Language: [String: Entry]] = [:]
    private var trees: [Language: Tree] = [:]

    /// - Parameter files: path under `text/` (`en/design.json`) and content.
    package init(_ files: [String: [UInt8]]) throws {
        for language in Language.allCases { entries[language] = [:] }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let parts = path.split(separator: "/")
            guard parts.count == 2, let language = Language(rawValue: String(parts[0])), parts[1].hasSuffix(".json") else {
                throw Failure.malformed(file: path)
            }
            let domain = parts[1].dropLast(".json".count)
            for (key, value) in try Self.object(bytes, path) {
                entries[language]?["\(domain).\(key)"] = try Self.entry(value, path)
            }
        }
        let english = entries[.english] ?? [:]
        for language in Language.allCases {
            trees[language] = try Tree(english.merging(entries[language] ?? [:]) { $1 }, language)
        }
    }

    /// The text as written, with its placeholders; English where the language has none.
    func entry(_ key: String, in language: Language) -> Entry? {
        entries[language]?[key] ?? entries[.english]?[key]
    }

    /// All texts of a language as templates reach them: `text.domain.some.key`, English where one is missing.
    /// Plural forms give the one for many.
    func tree(_ language: Language) -> [String: any Sendable] {
        trees[language]?.members ?? [:]
    }

    /// Fills `{name}` placeholders.
    package static func fill(_ text: String, _ values: [String: String]) -> String {
        guard !values.isEmpty, text.contains("{") else { return text }
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            filled += rest[..<open]
            let name = rest[rest.index(after: open)..<close]
            filled += values[String(name)] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }

    private static func object(_ bytes: [UInt8], _ path: String) throws -> [String: Any] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw Failure.malformed(file: path)
        }
        return object
    }

    private static func entry(_ value: Any, _ path: String) throws -> Entry {
        if let text = value as? String { return .text(text) }
        guard let forms = value as? [String: String] else { throw Failure.malformed(file: path) }
        let plural = try forms.map { name, text in
            guard let category = PluralCategory(rawValue: name) else { throw Failure.malformed(file: path) }
            return (category, text)
        }
        return .plural(Dictionary(uniqueKeysWithValues: plural))
    }
}

/// Flat dotted keys as nested dictionaries, made once.
private struct Tree: Sendable {
    var members: [String: any Sendable] = [:]

    init(_ entries: [String: Catalogue.Entry], _ language: Language) throws {
        let keys = Set(entries.keys)
        for (key, entry) in entries {
            let parts = key.split(separator: ".").map(String.init)
            for length in 1..<max(1, parts.count) where keys.contains(parts.prefix(length).joined(separator: ".")) {
                throw Catalogue.Failure.overlapping(key: key, language: language.rawValue)
            }
            switch entry {
            case .text(let text): Self.put(text, at: parts[...], in: &members)
            case .plural(let forms): Self.put(forms[.other] ?? "", at: parts[...], in: &members)
            }
        }
    }

    private static func put(_ text: String, at path: ArraySlice<String>, in members: inout [String: any Sendable]) {
        guard let name = path.first else { return }
        if path.count == 1 {
            members[name] = text
        } else {
            var inner = members[name] as? [String: any Sendable] ?? [:]
            put(text, at: path.dropFirst(), in: &inner)
            members[name] = inner
        }
    }
}
