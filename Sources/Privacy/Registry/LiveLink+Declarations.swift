package import Web

extension LiveLink {
    /// What the live link keeps about people, and why (C33).
    package static var declarations: Declarations {
        var all = Declarations()
        for column in ["owner", "name", "last"] {
            all.personal.append(
                PersonalField(
                    "stream", column, key: "notices", .history, for: [.notices], basis: .contract, audience: .person, retention: .account,
                    sealing: .plain, necessity: "Counts a person's notices, so that none is lost or shown twice."))
        }
        for column in ["owner", "name", "sequence", "event_id", "reader_id", "kind", "at", "repeats"] {
            all.personal.append(
                PersonalField(
                    "stream_event", column, key: "notices", .history, for: [.notices], basis: .contract, audience: .person,
                    retention: .after(days: 90), sealing: .plain, necessity: "Says whose notice it is, which kind, and when it came."))
        }
        all.personal.append(
            PersonalField(
                "stream_event", "body", key: "notices", .communication, for: [.notices], basis: .contract, audience: .person,
                retention: .after(days: 90), sealing: .sealed, necessity: "What the notice says."))
        for column in ["person_id", "command_id", "answer", "at"] {
            all.personal.append(
                PersonalField(
                    "live_command", column, key: "command", .history, for: [.notices, .calls], basis: .contract, audience: .nobody,
                    retention: .after(days: 1), sealing: .plain,
                    necessity: "Keeps a command that is sent again after a lost connection from being carried out twice."))
        }
        for column in ["person_id", "choice"] {
            all.personal.append(
                PersonalField(
                    "presence_choice", column, key: "presence", .presence, for: [.contacts], basis: .contract, audience: .contacts,
                    retention: .untilRemoved, sealing: .plain,
                    necessity: "Remembers that a person wants to appear busy or away, or not at all, when they come back."))
        }
        return all
    }
}
