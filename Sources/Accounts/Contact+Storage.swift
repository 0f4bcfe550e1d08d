package import Storage
import Web
package import Vocabulary

extension Transaction {
    /// The contacts of a person, oldest first.
    package func contacts(of person: PersonID) throws(StorageError) -> [Contact] {
        var contacts: [Contact] = []
        for row in try rows("SELECT other_id, since FROM contact WHERE person_id = \(person) ORDER BY since, other_id") {
            contacts.append(Contact(person: try row["other_id"], since: try row["since"]))
        }
        return contacts
    }

    /// The contacts of each of these people.
    func contacts(of people: [PersonID]) throws(StorageError) -> [PersonID: [PersonID]] {
        var contacts: [PersonID: [PersonID]] = [:]
        for row in try rows("SELECT person_id, other_id FROM contact WHERE person_id IN \(list: people)") {
            contacts[try row["person_id"], default: []].append(try row["other_id"])
        }
        return contacts
    }

    package func areContacts(_ one: PersonID, _ other: PersonID) throws(StorageError) -> Bool {
        try exists("SELECT 1 FROM contact WHERE person_id = \(one) AND other_id = \(other)")
    }

    /// Whether `person` blocked `other`.
    package func hasBlocked(_ person: PersonID, _ other: PersonID) throws(StorageError) -> Bool {
        try exists("SELECT 1 FROM block WHERE person_id = \(person) AND other_id = \(other)")
    }

    /// Whether one of them has blocked the other.
    package func keepApart(_ one: PersonID, _ other: PersonID) throws(StorageError) -> Bool {
        try exists(
            """
            SELECT 1 FROM block
            WHERE (person_id = \(one) AND other_id = \(other)) OR (person_id = \(other) AND other_id = \(one))
            """)
    }

    /// What `viewer` is to each of `people`. Nil is somebody without an account.
    package func relations(of viewer: PersonID?, to people: [PersonID]) throws(StorageError) -> [PersonID: Relation] {
        var relations = Dictionary(
            people.map { ($0, viewer == nil ? Relation.outsider : .member) }, uniquingKeysWith: { first, _ in first })
        guard let viewer, !people.isEmpty else { return relations }
        guard try exists("SELECT 1 FROM account WHERE person_id = \(viewer)") else { return relations.mapValues { _ in .outsider } }
        for row in try rows("SELECT other_id FROM contact WHERE person_id = \(viewer) AND other_id IN \(list: people)") {
            relations[try row["other_id"]] = .contact
        }
        for row in try rows("SELECT person_id FROM block WHERE other_id = \(viewer) AND person_id IN \(list: people)") {
            relations[try row["person_id"]] = .blocked
        }
        if relations[viewer] != nil { relations[viewer] = .own }
        return relations
    }

    /// Asks, or accepts when the other one asked first. Asking again changes nothing, nor does asking somebody who blocked the asker.
    ///
    /// `byAddress`: the asker typed an address and does not know whom they ask, so that the request is not shown to them.
    package func ask(_ asked: PersonID, by asker: PersonID, introduction: Sealed?, byAddress: Bool, at time: Timestamp) throws
        -> (AskOutcome, isNew: Bool)
    {
        if try areContacts(asker, asked) { return (.accepted, false) }
        if try hasBlocked(asked, asker) { return (.asked, false) }
        let counter = try rows(
            "DELETE FROM contact_request WHERE asker_id = \(asked) AND asked_id = \(asker) AND declined = 0 RETURNING asker_id")
        if !counter.isEmpty {
            try connect(asker, asked, at: time)
            return (.accepted, true)
        }
        if !byAddress {
            // From now on the asker knows whom they asked.
            let known = try exists(
                "UPDATE contact_request SET by_address = 0 WHERE asker_id = \(asker) AND asked_id = \(asked) RETURNING asker_id")
            if known { return (.asked, false) }
            try checkRoomToAsk(asker)
        }
        let rows = try rows(
            """
            INSERT INTO contact_request (asker_id, asked_id, at, introduction, declined, by_address)
            VALUES (\(asker), \(asked), \(time), \(introduction), 0, \(byAddress ? 1 : 0))
            ON CONFLICT DO NOTHING RETURNING asker_id
            """)
        return (.asked, !rows.isEmpty)
    }

