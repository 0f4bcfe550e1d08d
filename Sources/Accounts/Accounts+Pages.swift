import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Page {
    /// A page of the door: narrow, with a form.
    static func door(_ template: String, title: String) -> Page {
        var page = Page("accounts/\(template)", title: "accounts.\(title)")
        page.styles = ["design/form.css", "accounts/accounts.css"]
        return page
    }

    /// A page of the settings; `tab` is `atProfile`, `atPrivacy`, `atSecurity` or `atDevices`.
    static func settings(_ template: String, _ tab: String, title: String) -> Page {
        var page = Page("accounts/\(template)", title: "accounts.\(title)")
        page.section = .settings
        page.styles = ["design/form.css", "accounts/settings.css"]
        page.model["settings"] = [tab: true]
        return page
    }
}

extension RegistrationMode {
    /// The flag that templates read.
    var model: [String: Any] {
        switch self {
        case .open: ["isOpen": true]
        case .invitation: ["byInvitation": true]
        case .closed: ["isClosed": true]
        }
    }
}

extension Accounts {
    /// Does what a form asks. What cannot be granted as it was typed is noted in the form, which is then shown again by `page`.
    ///
    /// A place that must wait is told in the form as well, with the status and `Retry-After` that programs understand.
    func granting(
        _ form: Submission, _ page: (Submission) async throws -> Response, _ act: () async throws -> Response
    ) async throws -> Response {
        guard form.isAccepted else { return try await page(form) }
        do {
            return try await act()
        } catch let refusal as Refusal {
            var form = form
            form.refuse(refusal)
            return try await page(form)
        } catch let problem as Problem where problem.status == .tooManyRequests {
            let seconds = problem.retryAfter ?? 1
            var form = form
            form.refuse("accounts.signIn.wait", ["count": String(seconds)])
            var response = try await page(form)
            response.status = .tooManyRequests
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    /// Sends the browser on, signed in.
    func welcome(_ session: NewSession, to path: LocalPath) -> Response {
        var response = Response.seeOther(path)
        response.set(Session.cookie, to: session.token.text.value, isKept: session.isKept)
        return response
    }
}
