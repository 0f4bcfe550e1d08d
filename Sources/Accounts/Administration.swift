import Storage
package import Vocabulary
package import Web

/// A member as those who run the server see them: what their role needs, and nothing of what the person keeps to themself (C59).
package struct MemberView: Sendable {
    package let person: PersonID
    package let name: String
    package let email: String
    package let createdAt: Timestamp
    package let isConfirmed: Bool
    package let state: Account.State
    package let roles: Set<Role>
}

/// One page of members.
package struct MemberPage: Sendable {
    package let members: [MemberView]
    /// Where the next page begins; nil on the last.
    package let next: PersonID?

    static let size = 50
    /// Members looked through for a name. Names are sealed, so a search opens them one by one.
    static let mostSearched = 5000
}

extension Accounts {
    package func memberCount() async throws -> Int {
        try await ground.database.read { try $0.first("SELECT COUNT(*) AS n FROM account")?.get("n") } ?? 0
    }

    /// Members newest first, those before `cursor`; with a query, those with that address or with that in their name.
    package func members(matching query: String?, before cursor: PersonID?) async throws -> MemberPage {
        guard let query, !query.isEmpty else {
            let rows = try await ground.database.read { try $0.accounts(before: cursor, limit: MemberPage.size + 1) }
            let page = rows.prefix(MemberPage.size)
            return MemberPage(members: try await views(Array(page)), next: rows.count > MemberPage.size ? page.last?.person : nil)
        }
        if let email = EmailAddress(query) {
            let index = ground.keys.emailIndex(email)
            let account = try await ground.database.read { try $0.account(emailIndex: index) }
            return MemberPage(members: try await views(account.map { [$0] } ?? []), next: nil)
        }
        let all = try await views(try await ground.database.read { try $0.accounts(before: cursor, limit: MemberPage.mostSearched) })
        return MemberPage(members: Array(all.filter { Directory.matches(query, $0.name) }.prefix(MemberPage.size)), next: nil)
    }

    private func views(_ accounts: [Account]) async throws -> [MemberView] {
        let people = accounts.map(\.person)
        let (names, roles) = try await ground.database.read { transaction in
            try (transaction.sealedNames(of: people), transaction.roles(of: people))
        }
        let emails = try await ground.keys.openTexts(accounts.map { ($0.person, $0.email) }, as: Account.emailColumn)
        let opened = try await ground.keys.openTexts(
            people.compactMap { person in names[person].map { (person, $0) } }, as: Profile.nameColumn)
        let nameByPerson = Dictionary(uniqueKeysWithValues: zip(people.filter { names[$0] != nil }, opened))
        return zip(accounts, emails).map { account, email in
            MemberView(
                person: account.person, name: (nameByPerson[account.person] ?? nil) ?? "", email: email ?? "", createdAt: account.createdAt,
                isConfirmed: account.emailConfirmedAt != nil, state: account.state, roles: roles[account.person] ?? [.member])
        }
    }

    // MARK: - Acts

    /// Gives somebody exactly this role. Only the owner appoints; the owner's own role is not given or taken here.
    package func appoint(_ person: PersonID, as role: Role, by member: Principal.Member) async throws {
        guard member.roles.contains(.owner) else { throw Problem.forbidden }
        guard role != .owner, person != member.person else { throw Problem(.conflict, "problem.ownerStays") }
        let notice = try await notice(of: .roles, to: person)
        try await ground.database.write { transaction in
            guard try transaction.account(of: person) != nil else { throw Problem.notFound }
            guard try transaction.roles(of: person) != [.member, role] else { return }
            for other in Role.appointed { try transaction.take(other, from: person) }
            if role != .member { try transaction.give(role, to: person) }
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
        // A live link keeps the roles with which it was opened, so that it has to be opened anew.
        ground.live.disconnect(person, session: nil, because: .restart)
        for listener in listeners.all { try await listener.rightsChanged(of: person) }
    }

    /// Stops an account: its sessions end at once, and nobody can sign in until it is restored. Nothing is lost.
    package func suspend(_ person: PersonID, by member: Principal.Member) async throws {
        let ended = try await ground.database.write { transaction in
            try transaction.check(member, mayManage: person)
            try transaction.setState(.suspended, of: person)
            return try transaction.endSessions(of: person)
        }
        for session in ended { ground.live.disconnect(person, session: session.description, because: .signedOut) }
        for listener in listeners.all { try await listener.rightsChanged(of: person) }
    }

    package func restore(_ person: PersonID, by member: Principal.Member) async throws {
        try await ground.database.write { transaction in
            try transaction.check(member, mayManage: person)
            try transaction.setState(.active, of: person)
        }
    }

    package func choose(_ mode: RegistrationMode) async throws {
        try await ground.database.write { try $0.choose(mode) }
    }
}

extension Transaction {
    /// Nobody manages themself or the owner, and only the owner manages others with a role.
    fileprivate func check(_ member: Principal.Member, mayManage person: PersonID) throws {
        guard try account(of: person) != nil else { throw Problem.notFound }
        let roles = try roles(of: person)
        guard person != member.person, !roles.contains(.owner), roles == [.member] || member.roles.contains(.owner) else {
            throw Problem.forbidden
        }
    }

    fileprivate func accounts(before cursor: PersonID?, limit: Int) throws(StorageError) -> [Account] {
        // Ids are in the order in which people came; 16 bytes of ones come after every one.
        let end = cursor?.bytes ?? [UInt8](repeating: 0xFF, count: 16)
        var accounts: [Account] = []
        for row in try rows("SELECT \(name: Account.columns) FROM account WHERE person_id < \(end) ORDER BY person_id DESC LIMIT \(limit)")
        {
            accounts.append(try Account(row))
        }
        return accounts
    }

    fileprivate func sealedNames(of people: [PersonID]) throws(StorageError) -> [PersonID: Sealed] {
        var names: [PersonID: Sealed] = [:]
        for row in try rows("SELECT person_id, name FROM profile WHERE person_id IN \(list: people)") {
            names[try row["person_id"]] = try row["name"]
        }
        return names
    }

    fileprivate func roles(of people: [PersonID]) throws(StorageError) -> [PersonID: Set<Role>] {
        var roles: [PersonID: Set<Role>] = [:]
        for row in try rows("SELECT person_id, role FROM account_role WHERE person_id IN \(list: people)") {
            roles[try row["person_id"], default: [.member]].insert(try row["role"])
        }
        return roles
    }
}
