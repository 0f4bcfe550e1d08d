import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension People {
    static let profileForm = Form(
        "/settings/profile",
        [.line("name", maximum: Profile.nameLength), .paragraph("about", maximum: Profile.aboutLength, isRequired: false)])
    static let pictureForm = Form("/settings/profile/picture", [.file("picture", maximum: ProfilePicture.uploadLimit)])

    var profileRoutes: [Route] {
        [
            Route(.get, "/settings/profile", .members, purpose: "What a person tells about themself.") { request, context in
                try await profilePage(request, context)
            },
            Route(.post, "/settings/profile", .members, purpose: "Changes name and the text about oneself.") { request, context in
                let person = try context.member.person
                let form = try await Self.profileForm.read(request)
                guard form.isAccepted else { return try await profilePage(request, context, words: form) }
                try await change(person, name: form.text("name"), about: form.text("about"))
                return .redirect(to: "/settings/profile?saved=yes", type: .normal)
            },
            Route(
                .post, "/settings/profile/picture", .members, bodyLimit: ProfilePicture.uploadLimit + 64 * 1024,
                purpose: "Replaces one's picture by one made anew from the upload."
            ) { request, context in
                let person = try context.member.person
                var form = try await Self.pictureForm.read(request)
                guard form.isAccepted, let upload = form.file("picture") else {
                    return try await profilePage(request, context, picture: form)
                }
                do {
                    try await setPicture(upload, of: person)
                    return .redirect(to: "/settings/profile?saved=yes", type: .normal)
                } catch let failure as ProfilePicture.Failure {
                    guard failure != .noLibrary else {
                        ground.logger.error("pictures cannot be read: the package libgd3 is missing")
                        throw Problem.unavailable
                    }
                    form.refuse("picture", failure == .unreadable ? "problem.field.picture" : "problem.field.pictureSize")
                    return try await profilePage(request, context, picture: form)
                }
            },
            Route(.post, "/settings/profile/picture/remove", .members, purpose: "Removes one's picture.") { _, context in
                try await setPicture(nil, of: try context.member.person)
                return .redirect(to: "/settings/profile?saved=yes", type: .normal)
            },
        ]
    }

    private func profilePage(
        _ request: Request, _ context: Context, words: Submission? = nil, picture: Submission? = nil
    ) async throws -> Response {
        let person = try context.member.person
        guard let profile = try await profile(of: person) else { throw Problem.notFound }
        var page = Page("accounts/profile", title: "accounts.profile.title")
        page.section = .settings
        page.styles = ["design/form.css", "accounts/settings.css"]
        if request.uri.queryParameters["saved"] != nil { page.message = "accounts.saved" }
        page.forms["form"] = words ?? Self.profileForm.filled(with: ["name": profile.name, "about": profile.about])
        page.model["settings"] = ["atProfile": true]
        var face: [String: Any] = ["initials": Face.initials(profile.name), "hue": Face.hue(person)]
        if let picture = profile.picture { face["pictureURL"] = "/people/\(person)/picture/\(picture)" }
        page.model["profile"] = face
        page.forms["pictureForm"] = picture ?? Self.pictureForm.filled()
        page.model["sees"] = Dictionary(
            uniqueKeysWithValues: ProfileField.allCases.map { field in
                let choice = profile.visibility(of: field).rawValue
                return (field.rawValue, ground.pages.text("people.visibility.\(choice)", [:], in: context.language))
            })
        return try await ground.pages.respond(page, request, context)
    }
}
