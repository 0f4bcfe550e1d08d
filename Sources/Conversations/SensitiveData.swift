package import Web

/// Card numbers, national ids, account numbers, birth dates and passwords in what people type (C07).
///
/// `Browser/conversations/guard.js`, with `sensitiveNumbers.js`, is the same,
/// rule for rule, so that a person sees before sending what would be replaced;
/// `Tests/Vectors/sensitive.json` holds both to it. A number is taken for one of these only when its check digits say so, or when a
/// word beside it does: order numbers, telephone numbers and tracking numbers stay.
package enum SensitiveData {
    /// What was found.
    package enum Kind: String, Sendable, CaseIterable {
        case card, iban, nationalID, birthDate, password
    }

    package struct Guarded: Sendable, Equatable {
        package let text: String
        package let kinds: [Kind]

        /// What a message says of itself: the kinds by name, nothing when nothing was replaced.
        var masked: [String]? { kinds.isEmpty ? nil : kinds.map(\.rawValue) }

        package init(text: String, kinds: [Kind]) {
            self.text = text
            self.kinds = kinds
        }
    }

    /// What may be stored of `text` under this policy. Throws `Problem.messageSensitive` where such things are refused.
    package static func apply(_ policy: Conversation.Guard, to text: String) throws(Problem) -> Guarded {
        guard policy != .off else { return Guarded(text: text, kinds: []) }
        let guarded = mask(text)
        guard policy == .mask || guarded.kinds.isEmpty else { throw .messageSensitive }
        return guarded
    }

    /// Rounds after which the text is left as it is. Every round but the last masks something, so that a message ends long before.
    private static let mostRounds = 1000

    /// The text with dots in the place of what was found. Masking again changes nothing.
    package static func mask(_ text: String) -> Guarded {
        var text = text
        var kinds: Set<Kind> = []
        // What is left of one number may stand beside the next in a way that makes a third: look until nothing is found.
        for round in 0..<mostRounds {
            let sensitive = SensitiveText(text)
            let findings = sensitive.findings
            guard !findings.isEmpty else { break }
            kinds.formUnion(findings.map(\.kind))
            text = sensitive.masked(findings, keepsTail: round == 0)
        }
        return Guarded(text: text, kinds: Kind.allCases.filter(kinds.contains))
    }

    /// A place in a text, counted in the units of `SensitiveText`.
    struct Finding: Equatable {
        let kind: Kind
        let range: Range<Int>
    }
}
