import Accounts
import Mail
import Storage
import Vocabulary
import Web

/// Body of the `meeting.soon` notice.
private struct MeetingSoon: Encodable, Sendable {
    let meeting: ID<Meeting>
}

/// Reminding members of planned meetings: a notice, and a mail to those who asked for one. **Only who asked is reminded, and only at the
/// confirmed address of their own account.**
extension Calls {
    /// Reminders sent in one round.
    private static let batch = 200

    /// What stands between a member and mails.
    enum MailState: String {
        case possible
        /// This server sends none.
        case none
        /// Nobody has shown yet that the address is theirs.
        case unconfirmed
    }

    func mailState(of person: PersonID) async throws -> MailState {
        guard ground.outbox.delivers else { return .none }
        return try await ground.database.read { try $0.account(of: person)?.emailConfirmedAt } == nil ? .unconfirmed : .possible
    }

    /// Writes down what a member wants; nil ends it. For the host, and members who have the meeting's link.
    func remind(_ person: PersonID, of id: ID<Meeting>, _ wish: MeetingReminder.Wish?) async throws {
        let meeting = try await ground.database.read { try $0.meeting(id) }
        guard let meeting, let open = try await plan(of: meeting) else { throw Problem.notFound }
        // A plan that was saved with the same reminder changes nothing about what was told of it.
        if let wish, try await ground.database.read({ try $0.reminder(of: id, for: person)?.wish }) == wish { return }
        let due = wish?.next(in: open.plan, after: ground.clock.now)
        try await ground.database.write { transaction in
            guard let wish else { return try transaction.forgetReminder(of: meeting.id, for: person) }
            guard try transaction.reminders(for: person).filter({ $0.meeting != meeting.id }).count < MeetingReminder.most else {
                throw Problem(.conflict, "problem.tooManyReminders", values: ["limit": String(MeetingReminder.most)])
            }
            try transaction.put(MeetingReminder(meeting: meeting.id, person: person, wish: wish, dueAt: due))
        }
    }

    /// Everybody who wants to be reminded is so of the new times. Who would have been told by now is told at once: they do not know yet.
    /// Of a time that stayed as it was nobody is told twice.
    func moveReminders(of meeting: ID<Meeting>, to plan: MeetingPlan, from before: MeetingPlan, in transaction: Transaction) throws {
        guard plan != before else { return }
        let now = ground.clock.now
        let known = Set(before.sittings.map(\.start))
        for reminder in try transaction.reminders(of: meeting) {
            let next = plan.sittings.lazy.filter { now < $0.start }.map { ($0.start, $0.start - .minutes(reminder.wish.minutes)) }
                .first { start, due in due > now || due == reminder.dueAt || !known.contains(start) }?.1
            try transaction.put(MeetingReminder(meeting: meeting, person: reminder.person, wish: reminder.wish, dueAt: next))
        }
    }

    /// One round: whatever is due, on whichever node.
    package func sendReminders() async throws {
        let now = ground.clock.now
        for reminder in try await ground.database.read({ try $0.reminders(dueAt: now, limit: Self.batch) }) {
            try await send(reminder, at: now)
        }
    }

    private func send(_ reminder: MeetingReminder, at now: Timestamp) async throws {
        guard let due = reminder.dueAt, let meeting = try await ground.database.read({ try $0.meeting(reminder.meeting) }),
            let open = try await plan(of: meeting)
        else { return }
        let start = due + .minutes(reminder.wish.minutes)
        let next = open.plan.sittings.first { start < $0.start }.map { $0.start - .minutes(reminder.wish.minutes) }
        // Who was stopped for longer than that is not told of what has begun.
        let isNews = !open.isCancelled && now < start && open.plan.sittings.contains { $0.start == start }
        let event = try await ground.streams.prepare(
            "meeting.soon", MeetingSoon(meeting: meeting.id), in: StreamID("notices", of: reminder.person), for: reminder.person)
        let letter = isNews && reminder.wish.byMail ? try await self.letter(to: reminder.person, of: meeting, open.plan, at: start) : nil
        let isTold = try await ground.database.write { transaction in
            guard try transaction.take(reminder, next: next), isNews else { return false }
            guard try !transaction.keepApart(meeting.host, reminder.person) else { return false }
            try ground.streams.append(event, in: transaction)
            if let letter { try ground.outbox.queue(letter, in: transaction) }
            return true
        }
        guard isTold else { return }
        ground.live.wake(event.stream)
        if letter != nil { ground.outbox.wake() }
    }

    /// The mail; nil for an account that has no confirmed address, or was stopped.
    private func letter(to person: PersonID, of meeting: Meeting, _ plan: MeetingPlan, at start: Timestamp) async throws -> PreparedLetter?
    {
        guard ground.outbox.delivers, let account = try await ground.database.read({ try $0.account(of: person) }),
            account.state == .active, account.emailConfirmedAt != nil,
            let address = try await ground.keys.openTexts([(person, account.email)], as: Account.emailColumn)[0].flatMap(EmailAddress.init)
        else { return nil }
        let template = MeetingReminder.letter
        let values = [
            "site": ground.site.name, "name": try await name(of: meeting), "time": start.appointment(in: account.language, plan.timeZone),
            "zone": plan.zone, "link": "\(ground.site.origin)/meetings/\(meeting.id)",
        ]
        let letter = Letter(
            template, to: address, in: account.language,
            subject: ground.pages.text("\(template.name).subject", values, in: account.language),
            body: ground.pages.text("\(template.name).body", values, in: account.language))
        return try await ground.outbox.prepare(letter, for: person)
    }
}
