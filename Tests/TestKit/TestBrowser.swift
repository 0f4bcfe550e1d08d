import Foundation
package import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import Synchronization
import Web

/// A small browser: keeps cookies, sends what browsers send, follows nothing by itself.
package final class TestBrowser: Sendable {
    /// An answer, its body whole.
    package struct Answer: Sendable {
        package let status: Int
        package let headers: HTTPFields
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
        package var location: String? { headers[.location] }

        package func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(body))
        }
    }

    private let port: Int
    package let origin: String
    private let jar: Mutex<[String: String]>

    /// - Parameter session: value of the session cookie that `NamedPeople` understands.
    package init(_ server: TestServer, as session: String? = nil) {
        port = server.port
        origin = server.origin
        jar = Mutex(session.map { ["__Host-session": $0] } ?? [:])
    }

    /// A browser that opens a whole Sotto.
    package convenience init(_ house: TestHouse) {
        self.init(port: house.port, origin: house.origin)
    }

    /// The browser of somebody who lives there.
    package convenience init(_ house: TestHouse, as lodger: Lodger) {
        self.init(port: house.port, origin: house.origin)
        jar.withLock { $0["__Host-session"] = lodger.session }
    }

    /// Another browser on the same server, that nobody knows yet.
    package var stranger: TestBrowser { TestBrowser(port: port, origin: origin) }

    /// At a node of its own process.
    package init(port: Int, origin: String) {
        self.port = port
        self.origin = origin
        jar = Mutex([:])
    }

    package var cookies: [String: String] { jar.withLock { $0 } }

    /// Goes to a page.
    package func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, Self.merged([.accept: "text/html,*/*;q=0.8"], headers))
    }

    /// Submits a form from one of our pages.
    package func post(_ path: String, _ form: [(String, String)], _ headers: HTTPFields = [:]) async throws -> Answer {
        let body = form.map { "\(LocalPath.escape($0))=\(LocalPath.escape($1))" }.joined(separator: "&")
        let usual: HTTPFields = [
            .accept: "text/html,*/*;q=0.8", .contentType: "application/x-www-form-urlencoded", .origin: origin,
            Self.fetchSite: "same-origin",
        ]
        return try await send(.post, path, Self.merged(usual, headers), body: Array(body.utf8))
    }

    /// Sends JSON from a script of ours.
    package func post(_ path: String, json: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        let usual: HTTPFields = [
            .accept: "application/json", .contentType: "application/json", .origin: origin, Self.fetchSite: "same-origin",
        ]
        return try await send(.post, path, Self.merged(usual, headers), body: Array(json.utf8))
    }

    /// Sends exactly this, plus host, length and cookies.
    package func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], body: [UInt8] = []) async throws -> Answer
    {
        var headers = headers
        let cookies = self.cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
        if !cookies.isEmpty, !headers.contains(.cookie) { headers[.cookie] = cookies }
        if !body.isEmpty, !headers.contains(.contentLength), !headers.contains(.transferEncoding) {
            headers[.contentLength] = String(body.count)
        }
        headers[.connection] = "close"
        let request = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:\(port)", path: path, headerFields: headers)
        let answer = try await exchange(request, body)
        keep(answer.headers[values: .setCookie])
        return answer
    }

    private func exchange(_ request: HTTPRequest, _ body: [UInt8]) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers(enableOutboundHeaderValidation: false)
                try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPClientCodec())
                return try NIOAsyncChannel<HTTPResponsePart, HTTPRequestPart>(wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.head(request))
            // A server that refuses early may close before it has everything.
            if !body.isEmpty { try? await outbound.write(.body(ByteBuffer(bytes: body))) }
            try? await outbound.write(.end(nil))
            return try await Self.answer(inbound)
        }
    }

    private static func answer(_ parts: NIOAsyncChannelInboundStream<HTTPResponsePart>) async throws -> Answer {
        var head = HTTPResponse(status: .init(code: 0))
        var body: [UInt8] = []
        for try await part in parts {
            switch part {
            case .head(let response): head = response
            case .body(let buffer): body += buffer.readableBytesView
            case .end: return Answer(status: head.status.code, headers: head.headerFields, body: body)
            }
        }
        throw ChannelError.inputClosed
    }

    private func keep(_ headers: [String]) {
        for header in headers {
            let parts = header.split(separator: ";").map { $0.drop { $0 == " " } }
            let pair = (parts.first ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2 else { continue }
            let isRemoval = parts.contains { $0.lowercased() == "max-age=0" }
            jar.withLock { $0[pair[0]] = isRemoval ? nil : pair[1] }
        }
    }

    private static func merged(_ usual: HTTPFields, _ own: HTTPFields) -> HTTPFields {
        var all = usual
        for name in Set(own.map(\.name)) { all[values: name] = own[values: name] }
        return all
    }

    package static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
