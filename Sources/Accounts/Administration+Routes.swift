import HTTPTypes
import Hummingbird
import Mail
import Vocabulary
import Web

extension Accounts {
    /// Those who run the server.
    static let staff = Access.roles([.owner, .administrator])
    static let modeForm = Form("/administration/registration", [.choice("mode", RegistrationMode.allCases.map(\.rawValue))])
    static let inviteForm = Form("/administration/invitations", [.line("email", maximum: 254, isRequired: false)])
    private static let roleForm = Form("", [.choice("role", ([.member] + Role.appointed).map(\.rawValue))])

    func administrationRoutes(_ queue: MailQueue) -> [Route] {
        memberRoutes(queue) + registrationModeRoutes(queue) + outboxRoutes(queue)
    }

    // MARK: - Members

    private func memberRoutes(_ queue: MailQueue) -> [Route] {
        [
            Route(.get, "/administration", Self.staff, purpose: "Lists members for those who run the server.") { request, context in
                try await membersPage(queue, request, context)
            },
            Route(.post, "/administration/members/{person}/role", .roles([.owner]), purpose: "Appoints a member.") { request, context in
                let form = try await Self.roleForm.read(request)
                guard let role = Role(rawValue: form.text("role")) else { throw Problem.malformed }
                try await appoint(try context.parameter("person"), as: role, by: try context.member)
                return .seeOther(LocalPath("/administration?saved=yes") ?? .home)
            },
            Route(.post, "/administration/members/{person}/suspend", Self.staff, purpose: "Suspends a member's account.") { _, context in
                try await suspend(try context.parameter("person"), by: try context.member)
                return .seeOther(LocalPath("/administration?saved=yes") ?? .home)
            },
            Route(.post, "/administration/members/{person}/restore", Self.staff, purpose: "Restores a suspended account.") { _, context in
                try await restore(try context.parameter("person"), by: try context.member)
                return .seeOther(LocalPath("/administration?saved=yes") ?? .home)
            },
        ]
    }

    private func membersPage(_ queue: MailQueue, _ request: Request, _ context: Context) async throws -> Response {
        let viewer = try context.member
        let query = try request.query()
        let typed = query["q"].map { String($0.prefix(254)) }.flatMap { $0.isEmpty ? nil : $0 }
        let found = try await members(matching: typed, before: query["before"].flatMap { PersonID($0) })
        let count = try await memberCount()
        var page = try await administrationPage("members", "atMembers", title: "members.title", queue)
        if query["saved"] != nil { page.message = "accounts.saved" }
        page.model["query"] = typed
        page.model["countWords"] = ground.pages.text("administration.members.count", count: count, [:], in: context.language)
        page.model["members"] = found.members.map { model($0, for: viewer, in: context.language) }
        if found.members.isEmpty { page.model["nothing"] = true }
        page.model["olderURL"] = found.next.map { "/administration?before=\($0)" }
        return try await ground.pages.respond(page, request, context)
    }

    private func model(_ member: MemberView, for viewer: Principal.Member, in language: Language) -> [String: Any] {
        let own = member.roles.subtracting([.member]).first ?? .member
        func words(_ role: Role) -> String { ground.pages.text("administration.role.\(role.rawValue)", [:], in: language) }
        var model: [String: Any] = [
            "id": member.person.description, "name": member.name, "email": member.email, "joinedAt": member.createdAt.machineText,
            "joinedWords": member.createdAt.day(in: language), "roleWords": words(own), "isSuspended": member.state == .suspended,
            "isConfirmed": member.isConfirmed || !policy.confirmsEmail, "isSelf": member.person == viewer.person,
        ]
        guard member.person != viewer.person, own != .owner else { return model }
        let path = "/administration/members/\(member.person)"
        if own == .member || viewer.roles.contains(.owner) {
            model[member.state == .suspended ? "restoreAction" : "suspendAction"] =
                path + (member.state == .suspended ? "/restore" : "/suspend")
        }
        if viewer.roles.contains(.owner) {
            model["roleAction"] = "\(path)/role"
            model["roles"] = ([.member] + Role.appointed).map { role -> [String: Any] in
                ["value": role.rawValue, "label": words(role), "selected": role == own]
            }
        }
        return model
    }

    // MARK: - Registration and invitations

    private func registrationModeRoutes(_ queue: MailQueue) -> [Route] {
        [
            Route(.get, "/administration/registration", Self.staff, purpose: "Who may register, and open invitations.") {
                request, context in
                try await registrationPage(Self.inviteForm.filled(), nil, queue, request, context)
            },
            Route(.post, "/administration/registration", Self.staff, purpose: "Chooses who may register.") { request, context in
                let form = try await Self.modeForm.read(request)
                guard let mode = RegistrationMode(rawValue: form.text("mode")) else { throw Problem.malformed }
                try await choose(mode)
                return .seeOther(LocalPath("/administration/registration?saved=yes") ?? .home)
            },
            Route(.post, "/administration/invitations", Self.staff, purpose: "Makes an invitation.") { request, context in
                let member = try context.member
                let form = try await Self.inviteForm.read(request)
                return try await granting(form) {
                    try await registrationPage($0, nil, queue, request, context)
                } _: {
                    let link = try await invite(form.optional("email"), by: member, in: context.language)
                    // Shown in this one answer: the server keeps only what recognises it.
                    return try await registrationPage(Self.inviteForm.filled(), link, queue, request, context)
                }
            },
            Route(.post, "/administration/invitations/{invitation}/revoke", Self.staff, purpose: "Takes an invitation back.") {
                _, context in
                try await revoke(try context.parameter("invitation", as: ID<Invitation>.self))
                return .seeOther(LocalPath("/administration/registration?revoked=yes") ?? .home)
            },
        ]
    }

    private func registrationPage(
        _ form: Submission, _ link: String?, _ queue: MailQueue, _ request: Request, _ context: Context
    ) async throws -> Response {
        let mode = try await registrationMode()
        let query = try request.query()
        var page = try await administrationPage("registration", "atRegistration", title: "registration.title", queue)
        page.scripts = ["design/copy.js"]
        if query["saved"] != nil { page.message = "accounts.saved" }
        if query["revoked"] != nil { page.message = "administration.invitation.revoked" }
        page.forms["inviteForm"] = form
        page.model["form"] = [
            "action": Self.modeForm.action,
            "modes": RegistrationMode.allCases.map { choice -> [String: Any] in
                let key = "administration.registration.\(choice.rawValue)"
                return [
                    "value": choice.rawValue, "selected": choice == mode,
                    "label": ground.pages.text("\(key).label", [:], in: context.language),
                    "detail": ground.pages.text("\(key).detail", [:], in: context.language),
                ]
            },
        ]
        if let link { page.model["fresh"] = ["url": link] }
        page.model["invitations"] = try await invitations().map { invitation, email -> [String: Any] in
            var model: [String: Any] = [
                "expiresAt": invitation.endsAt.machineText, "expiresWords": invitation.endsAt.words(in: context.language),
                "revokeAction": "/administration/invitations/\(invitation.id)/revoke",
            ]
            model["email"] = email
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }

    func administrationPage(_ template: String, _ tab: String, title: String, _ queue: MailQueue) async throws -> Page {
        var page = Page("administration/\(template)", title: "administration.\(title)")
        page.section = .administration
        page.styles = ["design/form.css", "accounts/settings.css"]
        var administration: [String: Any] = [tab: true]
        let waiting = try await queue.count().waiting
        if waiting > 0 { administration["waiting"] = waiting }
        page.model["administration"] = administration
        return page
    }
}
