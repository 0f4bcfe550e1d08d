import Accounts
import Hummingbird
package import Vocabulary
package import Web

extension Desk {
    package var wallboardRoutes: [Route] {
        [
            Route(
                .get, "/desk/wallboard", .roles(Self.watchers), purpose: "How it stands at the desk right now, for those who look after it."
            ) {
                request, context in
                try await wallboardPage(request, context)
            }
        ]
    }

    private func wallboardPage(_ request: Request, _ context: Context) async throws -> Response {
        let board = try await wallboard()
        let words = ReportWords(pages: ground.pages, language: context.language)
        var page = Page("desk/wallboard", title: "wallboard.title")
        page.section = .desk
        page.styles = ["desk/reports.css", "desk/wallboard.css"]
        page.scripts = ["desk/wallboard.js"]
        page.model["states"] = Wallboard.Colleague.State.allCases.map { state -> [String: Any] in
            ["state": state.rawValue, "label": text("state.\(state.rawValue)", context), "number": board.number(state)]
        }
        page.model["queues"] = board.lines.map { model($0, board, words, context) }
        if board.lines.isEmpty { page.model["nothing"] = true }
        // Who sees figures alone is told how many, not who.
        if try context.member.roles != [.member, .viewer] {
            let names = try await people.colleagueNames(board.colleagues.map(\.person))
            page.model["team"] = [
                "colleagues": board.colleagues.map { colleague -> [String: Any] in
                    [
                        "name": names[colleague.person] ?? "", "state": colleague.state.rawValue,
                        "stateWords": text("state.\(colleague.state.rawValue)", context), "isAvailable": colleague.state == .available,
                        "load": text("load", context, ["open": "\(colleague.open)", "capacity": "\(colleague.capacity)"]),
                        "since": colleague.since.machineText, "sinceWords": colleague.since.words(in: context.language),
                    ]
                }
            ]
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func text(_ key: String, _ context: Context, _ values: [String: String] = [:]) -> String {
        ground.pages.text("wallboard.\(key)", values, in: context.language)
    }

    private func model(_ line: Wallboard.Line, _ board: Wallboard, _ words: ReportWords, _ context: Context) -> [String: Any] {
        var model: [String: Any] = [
            "id": line.queue.id.description, "name": line.queue.name, "waiting": words.number(line.waiting),
            "open": words.number(line.open),
            "serviceLevel": words.part(line.today.serviceLevel), "rating": words.rating(line.today.rating),
            "longest": line.waitingSince.map { words.time(board.at - $0) } ?? text("nobody", context),
            "alerts": line.alerts(at: board.at).map { text("alert.\($0.rawValue)", context) },
        ]
        if line.messages > 0 { model["messages"] = words.number(line.messages) }
        if !line.isOpen { model["isClosed"] = true }
        if let since = line.waitingSince { model["waitingSince"] = String(since.milliseconds) }
        if let seconds = line.rules.alertWaitSeconds { model["alertSeconds"] = String(seconds) }
        return model
    }
}
