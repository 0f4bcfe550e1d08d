package import Desk
import Foundation
package import HTTPTypes
import Storage
import Vocabulary

extension Shop {
    /// A program with a token.
    package struct Program: Sendable {
        package let secret: String
        private let browser: TestBrowser

        package init(_ house: TestHouse, secret: String) {
            self.secret = secret
            browser = TestBrowser(house)
        }

        package func get(_ path: String) async throws -> TestBrowser.Answer {
            try await browser.send(.get, "/api/v1" + path, [.authorization: "Bearer \(secret)", .accept: "application/json"])
        }

        package func post(_ path: String, _ json: String, key: String? = nil) async throws -> TestBrowser.Answer {
            try await send(.post, path, json, key: key)
        }

        /// The next bytes of a file.
        package func piece(_ bytes: [UInt8], of id: String, at offset: Int) async throws -> TestBrowser.Answer {
            let fields: HTTPFields = [
                .authorization: "Bearer \(secret)", .accept: "application/json", .contentType: "application/octet-stream",
            ]
            return try await browser.send(.patch, "/api/v1/attachments/\(id)?offset=\(offset)", fields, body: bytes)
        }

        package func send(_ method: HTTPRequest.Method, _ path: String, _ json: String, key: String? = nil) async throws
            -> TestBrowser.Answer
        {
            var fields: HTTPFields = [.authorization: "Bearer \(secret)", .accept: "application/json", .contentType: "application/json"]
            if let key, let name = HTTPField.Name("Idempotency-Key") { fields[name] = key }
            return try await browser.send(method, "/api/v1" + path, fields, body: Array(json.utf8))
        }
    }

    /// Lets a program in.
    package func program(_ name: String, _ scopes: Set<APIToken.Scope>, days: Int = 30) async throws -> Program {
        let made = try await house.house.desk.makeToken(named: name, scopes: scopes, days: days, by: agents[0].person)
        return Program(house, secret: made.secret)
    }

    /// Rows of a table.
    package func count(_ table: String) async throws -> Int {
        try await house.house.stores.data.read { try $0.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n") ?? 0 }
    }
}
