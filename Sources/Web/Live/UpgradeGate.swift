import NIOCore
import NIOHTTP1

/// Guards a connection until its first request head has been read.
///
/// NIO's upgrade handler swallows the head of any first request that carries an `Upgrade` field, even one it has no
/// upgrader for. Taking away the upgrades we do not serve (Java and curl offer `h2c`) lets those requests take the plain way.
///
/// Hummingbird starts its idle timer only after the first head, so silence before it ends here.
///
/// A request for a socket waits here until there is room among the arrivals.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// Whether the first request wants a socket at the served path.
    private(set) var wantsSocket = false
    /// Parts that may come before the decision: the head, its end, and nothing that a browser sends.
    static let mostParts = 4

    private enum Visit {
        case none
        /// It waits for room, with what has come of its request.
        case waiting([HTTPServerRequestPart])
        case inside
    }

    private let path: String
    private let patience: TimeAmount
    private let arrivals: Arrivals
    private var visit = Visit.none
    private var sawHead = false
    private var deadline: Scheduled<Void>?

    init(path: String, patience: TimeAmount, arrivals: Arrivals) {
        self.path = path
        self.patience = patience
        self.arrivals = arrivals
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        if case .waiting(let parts) = visit {
            guard parts.count < Self.mostParts else { return context.close(promise: nil) }
            visit = .waiting(parts + [part])
            return
        }
        guard !sawHead, case .head(var head) = part else {
            return context.fireChannelRead(data)
        }
        sawHead = true
        deadline?.cancel()
        wantsSocket = head.isSocketRequest(at: path)
        guard wantsSocket else {
            head.headers.remove(name: "upgrade")
            return context.fireChannelRead(Self.wrapInboundOut(.head(head)))
        }
        visit = .waiting([part])
        let me = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        arrivals.wait(on: context.eventLoop) { me.value.0.enter(context: me.value.1) }
    }

    private func enter(context: ChannelHandlerContext) {
        // It left while it waited.
        guard case .waiting(let parts) = visit else { return arrivals.leave() }
        visit = .inside
        for part in parts { context.fireChannelRead(Self.wrapInboundOut(part)) }
        context.fireChannelReadComplete()
    }

    /// The decision is made, or nobody waits for it any more.
    func leave() {
        if case .inside = visit { arrivals.leave() }
        visit = .none
    }

    /// Bytes that are not HTTP: the handler before this one has said so (400), and nothing will follow.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !sawHead else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let isWaiting = if case .waiting = visit { true } else { false }
        switch event {
        case is ChannelShouldQuiesceEvent where !sawHead || isWaiting: context.close(promise: nil)
        // The browser has gone away meanwhile.
        case ChannelEvent.inputClosed where isWaiting: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
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
