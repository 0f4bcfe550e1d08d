package import Privacy

extension Desk {
    /// What routing keeps about people, and why (C33).
    package static var routingDeclarations: Declarations {
        var all = Declarations()
        func personal(
            _ table: String, _ column: String, _ category: DataCategory, _ retention: Retention, _ necessity: String
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: retention == .account ? "agent" : "enquiry", category, for: [.support], basis: .contract,
                    audience: .staff, retention: retention, sealing: .plain, necessity: necessity))
        }
        personal("agent_routing", "person_id", .pseudonym, .account, "Says whose abilities these are.")
        personal("agent_routing", "gone_at", .presence, .account, "Sends visitors only to somebody who is there.")
        personal("agent_routing", "assigned_at", .history, .account, "Gives everybody of a team their share.")
        personal("agent_routing", "missed", .history, .account, "Ceases to ask somebody who does not answer.")
        personal("agent_routing", "abilities", .preference, .account, "Finds somebody who can answer.")
        personal("agent_link", "person_id", .presence, .account, "Says who is connected.")
        personal("enquiry_routing", "needs", .history, .untilRemoved, "Finds somebody who can answer.")
        personal("enquiry_routing", "sticky_id", .relationship, .untilRemoved, "Lets a visitor be answered by whom they know.")
        personal("enquiry_routing", "tried", .relationship, .untilRemoved, "Offers an enquiry to somebody else than who did not take it.")
        for column in ["offered_until", "attempts", "paused_until", "has_moved"] {
            personal("enquiry_routing", column, .history, .untilRemoved, "Offers an enquiry to one agent after another.")
        }
        for column in ["queue_id", "person_id", "measure", "bucket", "number", "total", "hour"] {
            personal("report_agent_hour", column, .history, .account, "Shows how much a team does, by the hour and never by the visitor.")
        }
        all.technical = [
            TechnicalColumn("report_agent_hour", "shard", reason: "Divides a figure over several rows."),
            TechnicalColumn("queue_rules", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("queue_rules", "rules", reason: "How a queue gives out what waits in it."),
            TechnicalColumn("agent_link", "connection", reason: "A random id of the live link, new with every connection."),
            TechnicalColumn("enquiry_routing", "conversation_id", reason: "A random id."),
            TechnicalColumn("report_hour", "hour", reason: "Hours since 1970."),
            TechnicalColumn("report_hour", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("report_hour", "tag", reason: "The team's word for a kind of enquiry."),
            TechnicalColumn("report_hour", "measure", reason: "What is counted."),
            TechnicalColumn("report_hour", "bucket", reason: "Between which times."),
            TechnicalColumn("report_hour", "shard", reason: "Divides a figure over several rows."),
            TechnicalColumn("report_hour", "number", reason: "How many, of everybody together."),
            TechnicalColumn("report_hour", "total", reason: "The sum of everybody's times."),
            TechnicalColumn("routing_turn", "id", reason: "One row, by which nodes take turns."),
            TechnicalColumn("routing_turn", "number", reason: "Counts the turns."),
        ]
        return all
    }
}
