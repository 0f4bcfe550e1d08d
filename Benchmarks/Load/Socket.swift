import NIOCore
import NIOPosix
import NIOWebSocket
import Synchronization

/// One browser's live link: just enough WebSocket (RFC 6455) to be counted.
final class Socket: Sendable {
    let channel: any Channel
    private let ear: Ear

    private init(_ channel: any Channel, _ ear: Ear) {
        (self.channel, self.ear) = (channel, ear)
    }

    /// How a page says who it is, and what it heard before.
    struct Caller: Sendable {
        /// A header line.
        let proof: String
        /// As JSON: the last sequence of each stream.
        var streams = #"{"notices":0}"#

        static func member(cookie: String) -> Caller { Caller(proof: "Cookie: \(cookie)") }

        static func visitor(token: String, conversation: String, heard: Int) -> Caller {
            Caller(
                proof: "Sec-WebSocket-Protocol: sotto, bearer.\(token)", streams: #"{"conversation/\#(conversation)":\#(heard)}"#)
        }
    }

    /// Connects, says `resume`, and waits for the welcome.
    static func open(
        _ arguments: Arguments, as caller: Caller, from address: String, _ group: any EventLoopGroup,
        hear: @escaping @Sendable (ByteBuffer) -> Void = { _ in }
    ) async throws -> Socket {
        let ear = Ear(hear)
        let welcome = group.next().makePromise(of: Void.self)
        let port = arguments.port
        let head = """
            GET /live HTTP/1.1\r\nHost: localhost:\(port)\r\nOrigin: http://localhost:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Forwarded-For: \(address)\r\n\(caller.proof)\r\n\r\n
            """
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handshake(head: head, streams: caller.streams, welcome: welcome, ear: ear))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await welcome.futureResult.get()
        return Socket(channel, ear)
    }

    /// `hear` gets everything the server says from now on, on the socket's event loop.
    func listen(_ hear: @escaping @Sendable (ByteBuffer) -> Void) { ear.hear.withLock { $0 = hear } }

    /// Sends a command and waits for its ack.
    @discardableResult
    func asks(_ fields: String) async throws -> ByteBuffer {
        let number = Int.random(in: 100_000_000_000...999_999_999_999)
        let answered = channel.eventLoop.makePromise(of: ByteBuffer.self)
        listen { text in
            guard text.commandNumber == number else { return }
            text.contains(#""type":"ack""#) ? answered.succeed(text) : answered.fail(Refused(answer: String(buffer: text)))
        }
        send("{\(fields),\"id\":\"\(commandID(number))\"}")
        return try await answered.futureResult.get()
    }

    func close() async { try? await channel.close() }

    func send(_ text: String) {
        let mask = WebSocketMaskingKey.random()
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, maskKey: mask, data: ByteBuffer(string: text)), promise: nil)
    }
}

/// Who listens to a socket, if anybody does yet.
final class Ear: Sendable {
    let hear: Mutex<@Sendable (ByteBuffer) -> Void>

    init(_ hear: @escaping @Sendable (ByteBuffer) -> Void) { self.hear = Mutex(hear) }
}

/// Sends the request, waits for 101, and makes room for frames.
private final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let head: String
    private let streams: String
    private let welcome: EventLoopPromise<Void>
    private let ear: Ear
    private var answer = ByteBuffer()

    init(head: String, streams: String, welcome: EventLoopPromise<Void>, ear: Ear) {
        self.head = head
        self.streams = streams
        self.welcome = welcome
        self.ear = ear
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
                Frames(streams: streams, welcome: welcome, ear: ear),
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
    private let streams: String
    private let welcome: EventLoopPromise<Void>
    private let ear: Ear
    private var isWelcome = false

    init(streams: String, welcome: EventLoopPromise<Void>, ear: Ear) {
        self.streams = streams
        self.welcome = welcome
        self.ear = ear
    }

    func handlerAdded(context: ChannelHandlerContext) {
        send(ByteBuffer(string: #"{"type":"resume","streams":\#(streams)}"#), .text, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch frame.opcode {
        case .ping: send(frame.unmaskedData, .pong, context)
        case .text:
            if !isWelcome, frame.data.contains(#""type":"welcome""#) {
                isWelcome = true
                welcome.succeed()
            }
            let hear = ear.hear.withLock { $0 }
            hear(frame.data)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        welcome.fail(Refused(answer: "closed"))
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
func concurrently<Result: Sendable>(_ count: Int, atOnce: Int, _ work: @escaping @Sendable (Int) async throws -> Result) async throws
    -> [Result]
{
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
