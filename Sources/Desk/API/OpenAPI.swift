import HTTPTypes
import Hummingbird
import NIOCore
import Foundation
package import Web

extension Desk {
    /// Everything programs can do.
    package var operations: [APIOperation] {
        readingOperations + writingOperations + passingOperations + careOperations + wordOperations + reportOperations + wallboardOperations
            + webhookOperations + botOperations + sayingOperations + attachmentOperations + siteRuleOperations + searchOperations
            + fieldOperations + agentOperations + ruleOperations
    }

    package var apiRoutes: [Route] {
        let operations = operations
        let document = OpenAPI.document(of: operations, at: ground.site)
        return operations.map(route) + [
            Route(.get, "/api/v1/openapi.json", .everyone, purpose: "Describes what programs can do here.") { _, _ in .json(document) },
            Route(.get, "/api", .everyone, purpose: "Shows what programs can do here, to be read.") { request, context in
                try await apiPage(operations, request, context)
            },
        ]
    }

    private func apiPage(_ operations: [APIOperation], _ request: Request, _ context: Context) async throws -> Response {
        var page = Page("desk/api", title: "api.title")
        page.styles = ["desk/api.css"]
        page.model["origin"] = ground.site.origin
        page.model["operations"] = operations.sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }.map {
            operation -> [String: Any] in
            var model: [String: Any] = [
                "name": operation.name, "method": operation.method.rawValue, "path": API.root + operation.path,
                "summary": operation.summary, "scope": operation.scope.rawValue,
                "parameters": operation.parameters.map { ["name": $0.name, "meaning": $0.meaning] },
            ]
            if let example = operation.example { model["example"] = OpenAPI.text(example) }
            if let schema = operation.request { model["request"] = OpenAPI.text(schema.json()) }
            if let schema = operation.response { model["response"] = OpenAPI.text(schema.json()) }
            return model
        }
        page.model["webhook"] = [
            "events": WebhookEvent.allCases.map { ["name": $0.rawValue, "meaning": $0.meaning] },
            "headers": WebhookTold.headers.map { ["name": $0.name, "meaning": $0.meaning] },
            "example": OpenAPI.text(WebhookTold.example),
        ]
        return try await ground.pages.respond(page, request, context)
    }
}

/// Writes the OpenAPI 3.1 document from the operations, so that it says what the routes do.
package enum OpenAPI {
    package static func document(of operations: [APIOperation], at site: Site) -> APIValue {
        var paths: [String: [String: APIValue]] = [:]
        for operation in operations {
            paths[API.root + operation.path, default: [:]][operation.method.rawValue.lowercased()] = describe(operation)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": .text("\(site.name): API"), "version": "1",
                "description": "Live support for other programs. What is added later is added: read what you know, and leave the rest.",
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .text(site.origin)]],
            "security": [["token": []]],
            "paths": .object(paths.mapValues(APIValue.object)),
            "webhooks": webhooks,
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer", "description": "A token made under Administration."]
                ],
                "schemas": ["Problem": APISchema.of(ProblemDocument.self).json(isStrict: false)],
                "headers": [
                    "RateLimit": ["description": "How much is left, and in how many seconds all of it.", "schema": ["type": "string"]],
                    "RateLimit-Policy": ["description": "How much there is in all.", "schema": ["type": "string"]],
                ],
            ],
        ]
    }

    private static func describe(_ operation: APIOperation) -> APIValue {
        var members: [String: APIValue] = [
            "operationId": .text(operation.name), "summary": .text(operation.summary),
            "description": .text("Scope: `\(operation.scope.rawValue)`."), "tags": [.text(tag(of: operation))],
            "responses": responses(operation),
        ]
        var parameters = operation.parameters.map { parameter -> APIValue in
            [
                "name": .text(parameter.name), "in": .text(parameter.isInPath ? "path" : "query"), "required": .flag(parameter.isRequired),
                "description": .text(parameter.meaning), "schema": parameter.schema.json(),
            ]
        }
        if operation.method != .get {
            parameters.append([
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": ["type": "string", "pattern": "^[!-~]{1,200}$"],
                "description": "The same key does the same thing once, for a day: the answer is the first one.",
            ])
        }
        if !parameters.isEmpty { members["parameters"] = .list(parameters) }
        if let request = operation.request {
            var body: [String: APIValue] = ["schema": request.json()]
            body["example"] = operation.example
            members["requestBody"] = ["required": true, "content": ["application/json": .object(body)]]
        }
        if operation.longestPiece != nil {
            let bytes: APIValue = ["schema": ["type": "string", "format": "binary"]]
            members["requestBody"] = ["required": true, "content": ["application/octet-stream": bytes]]
        }
        return .object(members)
    }

    private static func responses(_ operation: APIOperation) -> APIValue {
        var good: [String: APIValue] = ["description": "Done.", "headers": headers]
        if let response = operation.response { good["content"] = ["application/json": ["schema": response.json(isStrict: false)]] }
        var all: [String: APIValue] = [String(operation.status.code): .object(good)]
        var refusals = [
            "400": "It is not what this document says.", "401": "No token, or one that has ended.", "403": "The token lacks the scope.",
        ]
        refusals["429"] = "Too often; `Retry-After` says when again."
        if operation.parameters.contains(where: \.isInPath) || operation.request != nil { refusals["404"] = "There is no such thing." }
        if operation.method != .get {
            refusals["409"] = "Somebody else was first, or the first request of this key is not done."
            refusals["422"] = "It is understood, and cannot be done."
        }
        if operation.request != nil || operation.longestPiece != nil {
            refusals["413"] = "Too large."
            refusals["415"] = operation.request == nil ? "Not bytes as they are, or no file that is taken." : "Not JSON."
            refusals["507"] = "There is no room left."
        }
        for (status, words) in refusals {
            all[status] = [
                "description": .text(words), "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        return .object(all)
    }

    private static let headers: APIValue = [
        "RateLimit": ["$ref": "#/components/headers/RateLimit"], "RateLimit-Policy": ["$ref": "#/components/headers/RateLimit-Policy"],
    ]

    private static func tag(of operation: APIOperation) -> String {
        String(operation.path.split(separator: "/").first ?? "")
    }

    /// For reading: two spaces a level.
    static func text(_ value: APIValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
