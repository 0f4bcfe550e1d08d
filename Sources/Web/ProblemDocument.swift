import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore
package import Vocabulary

/// A problem in words: RFC 9457's members and `next`, what to do about it.
package struct ProblemDocument: Codable, Sendable, Equatable {
    /// `urn:sotto:` and the problem's key: the same problem has the same type in every language.
    package let type: String
    package let title: String
    package let status: Int
    package let detail: String?
    package let next: String?
    /// Seconds.
    package let retryAfter: Int?
}

extension Pages {
    /// The problem in the reader's language.
    package func document(of problem: Problem, in language: Language) -> ProblemDocument {
        func words(_ part: String) -> String? {
            let key = "\(problem.key).\(part)"
            let words = text(key, problem.values, in: language)
            return words == key ? nil : words
        }
        return ProblemDocument(
            type: "urn:sotto:\(problem.key)", title: words("title") ?? problem.status.reasonPhrase, status: problem.status.code,
            detail: words("detail"), next: words("next"), retryAfter: problem.retryAfter)
    }
}

extension ProblemDocument {
    /// As the template `design/problem` reads it.
    var model: [String: Any] {
        var model: [String: Any] = ["title": title, "status": status]
        model["detail"] = detail
        model["next"] = next
        return model
    }

    var response: Response {
        var response = Response.json(self)
        response.status = HTTPResponse.Status(code: status)
        response.headers[.contentType] = "application/problem+json; charset=utf-8"
        return response
    }
}

extension Response {
    /// A value as JSON, its keys in order, so that the same value is the same bytes.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
