import Foundation
import HTTPTypes
package import Hummingbird
package import Vocabulary
package import Web

extension People {
    /// Latest calls of a person, for their home page. Calls gives them; it stands to the right of this target.
    package typealias RecentCalls = @Sendable (PersonID, Language) async throws -> [RecentCall]

    package func routes(recent: @escaping RecentCalls) -> [Route] {
        pageRoutes + contactRoutes(recent: recent) + profileRoutes + noticeRoutes
    }

    private var pageRoutes: [Route] {
        [
            Route(.get, "/directory", .members, purpose: "Finds members who chose to be found, by name.") { request, context in
                try await directoryPage(request, context)
            },
            Route(.get, "/people/{person}", .members, purpose: "Shows one person, as the viewer may see them.") { request, context in
                try await personPage(try context.parameter("person"), request, context, asking: nil)
            },
            Route(.get, "/people/{person}/picture/{picture}", .members, purpose: "A person's picture, for those who may see it.") {
                _, context in
                let person: PersonID = try context.parameter("person")
                let image = try await picture(try context.parameter("picture"), of: person, seenBy: try context.member.person)
                guard let image else { throw Problem.notFound }
                return Response(
                    status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "private, no-cache"],
                    body: .init(byteBuffer: .init(bytes: image)))
            },
        ]
    }

    // MARK: - Home

    /// The page of a signed-in person: who wants to be a contact, who is one, who was asked, who called.
    package func home(
        _ request: Request, _ context: Context, recent: RecentCalls, adding form: Submission? = nil
    ) async throws -> Response {
        let viewer = try context.member.person
        let (last, contacts, asked) = try await ground.database.read { transaction in
            (
                try ground.streams.last(StreamID("notices", of: viewer), in: transaction), try transaction.contacts(of: viewer),
                try transaction.requests(by: viewer)
            )
        }
        let requests = try await requests(to: viewer)
        let addresses = try await addressRequests(by: viewer)
        let calls = try await recent(viewer, context.language)
        let cards = try await cards(of: contacts.map(\.person) + asked.map(\.person) + requests.map(\.request.person), seenBy: viewer)
        let presence = await ground.live.presence(of: contacts.map(\.person))
        func person(_ person: PersonID, _ more: [String: Any]) -> [String: Any] {
            model(cards[person], person, in: context.language).merging(more) { _, new in new }
        }
        var page = Page("people/people", title: "people.home.title")
        page.section = .people
        page.heard = last
        page.styles = ["design/form.css", "people/people.css"]
        page.scripts = ["people/people.js"]
        if request.uri.queryParameters["asked"] != nil { page.message = "people.asked.sent" }
        page.forms["addForm"] = form ?? Self.addForm.filled()
        page.model["contacts"] = contacts.map { contact in
            person(
                contact.person, ["presence": (presence[contact.person] ?? .offline).rawValue, "callURL": "/people/\(contact.person)/call"])
        }.sorted { order($0) < order($1) }
        page.model["requests"] = requests.map { request, introduction in
            var model = person(
                request.person,
                ["acceptAction": "/people/\(request.person)/accept", "declineAction": "/people/\(request.person)/decline"])
            model["introduction"] = introduction
            return model
        }
        page.model["asked"] = asked.map { asked in
            person(
                asked.person,
                [
                    "askedAt": asked.at.machineText, "askedWords": asked.at.words(in: context.language),
                    "withdrawAction": "/people/\(asked.person)/remove",
                ])
        }
        page.model["addresses"] = addresses.map { request, address in
            [
                "address": address, "askedAt": request.at.machineText, "askedWords": request.at.words(in: context.language),
                "withdrawAction": "/contacts/asked/\(request.id)/withdraw",
            ]
        }
        page.model["hasAsked"] = !(asked.isEmpty && addresses.isEmpty)
        page.model["recent"] = calls.map { $0.model(in: context.language) }
        page.model["hasAnyone"] = !(contacts.isEmpty && requests.isEmpty && asked.isEmpty && addresses.isEmpty)
        page.model["mine"] = "\(ground.site.origin)/people/\(viewer)"
        return try await ground.pages.respond(page, request, context)
    }

    /// Who is here first, then by name.
    private func order(_ person: [String: Any]) -> (Int, String) {
        let rank = ["online": 0, "busy": 1, "away": 2][person["presence"] as? String ?? ""] ?? 3
        return (rank, (person["name"] as? String ?? "").lowercased())
    }

    // MARK: - Directory

    private func directoryPage(_ request: Request, _ context: Context) async throws -> Response {
        let viewer = try context.member.person
        let typed = String(
            (request.uri.queryParameters["q"].map(String.init) ?? "").trimmingCharacters(in: .whitespaces).prefix(Profile.nameLength))
        let isShort = !typed.isEmpty && Directory.words(typed).allSatisfy { $0.count < Directory.shortestPrefix }
        let found = typed.isEmpty ? [] : try await search(typed, by: viewer)
        let (isListed, asked, asking) = try await ground.database.read { transaction in
            (
                try transaction.privacyChoices(of: viewer).isListed, Set(try transaction.requests(by: viewer).map(\.person)),
                Set(try transaction.requests(to: viewer).map(\.request.person))
            )
        }
        var page = Page("people/directory", title: "people.directory.title")
        page.section = .directory
        page.styles = ["design/form.css", "people/people.css"]
        page.model = ["isListed": isListed, "tooShort": isShort && found.isEmpty, "nothing": !typed.isEmpty && !isShort && found.isEmpty]
        if !typed.isEmpty { page.model["query"] = typed }
        page.model["more"] = found.count == Directory.page
        page.model["people"] = found.map { card -> [String: Any] in
            var model = model(card, card.person, in: context.language)
            if card.relation == .contact {
                model["isContact"] = true
                model["callURL"] = "/people/\(card.person)/call"
            } else if asking.contains(card.person) {
                model["isAsking"] = true
            } else if asked.contains(card.person) {
                model["isAsked"] = true
            } else {
                model["askAction"] = "/people/\(card.person)/ask"
            }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }
}

/// One line of the list of recent calls.
package struct RecentCall: Sendable {
    package let name: String
    package let url: String
    /// What became of it, in words.
    package let words: String
    package let isMissed: Bool
    package let at: Timestamp

    package init(name: String, url: String, words: String, isMissed: Bool, at: Timestamp) {
        self.name = name
        self.url = url
        self.words = words
        self.isMissed = isMissed
        self.at = at
    }

    func model(in language: Language) -> [String: Any] {
        ["name": name, "url": url, "words": words, "isMissed": isMissed, "at": at.machineText, "atWords": at.words(in: language)]
    }
}

extension Response {
    /// A JSON answer with its members in a fixed order.
    package init(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(
            status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: .init(bytes: try encoder.encode(value))))
    }
}
