import Foundation
import Vocabulary

/// Records of Live Helper Chat: chats (with or without their messages), messages, operators and canned messages, from its REST API or as
/// CSV with the same column names.
enum LiveHelperChat {
    /// Numbers of states of a chat.
    private static let closed: Int64 = 2
    /// Most characters of a file's number and hash: what is longer is text.
    private static let longestMark = 200

    static func read(_ value: ExportValue) -> ExportRecord {
        if value.has("chat_id", "msg") { return message(value, in: nil) }
        if value.has("dep_id", "time") || value.has("nick", "time") { return chat(value) }
        if value.has("msg") {
            guard let id = value["id"].id else { return .skipped(id: nil, .noID) }
            return .reply(id: id, shortcut: value["title"].text ?? "", text: value["msg"].text ?? "")
        }
        if value.has("username"), let id = value["id"].id {
            let name = [value["name"].text, value["surname"].text].compactMap(\.self).joined(separator: " ")
            return .agent(ExportPerson(id: id, name: name, email: value["email"].text))
        }
        return .skipped(id: value["id"].id, .unknownKind)
    }

    private static func chat(_ value: ExportValue) -> ExportRecord {
        guard let id = value["id"].id else { return .skipped(id: nil, .noID) }
        guard let arrived = value["time"].time else { return .skipped(id: id, .noTime) }
        let lasts = ["cls_time", "last_op_msg_time", "last_user_msg_time"].compactMap { value[$0].time }
        let last = lasts.max() ?? arrived
        var messages = value["messages"].elements.compactMap { inner -> ExportMessage? in
            guard case .message(let message, _) = message(inner, in: id) else { return nil }
            return message
        }
        if let remarks = value["remarks"].text {
            messages.append(
                ExportMessage(id: "remarks", at: last, author: agent(value["user_id"]) ?? .program(name: ""), text: remarks, isNote: true))
        }
        let operatorID = value["user_id"].number.flatMap { $0 > 0 ? String($0) : nil }
        return .conversation(
            ExportConversation(
                id: id, arrivedAt: arrived, closedAt: value["status"].number == closed ? value["cls_time"].time ?? last : nil, lastAt: last,
                visitor: ExportPerson(id: "", name: value["nick"].text ?? "", email: value["email"].text),
                language: value["chat_locale"].text, agent: operatorID, tags: tags(value["subject"]), messages: messages))
    }

    /// `subject` comes as a list of objects or as words with commas.
    private static func tags(_ value: ExportValue) -> [String] {
        let named = value.elements.compactMap { $0["name"].text ?? $0.text }
        return named.isEmpty ? value.text?.split(separator: ",").map(String.init) ?? [] : named
    }

    private static func agent(_ value: ExportValue, name: String = "") -> ExportAuthor? {
        value.number.flatMap { $0 > 0 ? .agent(String($0), name: name) : nil }
    }

    private static func message(_ value: ExportValue, in chat: String?) -> ExportRecord {
        guard let id = value["id"].id, let chat = chat ?? value["chat_id"].id else { return .skipped(id: nil, .noID) }
        guard let at = value["time"].time else { return .skipped(id: id, .noTime) }
        let author: ExportAuthor
        let name = value["name_support"].text ?? ""
        // 0 is the visitor, -2 a bot, and -1 the program itself.
        switch value["user_id"].number {
        case 0: author = .visitor
        case -2: author = .program(name: name)
        case let number? where number > 0: author = .agent(String(number), name: name)
        default: return .skipped(id: id, .system)
        }
        let (text, files) = parts(of: value["msg"].text ?? "")
        guard !text.isEmpty || !files.isEmpty else { return .skipped(id: id, .empty) }
        return .message(ExportMessage(id: id, at: at, author: author, text: text, files: files), conversation: chat)
    }

    /// A file stands in the text as `[file=12_hash]`.
    private static func parts(of text: String) -> (String, [ExportFile]) {
        var files: [ExportFile] = []
        var rest = text[...]
        var words = ""
        while let start = rest.range(of: "[file=") {
            let mark = rest[start.upperBound...].prefix(longestMark)
            guard let end = mark.firstIndex(of: "]"),
                let id = ExportValue.text(String(mark[..<end].prefix { $0.isASCII && $0.isNumber })).id
            else {
                words += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            words += rest[..<start.lowerBound]
            files.append(ExportFile(id: id, name: id))
            rest = rest[rest.index(after: end)...]
        }
        return ((words + rest).trimmingCharacters(in: .whitespacesAndNewlines), files)
    }
}
