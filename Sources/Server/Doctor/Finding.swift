/// What the doctor found about one thing, in plain words.
struct Finding: Equatable, Sendable {
    enum State: String, Sendable {
        case well, warning, wrong
    }

    /// What was looked at: one word.
    let subject: String
    let state: State
    /// What is so.
    let words: String
    /// How to mend it; nil when nothing needs mending.
    let mending: String?

    static func well(_ subject: String, _ words: String) -> Finding {
        Finding(subject: subject, state: .well, words: words, mending: nil)
    }

    static func warning(_ subject: String, _ words: String, mend: String) -> Finding {
        Finding(subject: subject, state: .warning, words: words, mending: mend)
    }

    static func wrong(_ subject: String, _ words: String, mend: String) -> Finding {
        Finding(subject: subject, state: .wrong, words: words, mending: mend)
    }

    /// One or two lines for a terminal.
    var text: String {
        let sign =
            switch state {
            case .well: "✓"
            case .warning: "!"
            case .wrong: "✗"
            }
        let name = subject + String(repeating: " ", count: max(1, 13 - subject.count))
        return "\(sign) \(name)\(words)" + (mending.map { "\n  " + String(repeating: " ", count: 13) + "→ \($0)" } ?? "")
    }
}
