import Hummingbird
import Storage
import Vocabulary
import Web

/// The page that says how to bring in what was said elsewhere. The command itself is run where the export is, by whoever runs the
/// server: an export is the words of many people, and is not sent through a browser.
extension Desk {
    private static let importPath = "/desk/administration/import"

    var importRoutes: [Route] {
        [
            Route(.get, Self.importPath, Self.administrators, purpose: "How to bring in conversations from another program.") {
                request, context in try await importPage(request, context)
            }
        ]
    }

    private func importPage(_ request: Request, _ context: Context) async throws -> Response {
        let query = try request.query()
        let (sites, queues) = try await ground.database.read { (try $0.supportSites(), try $0.queues()) }
        let format = query["program"].flatMap(ExportFormat.init) ?? .chatwoot
        var page = deskPage("import", "atImport", title: "import.title")
        page.styles += ["desk/api.css", "desk/import.css"]
        page.scripts = ["design/copy.js"]
        page.model["program"] = format.name
        guard let site = sites.first(where: { $0.id.description == query["site"] }) ?? sites.first,
            let queue = queues.first(where: { $0.id.description == query["queue"] }) ?? queues.first(where: { $0.id == site.queue })
        else { return try await ground.pages.respond(page, request, context) }
        var command = "sotto import \(format.rawValue) exports/\(format.rawValue)"
        if sites.count > 1 { command += " --site \(Self.quoted(site.name))" }
        if queue.id != site.queue { command += " --queue \(Self.quoted(queue.name))" }
        var choices: [String: Any] = [
            "programs": ExportFormat.allCases.map { option($0.rawValue, $0.name, $0 == format) },
            "sites": sites.map { option($0.id.description, $0.name, $0.id == site.id) },
            "queues": queues.map { option($0.id.description, $0.name, $0.id == queue.id) },
            "conversations": format.conversations, "messages": format.messages, "others": format.others,
            "trying": command + " --dry-run", "doing": command,
        ]
        if !queue.keepsTranscript { choices["isSilent"] = true }
        page.model["choices"] = choices
        return try await ground.pages.respond(page, request, context)
    }

    private func option(_ value: String, _ label: String, _ isSelected: Bool) -> [String: Any] {
        var option: [String: Any] = ["value": value, "label": label]
        if isSelected { option["selected"] = true }
        return option
    }

    /// A word as a shell reads it back, whatever is in it.
    static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

extension ExportFormat {
    /// What the program is called.
    var name: String {
        switch self {
        case .chatwoot: "Chatwoot"
        case .rocketchat: "Rocket.Chat"
        case .livehelperchat: "Live Helper Chat"
        }
    }

    /// What of its interface holds the conversations, in its own words.
    var conversations: String {
        switch self {
        case .chatwoot: "…/conversations"
        case .rocketchat: "livechat/rooms, rocketchat_room"
        case .livehelperchat: "restapi/chats"
        }
    }

    var messages: String {
        switch self {
        case .chatwoot: "…/conversations/ID/messages"
        case .rocketchat: "livechat/messages/ID, rocketchat_message"
        case .livehelperchat: "restapi/chats?include_messages, restapi/chat"
        }
    }

    /// People, saved replies.
    var others: String {
        switch self {
        case .chatwoot: "…/agents, …/contacts, …/canned_responses"
        case .rocketchat: "users.list, visitors, canned-responses"
        case .livehelperchat: "operators, canned messages"
        }
    }
}
