import Mail
package import Storage
package import Vocabulary
import Web

/// That somebody wants to be reminded of each time of a planned meeting, for as long as there is the meeting.
struct MeetingReminder: Sendable, Equatable {
    /// What somebody chooses.
    struct Wish: Sendable, Equatable {
        /// How long before, in minutes: one of `MeetingReminder.choices`.
        var minutes: Int
        /// Whether a mail comes too, beside the notice.
        var byMail: Bool
    }

    let meeting: ID<Meeting>
    let person: PersonID
    let wish: Wish
    /// When it is due next; nil when there is no time left that it could be of.
    let dueAt: Timestamp?

    /// Minutes to choose from.
    static let choices = [5, 10, 15, 30, 60, 24 * 60]
    /// Most meetings that one person may be reminded of.
    static let most = 50

    static let letter = LetterTemplate("mail.meetingSoon", .topic, purpose: "Reminds a member of a meeting, as they asked.")

    /// The fields of a form that ask for it.
    static let fields: [Form.Field] = [.choice("remind", ["0"] + choices.map(String.init)), .flag("mail")]
}

extension MeetingReminder.Wish {
    /// What was chosen; nil for no reminder.
    init?(_ form: Submission) {
        guard let minutes = Int(form.text("remind")), minutes > 0 else { return nil }
        self.init(minutes: minutes, byMail: form.flag("mail"))
    }

    /// What a form shows of it.
    static func values(of wish: Self?) -> [String: String] {
        var values = ["remind": String(wish?.minutes ?? 0)]
        if wish?.byMail == true { values["mail"] = "on" }
        return values
    }

    /// When it is due for the first time that can still be, counted from now.
    func next(in plan: MeetingPlan, after now: Timestamp) -> Timestamp? {
        plan.sittings.lazy.map { $0.start - .minutes(minutes) }.first { now < $0 }
    }
}

extension Transaction {
    /// Puts the wish in the place of the one before.
    func put(_ reminder: MeetingReminder) throws(StorageError) {
        try run(
            """
            INSERT INTO meeting_reminder (meeting_id, person_id, minutes, by_mail, due_at)
            VALUES (\(reminder.meeting), \(reminder.person), \(reminder.wish.minutes), \(reminder.wish.byMail), \(reminder.dueAt))
            ON CONFLICT (meeting_id, person_id) DO UPDATE
            SET minutes = excluded.minutes, by_mail = excluded.by_mail, due_at = excluded.due_at
            """)
    }

    func forgetReminder(of meeting: ID<Meeting>, for person: PersonID) throws(StorageError) {
        try run("DELETE FROM meeting_reminder WHERE meeting_id = \(meeting) AND person_id = \(person)")
    }

    func forgetReminders(of meeting: ID<Meeting>) throws(StorageError) {
        try run("DELETE FROM meeting_reminder WHERE meeting_id = \(meeting)")
    }

    func reminder(of meeting: ID<Meeting>, for person: PersonID) throws(StorageError) -> MeetingReminder? {
        try reminders("SELECT * FROM meeting_reminder WHERE meeting_id = \(meeting) AND person_id = \(person)").first
    }

    func reminders(of meeting: ID<Meeting>) throws(StorageError) -> [MeetingReminder] {
        try reminders("SELECT * FROM meeting_reminder WHERE meeting_id = \(meeting)")
    }

    func reminders(for person: PersonID) throws(StorageError) -> [MeetingReminder] {
        try reminders("SELECT * FROM meeting_reminder WHERE person_id = \(person)")
    }

    func reminders(dueAt now: Timestamp, limit: Int) throws(StorageError) -> [MeetingReminder] {
        try reminders("SELECT * FROM meeting_reminder WHERE due_at <= \(now) ORDER BY due_at LIMIT \(limit)")
    }

    /// Takes a reminder that is due, and says when the next one is. **Of two nodes that come here at once, one gets it.**
    func take(_ reminder: MeetingReminder, next: Timestamp?) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE meeting_reminder SET due_at = \(next)
            WHERE meeting_id = \(reminder.meeting) AND person_id = \(reminder.person) AND due_at = \(reminder.dueAt) RETURNING minutes
            """)
    }

    private func reminders(_ query: SQL) throws(StorageError) -> [MeetingReminder] {
        var reminders: [MeetingReminder] = []
        for row in try rows(query) {
            reminders.append(
                MeetingReminder(
                    meeting: try row["meeting_id"], person: try row["person_id"],
                    wish: .init(minutes: try row["minutes"], byMail: try row["by_mail"]), dueAt: try row["due_at"]))
        }
        return reminders
    }
}
