package import Configuration

/// One setting: its name, what it may be, what it is when nobody says, and what it means. Declared once, in `Options`.
///
/// `mail.url` in the file (`{"mail": {"url": …}}`) is `SOTTO_MAIL_URL` in the environment.
package struct Option<Value: Sendable>: Sendable {
    /// Dotted name, as in the settings file.
    package let name: String
    let type: ConfigType
    /// What the value must be, to end the sentence "… is not ".
    package let form: String
    let fallback: Value
    /// The default in words, for the table.
    let fallbackText: String
    package let isSecret: Bool
    package let meaning: String
    /// Nil when the content is not of this form.
    let read: @Sendable (ConfigContent) -> Value?
}

/// An option whatever its value: what the table, the help and the check for unknown names need.
protocol Declared: Sendable {
    var name: String { get }
    var form: String { get }
    var fallbackText: String { get }
    var isSecret: Bool { get }
    var meaning: String { get }
    var type: ConfigType { get }
    /// The default.
    var fallbackValue: any Sendable { get }
    func value(of content: ConfigContent) -> (any Sendable)?
}

extension Option: Declared {
    var fallbackValue: any Sendable { fallback }
    func value(of content: ConfigContent) -> (any Sendable)? { read(content) }
}

extension Declared {
    /// The name in the environment: `SOTTO_TLS_SELF_SIGNED` for `tls.selfSigned`.
    var environmentName: String {
        var text = "SOTTO_"
        for character in name {
            if character.isUppercase { text += "_" }
            text += character == "." ? "_" : character.uppercased()
        }
        return text
    }
}

// MARK: - Forms

extension Option where Value == String {
    /// A text; empty by default when no default is given.
    static func text(_ name: String, default fallback: String = "", secret: Bool = false, _ meaning: String) -> Option {
        Option(
            name: name, type: .string, form: "a text", fallback: fallback, fallbackText: fallback, isSecret: secret, meaning: meaning,
            read: { if case .string(let text) = $0 { text } else { nil } })
    }

    /// A file or folder. `~/` is the home directory.
    static func path(_ name: String, default fallback: String = "", shown: String? = nil, _ meaning: String) -> Option {
        Option(
            name: name, type: .string, form: "a path", fallback: fallback, fallbackText: shown ?? fallback, isSecret: false,
            meaning: meaning,
            read: { if case .string(let text) = $0 { StandardFolders.expand(text) } else { nil } })
    }

    /// A URL with one of these schemes, or nothing.
    static func url(_ name: String, schemes: [String], shown: String = "", secret: Bool = false, _ meaning: String) -> Option {
        let form = "a URL that begins with " + schemes.map { "\($0)://" }.joined(separator: " or ")
        return Option(
            name: name, type: .string, form: form, fallback: "", fallbackText: shown, isSecret: secret, meaning: meaning,
            read: {
                guard case .string(let text) = $0 else { return nil }
                return text.isEmpty || schemes.contains { text.hasPrefix("\($0)://") && text.count > $0.count + 3 } ? text : nil
            })
    }
}

extension Option where Value == Int {
    static func number(_ name: String, _ range: ClosedRange<Int>, default fallback: Int, _ meaning: String) -> Option {
        Option(
            name: name, type: .int, form: "a whole number from \(range.lowerBound) to \(range.upperBound)", fallback: fallback,
            fallbackText: String(fallback), isSecret: false, meaning: meaning,
            read: { if case .int(let number) = $0, range.contains(number) { number } else { nil } })
    }
}

extension Option where Value == Bool {
    static func flag(_ name: String, _ meaning: String) -> Option {
        Option(
            name: name, type: .bool, form: "true or false", fallback: false, fallbackText: "false", isSecret: false, meaning: meaning,
            read: { if case .bool(let flag) = $0 { flag } else { nil } })
    }
}

extension Option where Value == [String] {
    /// Several texts: an array in the file, separated by commas in the environment.
    static func list(
        _ name: String, of form: String, default fallback: [String] = [], _ meaning: String,
        where fits: @escaping @Sendable (String) -> Bool
    ) -> Option {
        Option(
            name: name, type: .stringArray, form: "a list of \(form)", fallback: fallback, fallbackText: fallback.joined(separator: ","),
            isSecret: false,
            meaning: meaning,
            read: { if case .stringArray(let texts) = $0, texts.allSatisfy(fits) { texts } else { nil } })
    }
}

extension Option where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One word of a closed list.
    static func choice(_ name: String, default fallback: Value, _ meaning: String) -> Option {
        Option(
            name: name, type: .string, form: Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "), fallback: fallback,
            fallbackText: fallback.rawValue, isSecret: false, meaning: meaning,
            read: { if case .string(let text) = $0 { Value(rawValue: text) } else { nil } })
    }
}
