package import Storage

/// How old somebody said they are, as coarsely as the promises need it (C02, R14). A birth date is never asked for.
package enum AgeBand: String, CaseIterable, Sendable, SQLConvertible {
    case child = "under-16"
    case youth = "16-17"
    case adult = "18-plus"

    /// Minors have private defaults that they cannot widen (ZAZ-33).
    package var isMinor: Bool { self != .adult }
}

/// What may be answered to the question of age.
package enum AgeAnswer: Equatable, Sendable {
    /// Below the operator's minimum: nothing at all is stored (ZAZ-34).
    case tooYoung
    case band(AgeBand)

    /// The word the form uses for the answer below the minimum.
    static let tooYoungWord = "too-young"

    /// Nil for a word that is not among `choices`.
    init?(_ word: String, minimum: Int) {
        guard Self.choices(minimum: minimum).contains(word) else { return nil }
        self = AgeBand(rawValue: word).map(AgeAnswer.band) ?? .tooYoung
    }

    /// The answers the form offers with this minimum, youngest first.
    static func choices(minimum: Int) -> [String] {
        var choices = minimum > 0 ? [tooYoungWord] : []
        if minimum < 16 { choices.append(AgeBand.child.rawValue) }
        if minimum < 18 { choices.append(AgeBand.youth.rawValue) }
        return choices + [AgeBand.adult.rawValue]
    }
}
