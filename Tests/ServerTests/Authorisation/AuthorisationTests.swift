import Foundation
import HTTPTypes
import TestKit
import Testing
import Web

@testable import Server

/// The assembled server against `AuthorisationMatrix`: one real request for every role, route and method (C59, VZO-05, VZO-38).
@Suite(.timeLimit(.minutes(10))) struct AuthorisationTests {
    @Test("VZO-38: every role gets from every route what the matrix says, and no more", arguments: Engine.all)
    func matrix(on engine: Engine) async throws {
        let cast = try await Cast(on: engine)
        var differences: [String] = []
        for line in AuthorisationMatrix.lines {
            var statuses: [Int] = []
            for role in AuthorisationMatrix.Role.allCases {
                statuses.append(try await cast.send(line.method, line.path, form: line.form, as: role).status)
            }
            if statuses != line.statuses {
                differences.append("\(line.method) \(line.path) \(statuses.map(String.init).joined(separator: " ")) < \(line.form)")
            }
        }
        #expect(differences == [])
        #expect(try await cast.ben.get("/settings/profile").status == 200, "others cannot end his session")
        try await cast.house.stop()
    }

    @Test("VZO-05: the matrix knows every route, and no route that is not there")
    func completeness() async throws {
        try await TestHouse.run { house in
            let routes = house.house.routes.map { "\($0.method) \($0.path)" }.sorted()
            let lines = AuthorisationMatrix.lines.map { "\($0.method) \($0.route)" }.sorted()
            #expect(Set(routes).subtracting(lines).sorted() == [], "routes without a line in the matrix")
            #expect(Set(lines).subtracting(routes).sorted() == [], "lines without a route")
            #expect(lines.count == Set(lines).count, "a line stands twice")
        }
    }

    @Test("VZO-05: a method that an address does not have is refused to everybody, with those that it has")
    func otherMethods() async throws {
        let cast = try await Cast(on: .sqlite)
        for (path, lines) in Dictionary(grouping: AuthorisationMatrix.lines, by: \.path) {
            let methods = Set(lines.map(\.method))
            let allowed = methods.union(methods.contains(.get) ? [.options, .head] : [.options])
            let refused = [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete].filter { !allowed.contains($0) }
            let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            try await withThrowingTaskGroup { group in
                for role in AuthorisationMatrix.Role.allCases {
                    group.addTask { try await expectRefusals(of: refused, of: path, naming: list, from: cast, as: role) }
                }
                try await group.waitForAll()
            }
            #expect(try await cast.send(HTTPRequest.Method("REPORT")!, path, as: .owner).status == 501)
        }
        #expect(try await cast.send(HTTPRequest.Method("BREW")!, "/", as: .nobody).status == 400, "no word of HTTP")
        try await cast.house.stop()
    }

    private func expectRefusals(
        of methods: [HTTPRequest.Method], of path: String, naming allowed: String, from cast: Cast, as role: AuthorisationMatrix.Role
    ) async throws {
        for method in methods {
            let answer = try await cast.send(method, path, as: role)
            #expect(answer.status == 405, "\(method) \(path) as \(role)")
            #expect(answer.headers[.allow] == allowed)
        }
        let options = try await cast.send(.options, path, as: role)
        #expect(options.status == 204 && options.body.isEmpty, "OPTIONS \(path) as \(role)")
    }

    @Test("VZO-05: HEAD answers as GET does, without a body", arguments: AuthorisationMatrix.Role.allCases)
    func head(as role: AuthorisationMatrix.Role) async throws {
        let cast = try await Cast(on: .sqlite)
        for line in AuthorisationMatrix.lines where line.method == .get {
            let answer = try await cast.send(.head, line.path, as: role)
            #expect(answer.status == line.status(role), "HEAD \(line.path)")
            #expect(answer.body.isEmpty, "HEAD \(line.path)")
        }
        try await cast.house.stop()
    }

    @Test("C59: no change is taken from another site, or from where no page of ours can be")
    func foreignOrigin() async throws {
        let cast = try await Cast(on: .sqlite)
        for line in AuthorisationMatrix.lines where line.method != .get {
            for headers: HTTPFields in [
                [.origin: "https://mallory.example", TestBrowser.fetchSite: "cross-site"],
                [.origin: "https://mallory.example", TestBrowser.fetchSite: "same-origin"],
                [.origin: cast.house.origin, TestBrowser.fetchSite: "cross-site"], [TestBrowser.fetchSite: "same-site"], [.origin: "null"],
                [:],
            ] {
                let answer = try await cast.send(line.method, line.path, form: line.form, headers, as: .owner)
                #expect(answer.status == 403, "\(line.method) \(line.path) with \(headers)")
            }
        }
        #expect(try await cast.send(.get, "/settings/profile", as: .owner).status == 200, "the session stands: nothing was done")
        try await cast.house.stop()
    }

    @Test("C59: behind a proxy a change is refused as without one, with a problem that programs can read")
    func proxy() async throws {
        let cast = try await Cast(on: .sqlite) { $0.set(\.trustedProxies, to: ["127.0.0.1"]) }
        let headers: HTTPFields = [
            .init("X-Forwarded-For")!: "203.0.113.9, 198.51.100.7", .init("X-Forwarded-Proto")!: "https", .accept: "application/json",
            .origin: cast.house.origin,
        ]
        for line in AuthorisationMatrix.lines where line.method != .get && (400..<500).contains(line.status(.nobody)) {
            let answer = try await cast.send(line.method, line.path, form: line.form, headers, as: .nobody)
            #expect(answer.status == line.status(.nobody), "\(line.method) \(line.path)")
        }
        let measures = try await cast.send(.get, "/metrics", headers, as: .nobody)
        #expect(measures.status == 404, "figures are for the machine itself, not for whoever a proxy brings")
        let refused = try await cast.send(.post, "/settings/profile", headers, as: .nobody)
        #expect(refused.headers[.contentType] == "application/problem+json; charset=utf-8")
        #expect(refused.headers[.wwwAuthenticate] == "Session")
        try await cast.house.stop()
    }
}
