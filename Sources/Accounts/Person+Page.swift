import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension People {
    /// One person as the viewer may see them; oneself, as each circle of viewers would.
    func personPage(_ person: PersonID, _ request: Request, _ context: Context, asking form: Submission?) async throws -> Response {
        let viewer = try context.member.person
        let standing = try await standing(of: person, to: viewer)
        guard let card = try await card(of: person, seenBy: viewer) else { throw Problem.notFound }
        // Counting through ids must find nobody who did not choose to be found (ZAZ-14).
        guard standing != .stranger || card.name != nil else { throw Problem.notFound }
        var page = Page("people/person", title: "people.person.title")
        page.titleValues = ["name": label(card, person, in: context.language)]
        page.section = .people
        page.styles = ["design/form.css", "people/people.css"]
        page.scripts = ["people/people.js"]
        page.model["person"] = model(card, person, in: context.language)
        if standing == .own {
            try await showOwn(person, request, context, on: &page)
        } else {
            try await show(standing, person, card, on: &page, asking: form)
        }
        return try await ground.pages.respond(page, request, context)
    }

    private enum Standing: Sendable, Equatable {
        case own, contact, asked, asking(introduction: String?), blocked, stranger
    }

    private func standing(of person: PersonID, to viewer: PersonID) async throws -> Standing {
        if person == viewer { return .own }
        if let request = try await requests(to: viewer).first(where: { $0.request.person == person }) {
            return .asking(introduction: request.introduction)
        }
        return try await ground.database.read { transaction in
            if try transaction.hasBlocked(viewer, person) { return .blocked }
            if try transaction.areContacts(viewer, person) { return .contact }
            return try transaction.requests(by: viewer).contains { $0.person == person } ? .asked : .stranger
        }
    }

    /// The page of somebody else: what can be done from here.
    private func show(_ standing: Standing, _ person: PersonID, _ card: Card, on page: inout Page, asking form: Submission?) async throws {
        let path = "/people/\(person)"
        switch standing {
        case .contact:
            page.model["isContact"] = true
            page.model["callURL"] = "\(path)/call"
            page.model["removeAction"] = "\(path)/remove"
            let presence = await ground.live.presence(of: [person])[person] ?? .offline
            page.model["person"] = ((page.model["person"] as? [String: Any]) ?? [:]).merging(["presence": presence.rawValue]) { _, new in
                new
            }
        case .asked: page.model["isAsked"] = true
        case .asking(let introduction):
            page.model["isAsking"] = true
            page.model["introduction"] = introduction
            page.model["acceptAction"] = "\(path)/accept"
            page.model["declineAction"] = "\(path)/decline"
        case .blocked:
            page.model["isBlocked"] = true
            page.model["unblockAction"] = "\(path)/unblock"
        case .stranger, .own:
            page.model["isMember"] = true
            page.forms["askForm"] = form ?? Self.askForm(person).filled()
        }
        if standing != .blocked { page.model["blockAction"] = "\(path)/block" }
    }

    /// One's own page, through the eyes of the circle chosen with `?as=`. It goes through the same projection as everybody's.
    private func showOwn(_ person: PersonID, _ request: Request, _ context: Context, on page: inout Page) async throws {
        page.model["isOwn"] = true
        let circles: [(Visibility, Relation)] = [(.contacts, .contact), (.members, .member), (.everyone, .outsider)]
        let chosen = request.uri.queryParameters["as"].flatMap { Visibility(rawValue: String($0)) }
        page.model["views"] = circles.map { circle, _ -> [String: Any] in
            [
                "label": ground.pages.text("people.visibility.\(circle.rawValue)", [:], in: context.language),
                "url": "/people/\(person)?as=\(circle.rawValue)", "current": circle == chosen,
            ]
        }
        guard let relation = circles.first(where: { $0.0 == chosen })?.1 else { return }
        page.model["person"] = model(try await card(of: person, as: relation), person, in: context.language)
    }
}
