import Storage
package import Vocabulary
package import Web

/// Bodies of the notices about contacts: ids only, so that a name is looked up, and may be hidden, when it is shown.
struct ContactNotice: Encodable, Sendable {
    let person: PersonID
}

extension People {
    static let introductionColumn = SealedColumn("contact_request", "introduction")

    /// The people whom `person` may call and whose presence they see.
    package func contacts(of person: PersonID) async throws -> [PersonID] {
        try await ground.database.read { try $0.contacts(of: person).map(\.person) }
    }

    /// Asks somebody to become a contact. The answer never tells whether they exist, blocked the asker or declined.
    package func ask(_ asked: PersonID, by asker: PersonID, introduction: String?) async throws -> AskOutcome {
        try await ask(asked, by: asker, introduction: introduction, noting: nil)
    }

    /// Asks whoever has this address, if anybody has. **Neither the answer nor any page tells whether anybody has**, until they accept.
    package func ask(_ address: EmailAddress, by asker: PersonID, introduction: String?) async throws {
        let now = ground.clock.now
        let index = ground.keys.emailIndex(address)
        let sealed = try await ground.keys.seal(address.text, for: asker, as: AddressRequest.addressColumn)
        let request = AddressRequest(id: .init(at: now), asker: asker, index: index, address: sealed, at: now)
        let person = try await ground.database.read { try $0.account(emailIndex: index)?.person }
        if let person, person != asker {
            _ = try await ask(person, by: asker, introduction: introduction, noting: request)
        } else {
            try await ground.database.write { try $0.add(request) }
        }
    }

    /// `request`: how the asker came to ask, when it was by an address.
    private func ask(
        _ asked: PersonID, by asker: PersonID, introduction: String?, noting request: AddressRequest?
    ) async throws -> AskOutcome {
        guard asked != asker else { throw Problem(.conflict, "problem.askSelf") }
        guard try await ground.database.read({ try $0.exists("SELECT 1 FROM profile WHERE person_id = \(asked)") }) else { return .asked }
        let now = ground.clock.now
        let sealed: Sealed? =
            if let introduction, !introduction.isEmpty {
                try await ground.keys.seal(introduction, for: asked, as: Self.introductionColumn)
            } else { nil }
        let askedNotice = try await notice("contact.asked", about: asker, to: asked)
        let acceptedNotice = try await notice("contact.accepted", about: asker, to: asked)
        let (outcome, isNew) = try await ground.database.write { transaction in
            if let request { try transaction.add(request) }
            let result = try transaction.ask(asked, by: asker, introduction: sealed, byAddress: request != nil, at: now)
            if result.isNew {
                try ground.streams.append(result.0 == .asked ? askedNotice : acceptedNotice, in: transaction)
            }
            return result
        }
        if isNew { ground.live.wake(askedNotice.stream) }
        if outcome == .accepted { await contactsChanged(asker, asked) }
        return outcome
    }

    /// What a person asked by address, with the addresses opened, latest first.
    func addressRequests(by asker: PersonID) async throws -> [(request: AddressRequest, address: String)] {
        let requests = try await ground.database.read { try $0.addressRequests(by: asker) }
        let addresses = try await ground.keys.openTexts(requests.map { (asker, $0.address) }, as: AddressRequest.addressColumn)
        return zip(requests, addresses).compactMap { request, address in address.map { (request, $0) } }
    }

    /// Takes back what was asked by address.
    func withdraw(_ request: ID<AddressRequest>, by asker: PersonID) async throws {
        try await ground.database.write { try $0.withdraw(request, by: asker) }
    }

    /// Accepts a request.
    package func accept(_ asker: PersonID, by person: PersonID) async throws {
        let now = ground.clock.now
        let notice = try await notice("contact.accepted", about: person, to: asker)
        let accepted = try await ground.database.write { transaction in
            guard try transaction.accept(asker, by: person, at: now) else { return false }
            try ground.streams.append(notice, in: transaction)
            return true
        }
        guard accepted else { throw Problem(.conflict, "problem.requestGone") }
        ground.live.wake(notice.stream)
        await contactsChanged(person, asker)
    }

    package func decline(_ asker: PersonID, by person: PersonID) async throws {
        try await ground.database.write { try $0.decline(asker, by: person) }
    }

    package func removeContact(_ other: PersonID, of person: PersonID) async throws {
        try await ground.database.write { try $0.removeContact(person, other) }
        await contactsChanged(person, other)
    }

    package func block(_ other: PersonID, by person: PersonID) async throws {
        guard other != person else { throw Problem(.conflict, "problem.askSelf") }
        let now = ground.clock.now
        try await ground.database.write { try $0.block(other, by: person, at: now) }
        await contactsChanged(person, other)
    }

    package func unblock(_ other: PersonID, by person: PersonID) async throws {
        try await ground.database.write { try $0.unblock(other, by: person) }
    }

    /// Open requests to a person, with the introductions opened.
    func requests(to person: PersonID) async throws -> [(request: ContactRequest, introduction: String?)] {
        let rows = try await ground.database.read { try $0.requests(to: person) }
        var requests: [(request: ContactRequest, introduction: String?)] = []
        for row in rows {
            var introduction: String?
            if let sealed = row.introduction {
                introduction = try await ground.keys.openText(sealed, of: person, as: Self.introductionColumn)
            }
            requests.append((row.request, introduction))
        }
        return requests
    }

    private func notice(_ kind: String, about subject: PersonID, to reader: PersonID) async throws -> PreparedEvent {
        try await ground.streams.prepare(kind, ContactNotice(person: subject), in: StreamID("notices", of: reader), for: reader)
    }

    /// Two people became, or ceased to be, contacts: open pages of both refresh what they show, presence included.
    private func contactsChanged(_ one: PersonID, _ other: PersonID) async {
        ground.live.send(ContactsChanged(), to: [one, other])
        await ground.live.sightChanged(between: one, and: other)
    }
}

/// Tells a page that its list of contacts is out of date.
struct ContactsChanged: Encodable, Sendable {
    let type = "contacts.changed"
}

/// Presence is for contacts only.
extension People: PresenceAudience {
    package func watchers(of people: [PersonID]) async throws -> [PersonID: [PersonID]] {
        try await ground.database.read { try $0.contacts(of: people) }
    }

    package func visible(to person: PersonID) async throws -> [PersonID] {
        try await contacts(of: person)
    }
}
