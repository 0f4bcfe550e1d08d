import Vocabulary
package import Web

extension People: Viewers {
    /// What the frame of every page shows of the person in front of it.
    package func viewer(_ member: Principal.Member) async throws -> Viewer {
        let picture = try await card(of: member.person, seenBy: member.person)?.pictureURL
        let presence = await ground.live.presence(of: [member.person])[member.person] ?? .online
        return Viewer(
            pictureURL: picture, presence: presence == .offline ? "online" : presence.rawValue,
            unreadNotices: try await unreadNotices(of: member.person))
    }
}
