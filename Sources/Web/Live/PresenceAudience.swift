package import Vocabulary

/// Knows who may see whose presence. Accounts knows contacts.
package protocol PresenceAudience: Sendable {
    /// Who may see each of these people's presence. Whoever is missing is seen by nobody.
    func watchers(of people: [PersonID]) async throws -> [PersonID: [PersonID]]

    /// Whose presence this person may see.
    func visible(to person: PersonID) async throws -> [PersonID]
}
