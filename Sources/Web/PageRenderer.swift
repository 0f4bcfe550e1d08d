import HTTPTypes
package import Hummingbird
import NIOCore
import Synchronization
package import Vocabulary

/// Renders pages from the templates and texts in `Browser/`.
package final class PageRenderer: Pages {
    /// Pages shorter than this are not worth compressing.
    private static let compressionThreshold = 1000

    private let frontend: Frontend
    private let site: Site
    private let viewers = Mutex<(any Viewers)?>(nil)

    package init(_ frontend: Frontend, site: Site) {
        self.frontend = frontend
        self.site = site
    }

    /// Says who tells the frame about the signed-in person. Set while the server is put together, since whoever does needs pages too.
    package func show(_ viewers: any Viewers) {
        self.viewers.withLock { $0 = viewers }
    }

    package var catalogue: Catalogue { frontend.catalogue }

    package func respond(_ page: Page, _ request: Request, _ context: Context) async throws -> Response {
        var model = page.model
        for (name, form) in page.forms { model[name] = form.model(in: context.language, self) }
        model.merge(try await frame(of: page, request, context)) { _, frame in frame }
        model["content"] = try frontend.render(page.template, model)
        let html = Array(try frontend.render("design/layout", model).utf8)
        let isRefused = page.forms.values.contains { !$0.isAccepted }
        return Self.response(html, isRefused && page.status == .ok ? .unprocessableContent : page.status, request, context)
    }

    package func render(_ template: String, _ model: [String: Any], in language: Language) throws -> String {
        let common: [String: Any] = [
            "language": language.rawValue, "direction": language.direction, "assets": frontend.assets.prefix,
            "text": frontend.catalogue.tree(language),
        ]
        return try frontend.render(template, model.merging(common) { _, common in common })
    }

    package func file(_ path: String) throws -> [UInt8]? { frontend.files[path] }

    package func text(_ key: String, _ values: [String: String], in language: Language) -> String {
        switch frontend.catalogue.entry(key, in: language) {
        // Whoever runs the machine is told the command that they have.
        case .text(let text)?: Catalogue.fill(text, values.merging(["command": site.command]) { given, _ in given })
        case .plural(let forms)?: Catalogue.fill(forms[.other] ?? key, values)
        case nil: key
        }
    }

    package func text(_ key: String, count: Int, _ values: [String: String], in language: Language) -> String {
        guard case .plural(let forms)? = frontend.catalogue.entry(key, in: language) else { return text(key, values, in: language) }
        let values = values.merging(["count": language.format(count)]) { given, _ in given }
        return Catalogue.fill(forms[language.plural(count)] ?? forms[.other] ?? key, values)
    }

    /// What `design/layout.mustache` lists in its comment.
    private func frame(of page: Page, _ request: Request, _ context: Context) async throws -> [String: Any] {
        let language = context.language
        var about: [String: Any] = [
            "title": text(page.title, page.titleValues, in: language), "path": (LocalPath(request.uri.string) ?? .home).description,
            "styles": page.styles, "scripts": page.scripts,
        ]
        if let message = page.message { about["message"] = text(message, [:], in: language) }
        if let section = page.section {
            about["at"] = [section.rawValue: true]
            about["current"] = request.uri.path == section.path ? "page" : "true"
        }
        var frame: [String: Any] = [
            "language": language.rawValue, "direction": language.direction, "assets": frontend.assets.prefix, "page": about,
            "site": ["name": site.name, "hasPasskeys": site.passkeyHost != nil] as [String: Any],
            "text": frontend.catalogue.tree(language), "languages": Self.languages(language),
        ]
        if case .member(let member) = context.principal {
            let viewer = try await viewers.withLock({ $0 })?.viewer(member, heard: page.heard) ?? Viewer()
            frame["viewer"] = Self.model(of: viewer, member)
            if viewer.unreadNotices > 0 { frame["unreadNotices"] = viewer.unreadNotices }
        }
        return frame
    }

    private static func model(of viewer: Viewer, _ member: Principal.Member) -> [String: Any] {
        var model: [String: Any] = [
            "id": member.person.description, "name": member.name.value, "initials": Face.initials(member.name.value),
            "hue": Face.hue(member.person), "presence": viewer.presence, "lastNotice": viewer.lastNotice,
            "isStaff": !member.roles.isDisjoint(with: [.owner, .administrator]),
            "answers": !member.roles.isDisjoint(with: [.agent, .supervisor, .owner, .administrator]),
        ]
        if model["answers"] as? Bool == false, member.roles.contains(.viewer) { model["watches"] = true }
        model["pictureURL"] = viewer.pictureURL
        return model
    }

    private static func languages(_ current: Language) -> [[String: Any]] {
        Language.allCases.map { ["code": $0.rawValue, "name": $0.name, "current": $0 == current] }
    }

    private static func response(_ html: [UInt8], _ status: HTTPResponse.Status, _ request: Request, _ context: Context) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .contentLanguage: context.language.rawValue]
        var body = html
        if html.count > compressionThreshold, Gzip.isAccepted(request.headers[.acceptEncoding]), let small = Gzip.compress(html, level: 5) {
            headers[.contentEncoding] = "gzip"
            body = small
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
