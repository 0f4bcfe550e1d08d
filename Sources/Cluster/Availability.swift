/// What a person shows of themself. Who is invisible is `offline` to everybody else.
package enum Availability: String, Sendable, Codable, CaseIterable {
    case online, busy, away, offline
}

/// What a person chose to show while they are here.
package enum PresenceChoice: String, Sendable, Codable, CaseIterable {
    case online, busy, away, invisible

    /// What others see of somebody who is here and chose this.
    package var shown: Availability {
        switch self {
        case .online: .online
        case .busy: .busy
        case .away: .away
        case .invisible: .offline
        }
    }
}