    /// Accepts what `asker` asked. False when there is no such request.
    package func accept(_ asker: PersonID, by person: PersonID, at time: Timestamp) throws -> Bool {
        let request = try rows(
            "DELETE FROM contact_request WHERE asker_id = \(asker) AND asked_id = \(person) AND declined = 0 RETURNING asker_id")
        guard !request.isEmpty else { return false }
        try connect(asker, person, at: time)
        return true
    }

    /// Declines without a sound: the request stays for the asker to see, and is gone for the one asked.
    package func decline(_ asker: PersonID, by person: PersonID) throws(StorageError) {
        try run("UPDATE contact_request SET declined = 1, introduction = NULL WHERE asker_id = \(asker) AND asked_id = \(person)")
    }

    /// Takes back what one asked, or ends a contact, on both sides.
    package func removeContact(_ one: PersonID, _ other: PersonID) throws(StorageError) {
        try run("DELETE FROM contact WHERE (person_id = \(one) AND other_id = \(other)) OR (person_id = \(other) AND other_id = \(one))")
        try run("DELETE FROM contact_request WHERE asker_id = \(one) AND asked_id = \(other)")
    }

    package func block(_ other: PersonID, by person: PersonID, at time: Timestamp) throws(StorageError) {
        try run("INSERT INTO block (person_id, other_id, at) VALUES (\(person), \(other), \(time)) ON CONFLICT DO NOTHING")
        try run(
            "DELETE FROM contact WHERE (person_id = \(person) AND other_id = \(other)) OR (person_id = \(other) AND other_id = \(person))")
        try run("DELETE FROM contact_request WHERE asker_id = \(person) AND asked_id = \(other)")
        // What the blocked one asked stays as a declined request: to them it looks unanswered.
        try decline(other, by: person)
    }

    package func unblock(_ other: PersonID, by person: PersonID) throws(StorageError) {
        try run("DELETE FROM block WHERE person_id = \(person) AND other_id = \(other)")
    }

    /// People that `person` blocked, latest first.
    package func blocked(by person: PersonID) throws(StorageError) -> [PersonID] {
        try ids("SELECT other_id FROM block WHERE person_id = \(person) ORDER BY at DESC")
    }

    /// Requests waiting for `person` to answer, with the introduction sealed for `person`.
    package func requests(to person: PersonID) throws(StorageError) -> [(request: ContactRequest, introduction: Sealed?)] {
        var requests: [(request: ContactRequest, introduction: Sealed?)] = []
        for row in try rows(
            "SELECT asker_id, at, introduction FROM contact_request WHERE asked_id = \(person) AND declined = 0 ORDER BY at DESC LIMIT 200")
        {
            requests.append((ContactRequest(person: try row["asker_id"], at: try row["at"]), try row["introduction"]))
        }
        return requests
    }

    /// Requests that `person` made, knowing to whom, and that are, as far as they can tell, unanswered.
    package func requests(by person: PersonID) throws(StorageError) -> [ContactRequest] {
        var requests: [ContactRequest] = []
        for row in try rows("SELECT asked_id, at FROM contact_request WHERE asker_id = \(person) AND by_address = 0 ORDER BY at DESC") {
            requests.append(ContactRequest(person: try row["asked_id"], at: try row["at"]))
        }
        return requests
    }

    /// Forgets requests older than their lifetime.
    package func forgetOldRequests(before time: Timestamp) throws(StorageError) {
        try run("DELETE FROM contact_request WHERE at < \(time)")
        try run("DELETE FROM address_request WHERE at < \(time)")
    }

    private func connect(_ one: PersonID, _ other: PersonID, at time: Timestamp) throws {
        for person in [one, other] {
            let count = try first("SELECT COUNT(*) AS n FROM contact WHERE person_id = \(person)")?.get("n", as: Int.self) ?? 0
            guard count < Contact.most else { throw Problem(.conflict, "problem.tooManyContacts", values: ["limit": String(Contact.most)]) }
        }
        try run(
            """
            INSERT INTO contact (person_id, other_id, since) VALUES (\(one), \(other), \(time)), (\(other), \(one), \(time))
            ON CONFLICT DO NOTHING
            """)
        try run(
            "DELETE FROM contact_request WHERE (asker_id = \(one) AND asked_id = \(other)) OR (asker_id = \(other) AND asked_id = \(one))")
        try settleAddressRequests(between: one, and: other)
    }

    func ids(_ sql: SQL) throws(StorageError) -> [PersonID] {
        var ids: [PersonID] = []
        for row in try rows(sql) { ids.append(try row[0]) }
        return ids
    }
}
