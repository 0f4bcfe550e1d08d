import Foundation
package import Storage
package import Vocabulary
package import Web

/// Meetings at a time that was chosen before.
extension Calls {
    /// How long a link tells that its meeting was cancelled; no longer than it would have worked.
    static let cancellationNews: Duration = .days(30)

    /// When a meeting is planned; nil for one that began when it was made.
    package func plan(of meeting: Meeting) async throws -> OpenPlan? {
        guard let kept = try await ground.database.read({ try $0.plan(of: meeting.id) }) else { return nil }
        return try await open(kept, of: meeting)
    }

    func open(_ kept: KeptPlan, of meeting: Meeting) async throws -> OpenPlan {
        let text = try await ground.keys.openText(kept.plan, of: meeting.host, as: KeptPlan.planColumn)
        return OpenPlan(
            plan: try JSONDecoder().decode(MeetingPlan.self, from: Data(text.utf8)), sequence: kept.sequence, changedAt: kept.changedAt,
            isCancelled: kept.cancelledAt != nil)
    }

    func seal(_ plan: MeetingPlan, of host: PersonID) async throws -> Sealed {
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        return try await ground.keys.seal(text, for: host, as: KeptPlan.planColumn)
    }

    /// The plan of a meeting, for whoever made it. There is none for anybody else, nor of one that was cancelled.
    func ownPlan(_ id: ID<Meeting>, of host: PersonID) async throws -> (meeting: Meeting, open: OpenPlan) {
        let (meeting, _) = try await meeting(id, for: host)
        guard meeting.host == host, let open = try await plan(of: meeting), !open.isCancelled else { throw Problem.notFound }
        return (meeting, open)
    }

    /// Puts another name, time and door in the place of those it had. Calendars hear of it from the file, everybody else at the door.
    package func change(_ id: ID<Meeting>, to wish: MeetingWish, by host: PersonID) async throws {
        guard case .planned(let plan) = wish.life, plan.isSound else { throw Problem.malformed }
        let (meeting, open) = try await ownPlan(id, of: host)
        if let isWebinar = wish.isWebinar { try await hall.checkStage(of: id, asWebinar: isWebinar) }
        let now = ground.clock.now
        let name = try await ground.keys.seal(wish.name, for: host, as: Meeting.nameColumn)
        let sealed = try await seal(plan, of: host)
        try await ground.database.write { transaction in
            guard try transaction.change(meeting, to: sealed, named: name, at: now) else { throw Problem.notFound }
            try transaction.put(meeting.link, expiresAt: wish.expires(from: now))
            try transaction.shut(wish.hasLobby, meeting.link)
            if let isWebinar = wish.isWebinar { try transaction.setWebinar(isWebinar, id) }
            try moveReminders(of: id, to: plan, from: open.plan, in: transaction)
        }
        await hall.shut(wish.hasLobby, in: id)
        try await hall.settle(id)
    }

    /// Moves one date of a series, cancels it, or puts it back. Calendars, reminders and the door follow.
    ///
    /// - Parameter open: the plan that was shown. Somebody who changed it meanwhile is not overruled.
    func change(_ meeting: Meeting, from open: OpenPlan, to plan: MeetingPlan) async throws {
        let now = ground.clock.now
        let sealed = try await seal(plan, of: meeting.host)
        try await ground.database.write { transaction in
            guard try transaction.plan(of: meeting.id)?.sequence == open.sequence,
                try transaction.change(meeting, to: sealed, named: meeting.name, at: now)
            else { throw Problem(.conflict, "problem.planChanged") }
            try transaction.put(meeting.link, expiresAt: plan.end + MeetingPlan.linkLife)
            try moveReminders(of: meeting.id, to: plan, from: open.plan, in: transaction)
        }
    }

    /// Cancels what was planned: nobody comes any more, and for a while its link and its calendar file say why.
    package func cancel(_ id: ID<Meeting>, by host: PersonID) async throws {
        let (meeting, open) = try await ownPlan(id, of: host)
        let now = ground.clock.now
        try await ground.database.write { transaction in
            guard try transaction.cancel(meeting, at: now) else { throw Problem.notFound }
            try transaction.put(meeting.link, expiresAt: min(now + Self.cancellationNews, open.plan.end + MeetingPlan.linkLife))
            try transaction.forgetPeople(of: id)
            try transaction.forgetReminders(of: id)
        }
        await hall.end(id)
    }

    /// Whether people may come by the link now: at its time, and whenever its host is there.
    func isOpen(_ open: OpenPlan, _ meeting: ID<Meeting>) async -> Bool {
        guard !open.isCancelled else { return false }
        if open.plan.isTime(at: ground.clock.now) { return true }
        return await hall.hasHost(meeting)
    }

    /// What calendars read, of what the link with this secret is for. Nil for a link that no planned meeting is behind.
    func calendarFile(by secret: String, for viewer: PersonID?) async throws -> CalendarFile? {
        guard let link = try await openLink(secret, for: viewer), let meeting = try await meeting(behind: link),
            let open = try await plan(of: meeting)
        else { return nil }
        let host = ground.site.origin.split(separator: "/").last.map(String.init) ?? "localhost"
        return CalendarFile(
            uid: "\(meeting.id)@\(host)", name: try await name(of: meeting), link: "\(ground.site.origin)/join/\(secret)", plan: open.plan,
            sequence: open.sequence, changedAt: open.changedAt, isCancelled: open.isCancelled)
    }
}
