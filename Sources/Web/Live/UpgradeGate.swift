import NIOCore
import NIOHTTP1

/// Guards a connection until its first request head has been read.
///
/// NIO's upgrade handler swallows the head of any first request that carries an `Upgrade` field, even one it has no
/// upgrader for. Taking away the upgrades we do not serve (Java and curl offer `h2c`) lets those requests take the plain way.
///
/// Hummingbird starts its idle timer only after the first head, so silence before it ends here.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// Whether the first request wants a socket at the served path.
    private(set) var wantsSocket = false
    private let path: String
    private let patience: TimeAmount
    private var sawHead = false
    private var deadline: Scheduled<Void>?

    init(path: String, patience: TimeAmount) {
        self.path = path
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !sawHead, case .head(var head) = Self.unwrapInboundIn(data) else {
            return context.fireChannelRead(data)
        }
        sawHead = true
        deadline?.cancel()
        wantsSocket = head.isSocketRequest(at: path)
        if !wantsSocket { head.headers.remove(name: "upgrade") }
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }

    /// Bytes that are not HTTP: the handler before this one has said so (400), and nothing will follow.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !sawHead else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !sawHead {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}

extension HTTPRequestHead {
    /// Whether this is a GET of `path` that offers `websocket` (RFC 6455 §4.1).
    fileprivate func isSocketRequest(at path: String) -> Bool {
        method == .GET && uri.prefix { $0 != "?" } == path
            && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }
}
