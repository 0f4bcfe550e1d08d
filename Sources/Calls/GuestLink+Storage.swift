import Storage
import Vocabulary

extension GuestLink {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        host = try row["host_id"]
        createdAt = try row["created_at"]
        expiresAt = try row["expires_at"]
        usesLeft = try row["uses_left"]
        hasLobby = try row["has_lobby"]
        isRevoked = try row["revoked"]
        isRelayOnly = try row["relay_only"]
    }
}

extension Transaction {
    func add(_ link: GuestLink, fingerprint: [UInt8]) throws(StorageError) {
        try run(
            """
            INSERT INTO guest_link (id, fingerprint, host_id, created_at, expires_at, uses_left, has_lobby, revoked,
                relay_only)
            VALUES (\(link.id), \(fingerprint), \(link.host), \(link.createdAt), \(link.expiresAt), \(link.usesLeft), \(link.hasLobby), 0,
                \(link.isRelayOnly))
            """)
    }

    func guestLink(fingerprint: [UInt8]) throws(StorageError) -> GuestLink? {
        try first("SELECT * FROM guest_link WHERE fingerprint = \(fingerprint)").map { row throws(StorageError) in try GuestLink(row) }
    }

    /// The links by which a member is called; those of meetings are shown with their meetings.
    func guestLinks(of host: PersonID) throws(StorageError) -> [GuestLink] {
        var links: [GuestLink] = []
        for row in try rows(
            """
            SELECT * FROM guest_link WHERE host_id = \(host) AND NOT EXISTS (SELECT 1 FROM meeting WHERE link_id = guest_link.id)
            ORDER BY created_at DESC
            """)
        {
            links.append(try GuestLink(row))
        }
        return links
    }

    func revoke(_ link: ID<GuestLink>, of host: PersonID) throws(StorageError) -> Bool {
        try !rows("UPDATE guest_link SET revoked = 1 WHERE id = \(link) AND host_id = \(host) RETURNING id").isEmpty
    }

    /// Whether who comes by it from now on waits to be let in.
    func shut(_ isShut: Bool, _ link: ID<GuestLink>) throws(StorageError) {
        try run("UPDATE guest_link SET has_lobby = \(isShut) WHERE id = \(link)")
    }

    /// Uses the link once. False when it expired, was revoked or is used up: of two guests for the last place, one gets it.
    func use(_ link: ID<GuestLink>, at now: Timestamp) throws(StorageError) -> Bool {
        try !rows(
            """
            UPDATE guest_link SET uses_left = uses_left - 1
            WHERE id = \(link) AND revoked = 0 AND expires_at > \(now) AND (uses_left IS NULL OR uses_left > 0) RETURNING id
            """
        ).isEmpty
    }

    func add(_ guest: Guest, fingerprint: [UInt8]) throws(StorageError) {
        try run(
            """
            INSERT INTO guest (person_id, link_id, host_id, fingerprint, name, joined_at)
            VALUES (\(guest.person), \(guest.link), \(guest.host), \(fingerprint), \(guest.name), \(guest.joinedAt))
            """)
    }

    func guest(_ person: PersonID) throws(StorageError) -> Guest? {
        try guest(where: try first("SELECT * FROM guest WHERE person_id = \(person)"))
    }

    func guest(fingerprint: [UInt8]) throws(StorageError) -> Guest? {
        try guest(where: try first("SELECT * FROM guest WHERE fingerprint = \(fingerprint)"))
    }

    private func guest(where row: Row?) throws(StorageError) -> Guest? {
        guard let row else { return nil }
        return Guest(
            person: try row["person_id"], link: try row["link_id"], host: try row["host_id"], name: try row["name"],
            joinedAt: try row["joined_at"])
    }

    /// Forgets guests who joined before `time`, and gives them, so that their keys can be destroyed.
    func forgetGuests(joinedBefore time: Timestamp) throws(StorageError) -> [PersonID] {
        var people: [PersonID] = []
        for row in try rows("DELETE FROM guest WHERE joined_at < \(time) RETURNING person_id") { people.append(try row["person_id"]) }
        for person in people {
            try eraseLiveTraces(of: person)
            try forgetMeetings(of: person)
        }
        return people
    }

    /// Forgets links by which nobody can come any more, as soon as the last guest is forgotten who came by them. A meeting goes with its
    /// link, but a day later: who is inside when the link expires may stay, and come back after a reload.
    func forgetGuestLinks(at now: Timestamp) throws(StorageError) {
        try run(
            """
            DELETE FROM guest_link WHERE (expires_at <= \(now) OR revoked = 1 OR uses_left = 0)
            AND NOT EXISTS (SELECT 1 FROM guest WHERE link_id = guest_link.id)
            AND NOT EXISTS (SELECT 1 FROM meeting WHERE link_id = guest_link.id AND guest_link.expires_at > \(now - Guest.lifetime))
            """)
    }
}
