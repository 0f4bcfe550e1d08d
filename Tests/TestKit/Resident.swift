import Foundation
package import HTTPTypes

/// Somebody with an account in a whole Sotto, and the browser they use. Everything they do goes through HTTP, as it does for people.
package struct Resident: Sendable {
    package let name: String
    package let browser: TestBrowser
    /// As addresses write it.
    package let id: String

    /// What a page said instead of what was expected.
    package struct Trouble: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    package static let password = "three quiet herons"

    /// `ana@example.org`.
    package var email: String { Self.email(name) }

    package static func email(_ name: String) -> String { "\(name.lowercased())@example.org" }

    /// Signs up, everything else as the form offers it, and signs in for long.
    package static func register(
        _ name: String, in house: TestHouse, sees visibility: String = "members", more: [(String, String)] = [], _ headers: HTTPFields = [:]
    ) async throws -> Resident {
        let form = [
            ("name", name), ("email", email(name)), ("password", password), ("ageBand", "adult"), ("visibility-name", visibility),
            ("visibility-email", visibility),
        ]
        let answer = try await TestBrowser(house).post("/sign-up", form + more, headers)
        guard answer.status == 200 else { throw Trouble("\(name) cannot sign up: \(answer.text)") }
        return try await signIn(name, in: house, headers)
    }

    /// Signs in, in a browser of their own.
    package static func signIn(_ name: String, in house: TestHouse, _ headers: HTTPFields = [:]) async throws -> Resident {
        let browser = TestBrowser(house)
        let answer = try await browser.post(
            "/sign-in", [("email", email(name)), ("password", password), ("remember", "on")], headers)
        guard answer.status == 303 else { throw Trouble("\(name) cannot sign in: \(answer.text)") }
        return try await Resident(name, browser)
    }

    /// Makes the owner's account through the one-time link of the console.
    package static func own(_ house: TestHouse, as name: String = "Hugo") async throws -> Resident {
        let browser = TestBrowser(house)
        let link = try await house.house.accounts.makeOwnerLink()
        guard let path = URL(string: link)?.path else { throw Trouble(link) }
        let answer = try await browser.post(path, [("name", name), ("email", email(name)), ("password", password)])
        guard answer.status == 303 else { throw Trouble("\(name) cannot own the server: \(answer.text)") }
        return try await Resident(name, browser)
    }

    private init(_ name: String, _ browser: TestBrowser) async throws {
        self.name = name
        self.browser = browser
        // Every page of a member names whom it is shown to.
        let page = try await browser.get("/settings/profile").text
        guard let id = page.text(after: "data-viewer=\"", before: "\"") else { throw Trouble("\(name) is not signed in") }
        self.id = id
    }
}

extension Resident {
    /// Becomes a contact of somebody who accepts.
    package func befriend(_ other: Resident) async throws {
        let asked = try await browser.post("/contacts/ask", [("email", other.email)])
        let accepted = try await other.browser.post("/people/\(id)/accept", [])
        guard asked.status == 303, accepted.status == 303 else { throw Trouble("\(name) and \(other.name) do not become contacts") }
    }

    /// Turns the second factor on and returns the recovery codes.
    @discardableResult
    package func enrolSecondFactor(at second: Int64) async throws -> [String] { try await browser.enrolSecondFactor(at: second) }

    /// Makes a link for guests and returns its path.
    package func guestLink(lobby: Bool = false) async throws -> String {
        let page = try await browser.post("/guest-links", [("lifetime", "720"), ("uses", "many")] + (lobby ? [("lobby", "on")] : [])).text
        guard let secret = page.text(after: "/join/", before: "\"") else { throw Trouble(page) }
        return "/join/\(secret)"
    }
}

extension TestBrowser {
    /// Makes this the picture of whoever is signed in here.
    package func upload(_ picture: [UInt8], named name: String) async throws -> Answer {
        let boundary = "----three-quiet-herons"
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"\(name)\"\r\nContent-Type: image/png\r\n\r\n"
        return try await send(
            .post, "/settings/profile/picture",
            [
                .accept: "text/html", .origin: origin, Self.fetchSite: "same-origin",
                .contentType: "multipart/form-data; boundary=\(boundary)",
            ], body: Array(head.utf8) + picture + Array("\r\n--\(boundary)--\r\n".utf8))
    }

    /// Turns on the second factor of whoever is signed in here, and returns the recovery codes.
    @discardableResult
    package func enrolSecondFactor(at second: Int64) async throws -> [String] {
        let page = try await get("/settings/security").text
        guard let secret = page.text(after: "name=\"secret\" value=\"", before: "\"") else { throw Resident.Trouble(page) }
        let answer = try await post(
            "/settings/security/second-factor",
            [("secret", secret), ("code", AuthenticatorApp(secret).code(at: second)), ("proof", Resident.password)])
        guard let codes = answer.text.text(after: "id=\"fresh-codes\"", before: "</ul>") else { throw Resident.Trouble(answer.text) }
        return codes.split(separator: "<code>").dropFirst().map { String($0.prefix { $0 != "<" }) }
    }
}

extension String {
    /// What stands between the first `start` and the next `end`; nil when they are not there.
    package func text(after start: String, before end: String) -> String? {
        guard let from = range(of: start), let to = self[from.upperBound...].range(of: end) else { return nil }
        return String(self[from.upperBound..<to.lowerBound])
    }
}
