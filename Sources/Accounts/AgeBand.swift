import Storage

/// How old somebody said they are, as coarsely as the promises need it (C02, R14). A birth date is never asked for.
package enum AgeBand: String, CaseIterable, Sendable, SQLConvertible {
    /// Old enough to be here, not yet eighteen: private defaults that cannot be widened (ZAZ-33).
    case minor
    case adult

    package var isMinor: Bool { self == .minor }
}

/// What may be answered to the question of age.
package enum AgeAnswer: String, Sendable {
    /// Below the operator's minimum: nothing at all is stored (ZAZ-34).
    case under
    case minor
    case adult

    /// The answers the form offers with this minimum, youngest first.
    package static func choices(minimum: Int) -> [AgeAnswer] {
        minimum <= 0 ? [.minor, .adult] : minimum >= 18 ? [.under, .adult] : [.under, .minor, .adult]
    }

    /// Nil for whoever is too young.
    package var band: AgeBand? { AgeBand(rawValue: rawValue) }
}
