package import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// What to do with a request to open a socket.
package enum SocketDecision: Sendable {
    case refuse(HTTPResponse.Status)
    /// Open it. The closure makes its owner on the channel's event loop.
    case accept(@Sendable () -> any SocketOwner)
}

/// Where sockets are served, and who may open one.
package struct SocketDoor: Sendable {
    package typealias Decide = @Sendable (HTTPRequest, any Channel) async -> SocketDecision

    package let path: String
    package let limits: SocketLimits
    /// Where requests wait for their decision.
    let arrivals: Arrivals
    /// The flush tick of an event loop. Called on that loop.
    let tick: @Sendable (any EventLoop) -> FlushTick
    let decide: Decide

    init(
        path: String, limits: SocketLimits, arrivals: Arrivals, tick: @escaping @Sendable (any EventLoop) -> FlushTick,
        decide: @escaping Decide
    ) {
        self.path = path
        self.limits = limits
        self.arrivals = arrivals
        self.tick = tick
        self.decide = decide
    }
}

/// Where answers stand that are the same for everybody, and how to tell whether a browser's end of a connection is encrypted.
package struct StandingDoor: Sendable {
    let answers: StandingAnswers
    let isSecure: StandingAnswerHandler.IsSecure

    /// - Parameter isEncrypted: whether this process itself speaks TLS with browsers.
    package init(_ answers: StandingAnswers, entrance: Entrance, isEncrypted: Bool) {
        self.answers = answers
        isSecure = { fields, peer in isEncrypted || entrance.client(of: fields, from: peer).isEncrypted }
    }
}

/// HTTP/1 connections whose first request may turn them into WebSockets.
package struct SocketUpgradeChannel: HTTPChannelHandler {
    package struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        package let channel: any Channel
    }

    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case refused(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, HTTPResponse.Status)
        case socket
    }

    package let responder: Responder
    let door: SocketDoor
    let standing: StandingDoor?
    /// Whether TLS ends in this process.
    let isSecure: Bool
    let neighbour: PortNeighbour?

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // Before TLS, which is there already.
            if let neighbour { try channel.pipeline.syncOperations.addHandler(FirstByteHandler(neighbour), position: .first) }
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let mistakes = HTTPServerProtocolErrorHandler()
            let gate = UpgradeGate(path: door.path, patience: door.limits.headPatience, arrivals: door.arrivals)
            let upgrade = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder,
                extraHTTPHandlers: [decoder, mistakes, gate],
                upgradeConfiguration: configuration(for: channel, gate: gate, logger: logger)
            )
            try channel.pipeline.syncOperations.addHandlers([encoder, decoder, mistakes, gate, upgrade])
            return Value(outcome: upgrade.upgradeResultFuture, channel: channel)
        }
    }

    // The three closures run on the channel's event loop: decide, then one of the other two.
    private func configuration(
        for channel: any Channel, gate: UpgradeGate, logger: Logger
    ) -> NIOTypedHTTPServerUpgradeConfiguration<Outcome> {
        let gate = NIOLoopBound(gate, eventLoop: channel.eventLoop)
        let decision = NIOLoopBoundBox<SocketDecision?>(nil, eventLoop: channel.eventLoop)
        let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
            maxFrameSize: door.limits.frameBytes,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeFutureWithTask {
                    await door.decide(try HTTPRequest(head, secure: isSecure, splitCookie: false), channel)
                }.map { made -> HTTPHeaders? in
                    decision.value = made
                    if case .accept = made { return speaksOurs(head) ? ["Sec-WebSocket-Protocol": BearerField.subprotocol] : [:] }
                    return nil
                }
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard case .accept(let makeOwner) = decision.value else {
                        preconditionFailure("upgraded a request that was not accepted")
                    }
                    decision.value = nil
                    let socket = Socket(owner: makeOwner(), limits: door.limits, tick: door.tick(channel.eventLoop))
                    try channel.pipeline.syncOperations.addHandler(socket)
                    return .socket
                }
            }
        )
        return .init(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                gate.value.leave()
                let http = try plain(channel, logger: logger)
                if case .refuse(let status) = decision.value { return .refused(http, status) }
                // A key or version that is wrong never reaches the decision (RFC 6455 §4.2.1).
                return gate.value.wantsSocket ? .refused(http, .badRequest) : .http(http)
            }
        }
    }

    private func plain(_ channel: any Channel, logger: Logger) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
        try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: Duration(door.limits.idle), logger: logger))
        if let standing { try pipeline.addHandler(StandingAnswerHandler(standing.answers, isSecure: standing.isSecure)) }
        return try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    package func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .refused(let channel, let status): try await refuse(channel, with: status)
            // The socket lives by its handler; the server's quiescing still counts the channel.
            case .socket: return
            }
        } catch {
            logger.debug("connection ended", metadata: ["reason": "\(type(of: error))"])
            try? await value.channel.close()
        }
    }

    // NIO has swallowed the head, so the router cannot answer.
    private func refuse(_ channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, with status: HTTPResponse.Status) async throws {
        try await channel.executeThenClose { _, outbound in
            try await outbound.write(.head(.init(status: status, headerFields: [.connection: "close", .contentLength: "0"])))
            try await outbound.write(.end(nil))
        }
    }
}

extension HTTPServerBuilder {
    /// An HTTP/1 server whose connections may become sockets at the door's path.
    /// - Parameters:
    ///   - standing: what is answered without asking the router; nil for nothing.
    ///   - isSecure: whether this is wrapped in TLS.
    ///   - neighbour: who gets the connections that are neither HTTP nor TLS; nil for nobody.
    package static func http1(
        sockets door: SocketDoor, standing: StandingDoor? = nil, isSecure: Bool = false, neighbour: PortNeighbour? = nil
    ) -> HTTPServerBuilder {
        .init { responder in
            SocketUpgradeChannel(
                responder: refusingLateUpgrades(responder, at: door.path), door: door, standing: standing, isSecure: isSecure,
                neighbour: neighbour)
        }
    }
}

/// Whether the browser asks for our subprotocol. One that asks for some must be told which it gets (RFC 6455 §4.1).
private func speaksOurs(_ head: HTTPRequestHead) -> Bool {
    head.headers[canonicalForm: "Sec-WebSocket-Protocol"].contains { $0 == BearerField.subprotocol }
}

/// NIO upgrades only the first request of a connection. A proxy that reuses one must open another, and a browser never
/// follows a redirect for a socket.
private func refusingLateUpgrades(_ respond: @escaping HTTPChannelHandler.Responder, at path: String) -> HTTPChannelHandler.Responder {
    struct LateUpgrade: Error {}
    return { request, writer, channel in
        guard request.headers[.upgrade]?.lowercased() == "websocket", request.uri.path == path else {
            return try await respond(request, writer, channel)
        }
        try await writer.writeResponse(
            HTTPResponse(status: .serviceUnavailable, headerFields: [.connection: "close", .contentLength: "0"]))
        throw LateUpgrade()
    }
}
