import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import TestKit
import Testing
import Vocabulary

@testable import Web

/// Answers that are the same for everybody are given by the connection itself.
@Suite struct StandingAnswerTests {
    /// One connection with a router behind it that answers what the test says.
    private final class Connection {
        let channel: EmbeddedChannel
        let answers: StandingAnswers
        let clock = ManualClock()
        let route = Route(
            .get, "/file/{name}", .everyone, limit: Route.Limit.none, isAnonymous: true, standing: .seconds(1), purpose: "A file."
        ) {
            _, _ in Response(status: .ok)
        }

        init() throws {
            let answers = StandingAnswers(clock: clock)
            self.answers = answers
            let handler = StandingAnswerHandler(answers) { fields, _ in fields[.init("X-Forwarded-Proto")!] == "https" }
            channel = EmbeddedChannel(handler: handler)
        }

        /// What comes out for a request: from the connection itself, or nothing because the router heard of it.
        func ask(_ path: String = "/file/a", _ method: HTTPRequest.Method = .get, _ fields: HTTPFields = [:]) throws -> (
            HTTPResponse, String
        )? {
            let request = HTTPRequest(method: method, scheme: "http", authority: "sotto.test", path: path, headerFields: fields)
            try channel.writeInbound(HTTPRequestPart.head(request))
            try channel.writeInbound(HTTPRequestPart.end(nil))
            guard try channel.readInbound(as: HTTPRequestPart.self) != nil else { return try read() }
            _ = try channel.readInbound(as: HTTPRequestPart.self)
            answers.allow(request, of: route)
            return nil
        }

        func answer(_ text: String, _ status: HTTPResponse.Status = .ok, _ fields: HTTPFields = Connection.file) throws {
            try channel.writeOutbound(HTTPResponsePart.head(.init(status: status, headerFields: fields)))
            try channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: text)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            _ = try read()
        }

        static let file: HTTPFields = [
            .cacheControl: "public, max-age=300", .vary: "Accept-Encoding", .eTag: "\"one\"", .contentType: "text/plain",
        ]

        private func read() throws -> (HTTPResponse, String)? {
            guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
            var text = ""
            while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
                if case .body(let bytes) = part { text += String(buffer: bytes) }
                if case .end = part { break }
            }
            return (head, text)
        }
    }

    @Test("Complaint 16: a file that stands is given again as it left, until its moment is over")
    func givenAgain() throws {
        let connection = try Connection()
        #expect(try connection.ask() == nil)
        try connection.answer("a file")
        let (head, text) = try #require(try connection.ask())
        #expect(head.status == .ok && head.headerFields == Connection.file && text == "a file")
        connection.clock.advance(by: .seconds(1))
        #expect(try connection.ask() == nil, "the router is asked again")
        try connection.answer("another")
        #expect(try connection.ask()?.1 == "another")
        connection.answers.clear()
        #expect(try connection.ask() == nil, "whoever changes a file has the old one forgotten")
    }

    @Test("Whoever has it already is told so") func unchanged() throws {
        let connection = try Connection()
        _ = try connection.ask()
        try connection.answer("a file")
        let (head, text) = try #require(try connection.ask("/file/a", .get, [.ifNoneMatch: "\"one\""]))
        #expect(head.status == .notModified && text.isEmpty && head.headerFields[.eTag] == "\"one\"")
        #expect(head.headerFields[.contentType] == nil)
        #expect(try connection.ask("/file/a", .get, [.ifNoneMatch: "\"two\""])?.0.status == .ok)
    }

    /// Each of these changes one thing of an answer that would stand.
    @Test(arguments: [
        (HTTPResponse.Status.notFound, Connection.file), (.ok, with(.cacheControl, "no-store")),
        (.ok, with(.cacheControl, "private, max-age=300")),
        (.ok, with(.vary, "Accept-Encoding, Cookie")), (.ok, with(.vary, nil)), (.ok, with(.setCookie, "a=b")),
        (.ok, with(.contentEncoding, "gzip")),
    ])
    func whatIsNotForEverybodyIsKeptByNobody(status: HTTPResponse.Status, fields: HTTPFields) throws {
        let connection = try Connection()
        _ = try connection.ask()
        try connection.answer("mine", status, fields)
        #expect(try connection.ask() == nil)
    }

    private static func with(_ name: HTTPField.Name, _ value: String?) -> HTTPFields {
        var fields = Connection.file
        fields[name] = value
        return fields
    }

    @Test("Only a plain GET without a query and without a body is answered so") func otherRequests() throws {
        let connection = try Connection()
        _ = try connection.ask()
        try connection.answer("a file")
        for (path, method, fields) in [
            ("/file/a?x", .get, [:]), ("/file/b", .get, [:]), ("/file/a", .head, [:]), ("/file/a", .post, [:]),
            ("/file/a", .get, [.contentLength: "3"]), ("/file/a", .get, [.transferEncoding: "chunked"]),
            ("/file/a", .get, [.connection: "close"]), ("/file/a", .get, [.acceptEncoding: "gzip"]),
            ("/file/a", .get, [.init("X-Forwarded-Proto")!: "https"]),
        ] as [(String, HTTPRequest.Method, HTTPFields)] {
            #expect(try connection.ask(path, method, fields) == nil, "\(method) \(path) \(fields)")
            try connection.answer("the router's", .notFound)
        }
        #expect(try connection.ask("/file/a", .get, [.connection: "Keep-Alive"])?.1 == "a file")
    }

    @Test("Answers keep the order of requests") func order() throws {
        let connection = try Connection()
        _ = try connection.ask()
        try connection.answer("a file")
        #expect(try connection.ask("/file/slow") == nil)
        #expect(try connection.ask() == nil, "it waits behind the one that is underway")
        try connection.answer("slow", .notFound)
        #expect(try connection.ask() == nil)
        try connection.answer("a file")
        try connection.answer("a file")
        #expect(try connection.ask()?.1 == "a file")
    }

    @Test("A longer answer than the limit goes its usual way each time") func length() throws {
        for (count, isKept) in [(StandingAnswers.longestBody, true), (StandingAnswers.longestBody + 1, false)] {
            let connection = try Connection()
            _ = try connection.ask()
            try connection.answer(String(repeating: "a", count: count))
            #expect(try (connection.ask() != nil) == isKept)
        }
    }

    @Test("More paths than are kept do not take more room") func paths() throws {
        let connection = try Connection()
        for number in 0...StandingAnswers.mostPaths {
            _ = try connection.ask("/file/\(number)")
            try connection.answer("a file")
        }
        #expect(try connection.ask("/file/0") == nil, "all were forgotten")
        #expect(!connection.answers.mayKeep("/file/1"))
    }
}
