import NIOCore
import NIOPosix
import NIOWebSocket
import Synchronization

/// One browser's live link: just enough WebSocket (RFC 6455) to be counted.
final class Socket: Sendable {
    let channel: any Channel
    private let texts: AsyncStream<String>.Continuation
    /// What the server says, oldest first.
    let said: AsyncStream<String>

    private init(_ channel: any Channel, _ said: AsyncStream<String>, _ texts: AsyncStream<String>.Continuation) {
        self.channel = channel
        self.said = said
        self.texts = texts
    }

    /// Connects with a session's cookie, says `resume`, and waits for the welcome.
    static func open(_ arguments: Arguments, cookie: String, from address: String, _ group: any EventLoopGroup) async throws -> Socket {
        let (said, texts) = AsyncStream.makeStream(of: String.self)
        let welcome = group.next().makePromise(of: Void.self)
        let port = arguments.port
        let head = """
            GET /live HTTP/1.1\r\nHost: localhost:\(port)\r\nOrigin: http://localhost:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Forwarded-For: \(address)\r\nCookie: \(cookie)\r\n\r\n
            """
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handshake(head: head, welcome: welcome, texts: texts))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await welcome.futureResult.get()
        return Socket(channel, said, texts)
    }

    func send(_ text: String) {
        let mask = WebSocketMaskingKey.random()
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, maskKey: mask, data: ByteBuffer(string: text)), promise: nil)
    }

    func close() async { try? await channel.close() }
}

/// Sends the request, waits for 101, and makes room for frames.
private final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let head: String
    private let welcome: EventLoopPromise<Void>
    private let texts: AsyncStream<String>.Continuation
    private var answer = ByteBuffer()

    init(head: String, welcome: EventLoopPromise<Void>, texts: AsyncStream<String>.Continuation) {
        self.head = head
        self.welcome = welcome
        self.texts = texts
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { welcome.fail(Refused(answer: String(buffer: answer))) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.writeImmutableBuffer(Self.unwrapInboundIn(data))
        guard let end = answer.readableBytesView.firstRange(of: "\r\n\r\n".utf8) else { return }
        guard answer.readableBytesView.starts(with: "HTTP/1.1 101".utf8) else { return context.close(promise: nil) }
        answer.moveReaderIndex(to: end.upperBound)
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandlers([
                WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)),
                Frames(welcome: welcome, texts: texts),
            ])
            if answer.readableBytes > 0 { context.fireChannelRead(NIOAny(answer)) }
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            welcome.fail(error)
        }
    }
}

private final class Frames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    private let welcome: EventLoopPromise<Void>
    private let texts: AsyncStream<String>.Continuation

    init(welcome: EventLoopPromise<Void>, texts: AsyncStream<String>.Continuation) {
        self.welcome = welcome
        self.texts = texts
    }

    func handlerAdded(context: ChannelHandlerContext) {
        send(ByteBuffer(string: #"{"type":"resume","streams":{"notices":0}}"#), .text, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch frame.opcode {
        case .ping: send(frame.unmaskedData, .pong, context)
        case .text:
            let text = String(buffer: frame.unmaskedData)
            if text.contains(#""type":"welcome""#) { welcome.succeed() }
            texts.yield(text)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        welcome.fail(Refused(answer: "closed"))
        texts.finish()
    }

    private func send(_ data: ByteBuffer, _ opcode: WebSocketOpcode, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
    }
}

struct Refused: Error {
    let answer: String
}

/// A different address for each, from the networks kept for documentation and tests; the server believes us as its proxy.
func pretendedAddress(_ number: Int) -> String { "198.18.\(number / 250 % 250).\(number % 250 + 1)" }

/// Runs `work` for 0..<count, so many at once.
func concurrently<Result: Sendable>(_ count: Int, atOnce: Int, _ work: @escaping @Sendable (Int) async throws -> Result) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
        var results: [Result] = []
        var next = 0
        while next < min(atOnce, count) {
            group.addTask { [next] in try await work(next) }
            next += 1
        }
        while let result = try await group.next() {
            results.append(result)
            if next < count {
                group.addTask { [next] in try await work(next) }
                next += 1
            }
        }
        return results
    }
}
