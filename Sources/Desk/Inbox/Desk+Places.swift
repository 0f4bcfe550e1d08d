package import Accounts
import Conversations
import Storage
package import Vocabulary
import Web

/// When the place of staff in a conversation ends by itself, so that they can read it again only by opening it, which is
/// written down and shown to the visitor (C54).
extension Desk: AppointmentListener {
    package func rightsChanged(of person: PersonID) async throws { try await endPlaces(of: person) }

    /// How long after its end staff keep their place: time for a note and an outcome.
    static let placeAfterEnd = Duration.minutes(10)
    /// How far back ends are looked at, so that a server that was down catches up and a big history costs nothing.
    private static let lookBack = Duration.days(1)

    /// Ends the places in what was closed a while ago.
    package func endPlacesInClosed() async throws {
        let end = ground.clock.now - Self.placeAfterEnd
        let places = try await ground.database.read { try $0.staffPlaces(inClosed: (end - Self.lookBack)..<end, limit: 500) }
        for place in places { try await endPlace(place) }
    }

    /// Ends somebody's places wherever they may not look any more: they were taken out of a queue, lost a role, or their account was
    /// stopped. Of whoever answers nobody any more, everything goes on to somebody else at once.
    package func endPlaces(of person: PersonID) async throws {
        let (places, isGone) = try await ground.database.read { transaction in
            let roles = try transaction.usableRoles(of: person)
            let places = try transaction.places(of: person).filter { place in
                guard place.part.isStaff, let enquiry = try transaction.enquiry(place.conversation) else { return false }
                return try !mayOpen(enquiry, person, roles, in: transaction)
            }
            return (places, roles.isDisjoint(with: Self.staff))
        }
        if isGone { try await putBackEverything(of: person) }
        for place in places { try await endPlace(place) }
    }

    private func endPlace(_ place: Participant) async throws {
        let id = place.conversation
        guard let conversation = try await ground.database.read({ try $0.conversation(id) }) else { return }
        do {
            let leaving = try await conversations.prepareLeaving(of: place, from: conversation)
            try await ground.database.write { _ = try conversations.leave(leaving, in: $0) }
        } catch let error as SealError where error == .keyDestroyed || place.name.bytes.isEmpty {
            // Of a visitor whose key is gone nothing can be read, and nobody is left to be told.
            let now = ground.clock.now
            try await ground.database.write { _ = try $0.leave(id, place.person, at: now) }
        }
        conversations.cutOff([place.person], from: id)
        conversations.wake(id)
        await tellChanged([id], and: [place.person])
    }
}
