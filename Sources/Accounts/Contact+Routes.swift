import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension People {
    static let addForm = Form(
        "/contacts/ask", [.line("email", maximum: 254), .line("introduction", maximum: Contact.introductionLength, isRequired: false)])

    static func askForm(_ person: PersonID) -> Form {
        Form("/people/\(person)/ask", [.line("introduction", maximum: Contact.introductionLength, isRequired: false)])
    }

    func contactRoutes(recent: @escaping RecentCalls) -> [Route] {
        [
            Route(
                .post, "/contacts/ask", .members, limit: .guessing,
                purpose: "Asks whoever has an e-mail address to become a contact, without telling whether anybody has."
            ) { request, context in
                let member = try context.member
                var form = try await Self.addForm.read(request)
                let address = EmailAddress(form.text("email"))
                if form.isAccepted, address == nil { form.refuse("email", "problem.field.email") }
                guard form.isAccepted, let address else { return try await home(request, context, recent: recent, adding: form) }
                try await ask(address, by: member.person, introduction: form.optional("introduction"))
                return .redirect(to: "/?asked=yes", type: .normal)
            },
            Route(.post, "/people/{person}/ask", .members, purpose: "Asks somebody to become a contact.") { request, context in
                let (member, person) = (try context.member, try context.parameter("person", as: PersonID.self))
                let form = try await Self.askForm(person).read(request)
                guard form.isAccepted else { return try await personPage(person, request, context, asking: form) }
                _ = try await ask(person, by: member.person, introduction: form.optional("introduction"))
                return .redirect(to: "/people/\(person)", type: .normal)
            },
            Route(.post, "/contacts/asked/{request}/withdraw", .members, purpose: "Takes back what was asked by address.") {
                request, context in
                _ = try await Form("", []).read(request)
                try await withdraw(try context.parameter("request"), by: try context.member.person)
                return .redirect(to: "/", type: .normal)
            },
            verb("accept", "Accepts a request to become contacts.", then: .home) { try await accept($0, by: $1) },
            verb("decline", "Declines a request without telling.", then: .home) { try await decline($0, by: $1) },
            verb("remove", "Ends a contact, or takes back a request.", then: .home) { try await removeContact($0, of: $1) },
            verb("block", "Blocks somebody: they see and reach this person nowhere.", then: .person) { try await block($0, by: $1) },
            verb("unblock", "Takes a block back.", then: .person) { try await unblock($0, by: $1) },
        ]
    }

    private enum Next: Sendable { case home, person }

    /// `POST /people/{person}/<verb>`: does it, then shows where things stand now.
    private func verb(
        _ name: String, _ purpose: String, then next: Next, _ act: @escaping @Sendable (PersonID, PersonID) async throws -> Void
    ) -> Route {
        Route(.post, "/people/{person}/\(name)", .members, purpose: purpose) { request, context in
            _ = try await Form("", []).read(request)
            let person: PersonID = try context.parameter("person")
            try await act(person, try context.member.person)
            return .redirect(to: next == .home ? "/" : "/people/\(person)", type: .normal)
        }
    }
}
