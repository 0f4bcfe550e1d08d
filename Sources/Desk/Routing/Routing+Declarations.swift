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
        let histogram = (0..<Histogram.size).map { "b\($0)" }
        personal("agent_routing", "person_id", .pseudonym, .account, "Says whose abilities these are.")
        personal("agent_routing", "gone_at", .presence, .account, "Sends visitors only to somebody who is there.")
        personal("agent_routing", "assigned_at", .history, .account, "Gives everybody of a team their share.")
        personal("agent_routing", "missed", .history, .account, "Ceases to ask somebody who does not answer.")
        personal("agent_routing", "abilities", .preference, .account, "Finds somebody who can answer.")
        personal("agent_link", "person_id", .presence, .account, "Says who is connected.")
        personal("enquiry_routing", "needs", .history, .withConversation, "Finds somebody who can answer.")
        personal("enquiry_routing", "sticky_id", .relationship, .withConversation, "Lets a visitor be answered by whom they know.")
        personal(
            "enquiry_routing", "tried", .relationship, .withConversation, "Offers an enquiry to somebody else than who did not take it.")
        for column in ["offered_until", "attempts", "paused_until", "has_moved"] {
            personal("enquiry_routing", column, .history, .withConversation, "Offers an enquiry to one agent after another.")
        }
        for column in ["queue_id", "person_id", "measure", "number", "total", "quarter"] + histogram {
            personal(
                "report_agent_figures", column, .history, .account,
                "Shows how much a team does, by the quarter of an hour and never by the visitor.")
        }
        all.technical = histogram.map { TechnicalColumn("report_figures", $0, reason: "How many between which times.") }
        all.technical += [
            TechnicalColumn("report_agent_figures", "shard", reason: "Divides a figure over several rows."),
            TechnicalColumn("queue_rules", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("queue_rules", "rules", reason: "How a queue gives out what waits in it."),
            TechnicalColumn("agent_link", "connection", reason: "A random id of the live link, new with every connection."),
            TechnicalColumn("enquiry_routing", "conversation_id", reason: "A random id."),
            TechnicalColumn("report_figures", "quarter", reason: "Quarters of an hour since 1970."),
            TechnicalColumn("report_figures", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("report_figures", "tag", reason: "The team's word for a kind of enquiry."),
            TechnicalColumn("report_figures", "measure", reason: "What is counted."),
            TechnicalColumn("report_figures", "shard", reason: "Divides a figure over several rows."),
            TechnicalColumn("report_figures", "number", reason: "How many, of everybody together."),
            TechnicalColumn("report_figures", "total", reason: "The sum of everybody's times."),
            TechnicalColumn("routing_turn", "id", reason: "One row, by which nodes take turns."),
            TechnicalColumn("routing_turn", "number", reason: "Counts the turns."),
        ]
        return all
    }
}
