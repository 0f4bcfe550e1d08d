package import Accounts
import Storage
package import Vocabulary
package import Web

/// What the two people of a call may know of each other.
package struct CallParties: Sendable {
    let ground: Ground
    let people: People

    package init(_ ground: Ground, people: People) {
        self.ground = ground
        self.people = people
    }

    /// The name `viewer` may know `person` by in this call; nil where none is for them.
    func name(of person: PersonID, in call: Call, seenBy viewer: PersonID) async throws -> String? {
        guard let link = call.link else { return try await people.card(of: person, seenBy: viewer)?.name }
        if person == call.caller { return try await guestName(of: person, in: call) }
        // Whoever made the link was told that it shows their name to those who come by it.
        return try await hostName(of: link, host: person)
    }

    /// How `person` looks to the other side of this call.
    func face(of person: PersonID, in call: Call, seenBy viewer: PersonID) async throws -> Caller {
        let name = try await name(of: person, in: call, seenBy: viewer)
        guard call.link == nil else { return Caller(person: nil, name: name, hue: Face.hue(person), picture: nil) }
        let picture = try await people.card(of: person, seenBy: viewer)?.pictureURL
        return Caller(person: person, name: name, hue: Face.hue(person), picture: picture)
    }

    /// The guest's own words for who they are; nil for a member.
    func guestName(of person: PersonID, in call: Call) async throws -> String? {
        guard call.link != nil, person == call.caller else { return nil }
        let sealed = try await ground.database.read { try $0.guest(person)?.name }
        guard let sealed else { return nil }
        return try? await ground.keys.openText(sealed, of: person, as: Guest.nameColumn)
    }

    func hostName(of link: ID<GuestLink>, host: PersonID) async throws -> String {
        try await people.profile(of: host)?.name ?? ""
    }

    /// Whether one of the two, or the operator, wants the relay for their calls.
    func wantsRelay(_ one: PersonID, _ other: PersonID) async throws -> Bool {
        if try await people.alwaysRelays(one) { return true }
        return try await people.alwaysRelays(other)
    }

    /// Whether the person asked not to be disturbed.
    func isBusy(_ person: PersonID) async -> Bool {
        await ground.live.presence(of: [person])[person] == .busy
    }
}
