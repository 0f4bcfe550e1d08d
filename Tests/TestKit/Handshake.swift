import NIOCore
import NIOWebSocket

/// Asks for a socket and makes the connection one when the server agrees. By hand, so that nothing that comes right behind the
/// answer is lost and every status is seen.
final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let request: String
    private let inbox: Inbox
    /// The status of the answer; 0 when there was none.
    private let outcome: EventLoopPromise<Int>
    private var received = ByteBuffer()

    init(_ request: String, _ inbox: Inbox, _ outcome: EventLoopPromise<Int>) {
        self.request = request
        self.inbox = inbox
        self.outcome = outcome
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: request)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = Self.unwrapInboundIn(data)
        received.writeBuffer(&part)
        guard let end = received.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let head = received.readString(length: end.upperBound - received.readerIndex) ?? ""
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        outcome.succeed(status)
        if status == 101 { becomeSocket(context) }
    }

    private func becomeSocket(_ context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(WebSocketFrameEncoder())
            try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 24)))
            try pipeline.addHandler(InboxHandler(inbox))
            if received.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(received)) }
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        outcome.succeed(0)
    }

    func channelInactive(context: ChannelHandlerContext) {
        outcome.succeed(0)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.fail(error)
        context.close(promise: nil)
    }
}
