import Hummingbird
import Storage
import Vocabulary
import Web

/// Administration of what the team wants to know of visitors beside what they say themselves.
extension Desk {
    private static let fieldsPath = "/desk/administration/fields"
    private static let fieldForm = Form(
        fieldsPath,
        [
            .line("name", maximum: CardField.longestName), .choice("kind", CardField.Kind.allCases.map(\.rawValue)),
            .paragraph("options", maximum: 4000, isRequired: false),
        ])

    var fieldRoutes: [Route] {
        [
            Route(.get, Self.fieldsPath, Self.administrators, purpose: "The fields of a visitor's card that the team fills in.") {
                request, context in try await fieldsPage(request, context)
            },
            Route(.post, Self.fieldsPath, Self.administrators, purpose: "Makes a field of the card.") { request, context in
                var form = try await Self.fieldForm.read(request)
                let kind = CardField.Kind(rawValue: form.text("kind")) ?? .line
                let lines = kind == .choice ? SupportSite.Question.lines(form.text("options")) : []
                let field = CardField(id: .init(at: ground.clock.now), name: form.text("name"), kind: kind, options: lines)
                if !field.isSound || lines.contains(where: { $0.count > CardField.longestValue }) {
                    form.refuse("options", "fields.problem.options", ["most": "\(CardField.mostOptions)"])
                }
                guard form.isAccepted else { return try await fieldsPage(request, context, form) }
                guard try await make(field) else {
                    form.refuse("name", "fields.problem.name")
                    return try await fieldsPage(request, context, form)
                }
                return .seeOther(LocalPath(Self.fieldsPath + "?saved=yes") ?? .home)
            },
            Route(
                .post, Self.fieldsPath + "/{field}/remove", Self.administrators,
                purpose: "Removes a field of the card. What was filled in goes with each conversation."
            ) { request, context in
                _ = try await Form("", []).read(request)
                let id: ID<CardField> = try context.parameter("field")
                guard try await ground.database.write({ try $0.remove(id) }) else { throw Problem.notFound }
                return .seeOther(LocalPath(Self.fieldsPath + "?saved=yes") ?? .home)
            },
        ]
    }

    private func fieldsPage(_ request: Request, _ context: Context, _ form: Submission? = nil) async throws -> Response {
        let fields = try await ground.database.read { try $0.cardFields() }
        func text(_ key: String) -> String { ground.pages.text(key, [:], in: context.language) }
        var page = deskPage("fields", "atFields", title: "fields.title")
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        let shown = form ?? Self.fieldForm.filled(with: ["kind": "line"])
        page.form = shown
        page.model["kinds"] = CardField.Kind.allCases.map { kind -> [String: Any] in
            ["value": kind.rawValue, "words": text("fields.kind.\(kind)"), "isChosen": shown.text("kind") == kind.rawValue]
        }
        page.model["fields"] = fields.map { field -> [String: Any] in
            var model: [String: Any] = [
                "name": field.name, "kind": text("fields.kind.\(field.kind)"), "removeAction": "\(Self.fieldsPath)/\(field.id)/remove",
            ]
            if !field.options.isEmpty { model["options"] = field.options.map { ["name": $0] } }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }
}
