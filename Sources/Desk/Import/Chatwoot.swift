import Foundation

/// Records of Chatwoot's API (`/api/v1/accounts/…`): conversations, messages, contacts, agents, canned responses, labels.
enum Chatwoot {
    static func read(_ value: ExportValue) -> ExportRecord {
        if value.has("message_type") { return message(value) }
        if value.has("short_code") { return reply(value) }
        if value.has("inbox_id", "status") { return conversation(value) }
        if value.has("role", "email") { return person(value).map(ExportRecord.agent) ?? .skipped(id: nil, .noID) }
        if value.has("title", "color") { return .skipped(id: value["id"].id, .label) }
        if value.has("id"), value.has("phone_number") || value.has("identifier") || value.has("contact_inboxes") {
            return person(value).map(ExportRecord.contact) ?? .skipped(id: nil, .noID)
        }
        return .skipped(id: value["id"].id, .unknownKind)
    }

    private static func person(_ value: ExportValue) -> ExportPerson? {
        value["id"].id.map { ExportPerson(id: $0, name: value["name"].text ?? "", email: value["email"].text) }
    }

    private static func reply(_ value: ExportValue) -> ExportRecord {
        guard let id = value["id"].id else { return .skipped(id: nil, .noID) }
        return .reply(id: id, shortcut: value["short_code"].text ?? "", text: value["content"].text ?? "")
    }

    private static func conversation(_ value: ExportValue) -> ExportRecord {
        guard let id = value["id"].id else { return .skipped(id: nil, .noID) }
        guard let arrived = value["created_at"].time else { return .skipped(id: id, .noTime) }
        let sender = value["meta"]["sender"]
        let last = value["last_activity_at"].time ?? value["timestamp"].time
        let inner = value["messages"].elements.compactMap { inner -> ExportMessage? in
            guard case .message(let message, _) = message(inner) else { return nil }
            return message
        }
        return .conversation(
            ExportConversation(
                id: id, arrivedAt: arrived, closedAt: value["status"].text == "resolved" ? last ?? arrived : nil, lastAt: last,
                visitor: person(sender) ?? ExportPerson(id: "", name: "", email: nil),
                language: value["additional_attributes"]["browser_language"].text, agent: value["meta"]["assignee"]["id"].id,
                tags: value["labels"].elements.compactMap(\.text), messages: inner))
    }

    private static func message(_ value: ExportValue) -> ExportRecord {
        guard let id = value["id"].id, let conversation = value["conversation_id"].id else { return .skipped(id: nil, .noID) }
        guard let at = value["created_at"].time else { return .skipped(id: id, .noTime) }
        if value["content_attributes"]["deleted"].isTrue { return .skipped(id: id, .deleted) }
        let author: ExportAuthor
        // 0 incoming, 1 outgoing, 2 what the program did, 3 what it said by itself.
        switch value["message_type"].text {
        case "0", "incoming": author = .visitor
        case "1", "outgoing", "3", "template":
            let (sender, name) = (value["sender"], value["sender"]["available_name"].text ?? value["sender"]["name"].text)
            if let id = sender["id"].id, sender["type"].text?.lowercased() != "agent_bot" {
                author = .agent(id, name: name ?? "")
            } else {
                author = .program(name: name ?? "")
            }
        default: return .skipped(id: id, .system)
        }
        let files = (value["attachments"].elements + [value["attachment"]]).compactMap { file -> ExportFile? in
            guard let id = file["id"].id else { return nil }
            return ExportFile(
                id: id, name: ExportName.last(of: file["data_url"].text, or: file["extension"].text.map { "\(id).\($0)" } ?? id))
        }
        let text = value["content"].text ?? ""
        guard !text.isEmpty || !files.isEmpty else { return .skipped(id: id, .empty) }
        return .message(
            ExportMessage(id: id, at: at, author: author, text: text, isNote: value["private"].isTrue, files: files),
            conversation: conversation)
    }
}

/// Names of files in exports.
enum ExportName {
    /// The last part of an address's path, without its query.
    static func last(of address: String?, or name: String) -> String {
        let path = address?.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init)
        return path.flatMap { $0.removingPercentEncoding ?? $0 } ?? name
    }
}
