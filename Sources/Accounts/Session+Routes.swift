import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    var deviceRoutes: [Route] {
        [
            Route(.get, "/settings/devices", .members, purpose: "Lists where a person is signed in.") { request, context in
                let member = try context.member
                let sessions = try await sessions(of: member.person)
                var page = Page.settings("devices", "atDevices", title: "devices.title")
                page.message =
                    ["one": "accounts.devices.signedOut", "others": "accounts.devices.othersSignedOut"][try request.query()["out"] ?? ""]
                page.model["sessions"] = sessions.map { model($0, member, in: context.language) }
                if sessions.count > 1 { page.model["othersAction"] = "/settings/devices/others" }
                return try await ground.pages.respond(page, request, context)
            },
            Route(.post, "/settings/devices/others", .members, purpose: "Signs a person out everywhere else.") { _, context in
                let member = try context.member
                try await endSessions(of: member.person, except: ID(member.session))
                return .seeOther(LocalPath("/settings/devices?out=others") ?? .home)
            },
            Route(.post, "/settings/devices/{session}/revoke", .members, purpose: "Signs one of a person's devices out.") { _, context in
                let (member, session) = (try context.member, try context.parameter("session", as: ID<Session>.self))
                try await end(session, of: member.person)
                guard session.description == member.session else { return .seeOther(LocalPath("/settings/devices?out=one") ?? .home) }
                var response = Response.seeOther(.home)
                response.remove(Session.cookie)
                return response
            },
        ]
    }

    private func model(_ session: SessionView, _ member: Principal.Member, in language: Language) -> [String: Any] {
        [
            "name": ground.pages.text(for: session.device, in: language), "isCurrent": session.id.description == member.session,
            "signedInAt": session.createdAt.machineText, "signedInWords": session.createdAt.words(in: language),
            "seenAt": session.usedAt.machineText, "seenWords": session.usedAt.words(in: language),
            "revokeAction": "/settings/devices/\(session.id)/revoke",
        ]
    }
}
