package import Privacy
package import Storage

extension Calls {
    package static let meetingMigrations = [
        Migration(
            "meetings", 1,
            [
                """
                CREATE TABLE meeting (
                    id BLOB PRIMARY KEY NOT NULL,
                    host_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    link_id BLOB NOT NULL UNIQUE REFERENCES guest_link (id) ON DELETE CASCADE,
                    name BLOB NOT NULL,
                    secret BLOB NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX meeting_host ON meeting (host_id)",
                """
                CREATE TABLE meeting_person (
                    meeting_id BLOB NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('host', 'speaker', 'attendee')),
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'admitted', 'refused')),
                    joined_at INTEGER NOT NULL,
                    PRIMARY KEY (meeting_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX meeting_person_person ON meeting_person (person_id)",
            ]),
        // Who came is forgotten after a day; who made the meeting is no longer written down among them.
        Migration("meetings", 2, ["CREATE INDEX meeting_person_joined ON meeting_person (joined_at)"]),
        Migration(
            "meetings", 3,
            [
                """
                CREATE TABLE meeting_plan (
                    meeting_id BLOB PRIMARY KEY NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
                    plan BLOB NOT NULL,
                    sequence INTEGER NOT NULL CHECK (sequence >= 0),
                    changed_at INTEGER NOT NULL,
                    cancelled_at INTEGER
                ) STRICT
                """
            ]),
        Migration("meetings", 4, ["ALTER TABLE meeting ADD COLUMN called_at INTEGER"]),
        Migration(
            "meetings", 5,
            [
                """
                CREATE TABLE meeting_reminder (
                    meeting_id BLOB NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    minutes INTEGER NOT NULL CHECK (minutes > 0),
                    by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
                    due_at INTEGER,
                    PRIMARY KEY (meeting_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX meeting_reminder_person ON meeting_reminder (person_id)",
                "CREATE INDEX meeting_reminder_due ON meeting_reminder (due_at) WHERE due_at IS NOT NULL",
            ]),
        Migration("meetings", 6, ["ALTER TABLE meeting ADD COLUMN webinar INTEGER NOT NULL DEFAULT 0 CHECK (webinar IN (0, 1))"]),
        Migration("meetings", 7, ["ALTER TABLE meeting ADD COLUMN locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1))"]),
    ]

    package static var meetingDeclarations: Declarations {
        var all = Declarations()
        func personal(
            _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ audience: Audience, _ necessity: String,
            _ sealing: Sealing = .plain, kept: Retention = .untilClosed
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: [.calls], basis: .contract, audience: audience, retention: kept,
                    sealing: sealing, necessity: necessity))
        }
        personal("meeting", "host_id", "meeting", .relationship, .callParticipants, "Says who may end the meeting and let people in.")
        personal("meeting", "created_at", "meeting", .history, .person, "Puts a member's meetings in order.")
        personal("meeting", "name", "meetingName", .communication, .callParticipants, "Tells people which meeting they come to.", .sealed)
        personal(
            "meeting_plan", "plan", "meetingPlan", .communication, .callParticipants,
            "Says when the meeting takes place, and in which zone.",
            .sealed)
        for column in ["changed_at", "cancelled_at"] {
            personal(
                "meeting_plan", column, "meetingPlan", .history, .callParticipants,
                "Tells calendars which of two versions is the later one.")
        }
        personal("meeting", "secret", "meetingLink", .credential, .person, "Lets the host copy the link again.", .sealed)
        personal(
            "meeting_person", "person_id", "meetingPerson", .relationship, .callParticipants,
            "Lets somebody back in after a reload, without asking the host again.", kept: .after(days: 1))
        personal(
            "meeting_person", "role", "meetingPerson", .relationship, .callParticipants, "Says what somebody may do in the meeting.",
            kept: .after(days: 1))
        personal(
            "meeting_person", "state", "meetingPerson", .relationship, .callParticipants, "Says who waits and who was let in.",
            kept: .after(days: 1))
        personal(
            "meeting_person", "joined_at", "meetingPerson", .history, .nobody, "Says when it is to be forgotten that they came.",
            kept: .after(days: 1))
        personal(
            "meeting_reminder", "person_id", "meetingReminder", .relationship, .person, "Says who wants to be reminded of the meeting.")
        for column in ["minutes", "by_mail", "due_at"] {
            personal("meeting_reminder", column, "meetingReminder", .preference, .person, "Says when and how a reminder comes.")
        }
        all.letters = [MeetingReminder.letter]
        all.technical = [
            TechnicalColumn("meeting_reminder", "meeting_id", reason: "The id of the meeting."),
            TechnicalColumn("meeting", "id", reason: "A random id."),
            TechnicalColumn("meeting", "link_id", reason: "The id of the link by which people come."),
            TechnicalColumn("meeting", "webinar", reason: "Whether who comes listens, as in a webinar."),
            TechnicalColumn("meeting", "locked", reason: "Whether nobody new comes in, as long as somebody is inside."),
            TechnicalColumn("meeting", "called_at", reason: "When the host was last told that somebody waits, whoever it was."),
            TechnicalColumn("meeting_plan", "meeting_id", reason: "The id of the meeting."),
            TechnicalColumn("meeting_plan", "sequence", reason: "How often the plan was changed."),
            TechnicalColumn("meeting_person", "meeting_id", reason: "The id of the meeting."),
        ]
        return all
    }
}
