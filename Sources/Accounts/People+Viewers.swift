import Vocabulary
package import Web

extension People: Viewers {
    /// What the frame of every page shows of the person in front of it.
    package func viewer(_ member: Principal.Member, heard: Int?) async throws -> Viewer {
        let picture = try await card(of: member.person, seenBy: member.person)?.pictureURL
        return try await ground.database.read { transaction in
            let last = try heard ?? ground.streams.last(StreamID("notices", of: member.person), in: transaction)
            return Viewer(
                pictureURL: picture, presence: try transaction.presenceChoice(of: member.person).rawValue, lastNotice: last,
                unreadNotices: max(0, last - (try transaction.noticesRead(by: member.person))))
        }
    }
}
