package import Web

/// Card numbers, national ids, account numbers, birth dates and passwords in what people type (C07).
package enum SensitiveData {
    /// What was found.
    package enum Kind: String, Sendable, CaseIterable {
        case card
    }

    package struct Guarded: Sendable, Equatable {
        package let text: String
        package let kinds: [Kind]
    }

    /// What may be stored of `text` under this policy. Throws `Problem.messageSensitive` where such things are refused.
    package static func apply(_ policy: Conversation.Guard, to text: String) throws(Problem) -> Guarded {
        Guarded(text: text, kinds: [])
    }
}
