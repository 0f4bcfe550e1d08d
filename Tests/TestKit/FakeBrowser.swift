import Foundation
package import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import NIOWebSocket
import Synchronization

/// A browser tab as the live link sees it: a WebSocket that can also misbehave.
package final class FakeBrowser: Sendable {
    /// Where to connect, and as whom.
    package struct Address: Sendable {
        package var port: Int
        package var path = "/live"
        package var origin: String? = "http://sotto.test"
        package var session: String?
        package var language = "en"
        /// More header fields, such as `Upgrade: h2c` or a wrong version.
        package var headers: [(String, String)] = []
        /// Whether to speak TLS, trusting this certificate (PEM).
        package var certificate: String?

        package init(port: Int, session: String?) {
            self.port = port
            self.session = session
        }
    }

    /// The server did not open a socket.
    package struct Refused: Error, Equatable {
        /// 0 when there was no answer at all.
        package let status: Int

        package init(status: Int) {
            self.status = status
        }
    }

    private let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Opens a socket. Throws `Refused` when the server does not want to.
    package static func open(_ address: Address) async throws -> FakeBrowser {
        let inbox = Inbox()
        let channel = try await connect(address, inbox)
        return FakeBrowser(channel: channel, inbox: inbox)
    }

    private static func connect(_ address: Address, _ inbox: Inbox) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(10))
        let outcome = try await bootstrap.connect(host: "127.0.0.1", port: address.port) { channel in
            channel.eventLoop.makeCompletedFuture { try upgrade(channel, address, inbox) }
        }
        if let opened = try await outcome.get() { return opened }
        throw Refused(status: inbox.refusal)
    }

    private static func upgrade(_ channel: any Channel, _ address: Address, _ inbox: Inbox) throws -> EventLoopFuture<(any Channel)?> {
        if let certificate = address.certificate { try secure(channel, trusting: certificate) }
        let upgrader = NIOTypedWebSocketClientUpgrader<(any Channel)?>(maxFrameSize: 1 << 24) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                return channel
            }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.path)
        head.headers = headers(of: address)
        let configuration = NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            let ended = channel.eventLoop.makePromise(of: (any Channel)?.self)
            do {
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(inbox, ended))
            } catch {
                ended.fail(error)
            }
            return ended.futureResult
        }
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: configuration))
    }

    private static func headers(of address: Address) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Host": "127.0.0.1:\(address.port)", "Content-Length": "0", "Accept-Language": address.language]
        if let origin = address.origin { headers.add(name: "Origin", value: origin) }
        if let session = address.session { headers.add(name: "Cookie", value: "__Host-session=\(session)") }
        for (name, value) in address.headers { headers.replaceOrAdd(name: name, value: value) }
        return headers
    }

    private static func secure(_ channel: any Channel, trusting certificate: String) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
        configuration.certificateVerification = .noHostnameVerification
        let handler = try NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}

// MARK: - Sending

extension FakeBrowser {
    package func send(_ text: String) {
        send(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text)))
    }

    /// Sends any frame, however wrong.
    package func send(_ frame: WebSocketFrame) {
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Asks for what was missed, as every page does first.
    package func resume(_ positions: [String: Int] = [:]) {
        let streams = positions.map { "\"\($0)\":\($1)" }.sorted().joined(separator: ",")
        send(#"{"type":"resume","streams":{\#(streams)}}"#)
    }

    /// Sends a command; `members` is JSON without braces.
    package func command(_ type: String, id: String = UUID().uuidString.lowercased(), _ members: String = "") {
        send(#"{"type":"\#(type)","id":"\#(id)"\#(members.isEmpty ? "" : ",")\#(members)}"#)
    }

    /// Says goodbye properly.
    package func close(_ code: Int = 1000) {
        var payload = ByteBuffer()
        payload.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: code))
        send(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: payload))
    }

    /// The network is gone: no close frame, just the end.
    package func vanish() {
        channel.close(promise: nil)
    }

    /// Reads nothing more, like a phone in a tunnel; the connection stays.
    package func fallAsleep() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    package func wakeUp() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Stops answering pings.
    package func stopAnswering() {
        inbox.answersPings = false
    }
}

// MARK: - Receiving

extension FakeBrowser {
    /// The next message for which `isWanted` is true; others before it are passed over.
    package func next(
        within patience: Duration = .seconds(20), where isWanted: @escaping @Sendable (LiveMessage) -> Bool = { _ in true }
    ) async throws -> LiveMessage {
        try await inbox.next(within: patience, where: isWanted)
    }

    package func next(_ type: String, within patience: Duration = .seconds(20)) async throws -> LiveMessage {
        try await next(within: patience) { $0.type == type }
    }

    /// Sends `resume` and waits for the welcome.
    @discardableResult
    package func greet(_ positions: [String: Int] = [:]) async throws -> LiveMessage {
        resume(positions)
        return try await next("welcome")
    }

    /// The close code the server sent; 1006 when the connection ended without one.
    package func closeCode(within patience: Duration = .seconds(20)) async throws -> Int {
        try await inbox.closeCode(within: patience)
    }

    /// Messages that arrived and were not taken.
    package var waiting: [LiveMessage] { inbox.waiting }
}
