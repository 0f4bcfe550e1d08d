/// Records of Rocket.Chat: livechat rooms, messages, users, visitors and canned responses, from its API or as `mongoexport` writes them.
enum RocketChat {
    static func read(_ value: ExportValue) -> ExportRecord {
        if value.has("rid") { return message(value) }
        if value.has("shortcut", "text") {
            guard let id = value["_id"].id else { return .skipped(id: nil, .noID) }
            return .reply(id: id, shortcut: value["shortcut"].text ?? "", text: value["text"].text ?? "")
        }
        if value.has("t") { return room(value) }
        if value.has("visitorEmails") || value.has("token", "username") {
            return person(value, emails: "visitorEmails").map(ExportRecord.contact) ?? .skipped(id: nil, .noID)
        }
        if value.has("username") { return person(value, emails: "emails").map(ExportRecord.agent) ?? .skipped(id: nil, .noID) }
        return .skipped(id: value["_id"].id, .unknownKind)
    }

    private static func person(_ value: ExportValue, emails: String) -> ExportPerson? {
        value["_id"].id.map { id in
            ExportPerson(
                id: id, name: value["name"].text ?? value["username"].text ?? "", email: value[emails].elements.first?["address"].text)
        }
    }

    private static func room(_ value: ExportValue) -> ExportRecord {
        guard let id = value["_id"].id else { return .skipped(id: nil, .noID) }
        guard value["t"].text == "l" else { return .skipped(id: id, .notSupport) }
        guard let arrived = value["ts"].time else { return .skipped(id: id, .noTime) }
        let closed = value["closedAt"].time
        let last = value["lm"].time ?? closed
        return .conversation(
            ExportConversation(
                id: id, arrivedAt: arrived, closedAt: closed ?? (value["open"].isTrue ? nil : last ?? arrived), lastAt: last,
                visitor: ExportPerson(
                    id: value["v"]["_id"].id ?? "", name: value["fname"].text ?? value["v"]["name"].text ?? "", email: nil),
                language: nil, agent: value["servedBy"]["_id"].id, tags: value["tags"].elements.compactMap(\.text)))
    }

    private static func message(_ value: ExportValue) -> ExportRecord {
        guard let id = value["_id"].id, let room = value["rid"].id else { return .skipped(id: nil, .noID) }
        if value["t"].text == "rm" || value["_hidden"].isTrue { return .skipped(id: id, .deleted) }
        if value["t"].text != nil { return .skipped(id: id, .system) }
        guard let at = value["ts"].time else { return .skipped(id: id, .noTime) }
        let name = value["alias"].text ?? value["u"]["name"].text ?? value["u"]["username"].text ?? ""
        let author: ExportAuthor
        if value.has("token") {
            author = .visitor
        } else if let user = value["u"]["_id"].id, !value.has("bot") {
            author = .agent(user, name: name)
        } else {
            author = .program(name: name)
        }
        let listed = value["files"].elements
        let files = (listed.isEmpty ? [value["file"]] : listed).compactMap { file in
            // Small pictures of pictures are files there too.
            file["_id"].id.map { ExportFile(id: $0, name: file["name"].text ?? $0) }
        }.filter { !$0.name.hasPrefix("thumb-") }
        let described = value["attachments"].elements.compactMap { $0["description"].text }
        let text = ([value["msg"].text].compactMap(\.self) + described).joined(separator: "\n")
        guard !text.isEmpty || !files.isEmpty else { return .skipped(id: id, .empty) }
        return .message(ExportMessage(id: id, at: at, author: author, text: text, files: files), conversation: room)
    }
}
