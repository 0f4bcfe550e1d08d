import Foundation
package import NIOCore
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
        let handshake = handshake(of: address)
        let (channel, outcome) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(60))
            .connect(host: "127.0.0.1", port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let certificate = address.certificate { try secure(channel, trusting: certificate) }
                    let outcome = channel.eventLoop.makePromise(of: Int.self)
                    try channel.pipeline.syncOperations.addHandler(Handshake(handshake, inbox, outcome))
                    return (channel, outcome.futureResult)
                }
            }
        let status = try await outcome.get()
        guard status == 101 else {
            channel.close(promise: nil)
            throw Refused(status: status)
        }
        return channel
    }

    private static func handshake(of address: Address) -> String {
        var fields: [(String, String)] = [
            ("Host", "127.0.0.1:\(address.port)"), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Accept-Language", address.language),
        ]
        if let origin = address.origin { fields.append(("Origin", origin)) }
        if let session = address.session { fields.append(("Cookie", "__Host-session=\(session)")) }
        fields += address.headers
        return "GET \(address.path) HTTP/1.1\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
    }

    /// Speaks TLS with whoever shows just this certificate.
    private static func secure(_ channel: any Channel, trusting certificate: String) throws {
        let expected = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).first
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let handler = try NIOSSLClientHandler(context: context, serverHostname: nil) { shown, verdict in
            verdict.succeed(shown.first == expected ? .certificateVerified : .failed)
        }
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

    /// The connection breaks off: whatever is on its way is lost on both sides.
    package func reset() {
        guard let options = channel as? any SocketOptionProvider else { return vanish() }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { [channel] _ in channel.close(promise: nil) }
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
    /// The first message that was not taken yet and for which `isWanted` is true. The others wait for whoever wants them.
    package func next(
        within patience: Duration = .seconds(60), where isWanted: @escaping @Sendable (LiveMessage) -> Bool = { _ in true }
    ) async throws -> LiveMessage {
        try await inbox.next(within: patience, where: isWanted)
    }

    /// The next message of a durable stream: an event or a snapshot.
    package func nextDurable() async throws -> LiveMessage {
        try await next { $0.type == "event" || $0.type == "snapshot" }
    }

    package func next(_ type: String, within patience: Duration = .seconds(60)) async throws -> LiveMessage {
        try await next(within: patience) { $0.type == type }
    }

    /// Sends `resume` and waits for the welcome.
    @discardableResult
    package func greet(_ positions: [String: Int] = [:]) async throws -> LiveMessage {
        resume(positions)
        return try await next("welcome")
    }

    /// The close code the server sent; 1006 when the connection ended without one.
    package func closeCode(within patience: Duration = .seconds(60)) async throws -> Int {
        try await inbox.closeCode(within: patience)
    }

    /// Messages that arrived and were not taken.
    package var waiting: [LiveMessage] { inbox.waiting }
}
