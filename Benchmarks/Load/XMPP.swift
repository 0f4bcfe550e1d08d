import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// `xmpp --port --host --count --rate --seconds`: anonymous sessions (RFC 6120, XEP-0175), held until a line comes in; then messages from
/// every even session to the odd one beside it. The same stages as `idle` and `signals`, for the peers. With `--password` the sessions are
/// of the people `ana0`, `ana1`…, whose messages a server can archive.
struct XMPP: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let pending = Pending()
        let host = arguments.text("host", "localhost")
        let start = NIODeadline.now()
        let sessions = try await concurrently(arguments.number("count", 1000), atOnce: 50) { [self] number in
            let bound = group.next().makePromise(of: String.self)
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            Session(host: host, auth: auth(number), bound: bound, pending: pending))
                    }
                }
                .connect(host: "127.0.0.1", port: arguments.port).get()
            return (channel, try await bound.futureResult.get())
        }
        arguments.ready(sessions.count, since: start)
        let seconds = arguments.number("seconds", 10)
        let pairs = min(sessions.count / 2, arguments.number("pairs", 50))
        try await atRate(arguments.number("rate", 1000), for: seconds) { number in
            let pair = number % pairs
            let mark = pending.asked()
            let message = """
                <message to='\(sessions[pair * 2 + 1].1)' type='chat' id='m'><body>candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host \
                generation 0 mark:\(mark)</body></message>
                """
            sessions[pair * 2].0.writeAndFlush(ByteBuffer(string: message), promise: nil)
        }
        await pending.settled().report(over: Double(seconds))
        _ = readLine()
    }

    private func auth(_ number: Int) -> String {
        let (xmlns, password) = ("urn:ietf:params:xml:ns:xmpp-sasl", arguments.text("password"))
        guard !password.isEmpty else { return "<auth xmlns='\(xmlns)' mechanism='ANONYMOUS'/>" }
        return "<auth xmlns='\(xmlns)' mechanism='PLAIN'>\(Data("\0ana\(number)\0\(password)".utf8).base64EncodedString())</auth>"
    }
}

/// One session: as little XML as it takes.
private final class Session: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private enum Step { case greeted, asked, restarted, binding, bound }

    private let host: String
    private let auth: String
    private let bound: EventLoopPromise<String>
    private let pending: Pending
    private var step = Step.greeted
    private var text = ByteBuffer()

    init(host: String, auth: String, bound: EventLoopPromise<String>, pending: Pending) {
        self.host = host
        self.auth = auth
        self.bound = bound
        self.pending = pending
    }

    private var opening: String {
        "<?xml version='1.0'?><stream:stream to='\(host)' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    }

    func channelActive(context: ChannelHandlerContext) { say(opening, context) }

    func channelInactive(context: ChannelHandlerContext) { bound.fail(Refused(answer: String(buffer: text))) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text.writeImmutableBuffer(Self.unwrapInboundIn(data))
        switch step {
        case .greeted where text.contains("</stream:features>"):
            advance(to: .asked, context, auth)
        case .asked where text.contains("<success"):
            advance(to: .restarted, context, opening)
        case .restarted where text.contains("</stream:features>"):
            advance(to: .binding, context, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        case .binding where text.contains("</jid>"):
            let address = address
            advance(to: .bound, context, "<presence/>")
            bound.succeed(address)
        case .bound:
            while let end = text.end(of: "</message>") {
                pending.arrived(text.number(after: "mark:"))
                text.moveReaderIndex(to: end)
            }
            if text.readableBytes == 0 { text.clear() }
        default: break
        }
    }

    private var address: String {
        guard let start = text.end(of: "<jid>"), let end = text.end(of: "</jid>") else { return "" }
        return String(decoding: text.readableBytesView[start..<(end - 6)], as: UTF8.self)
    }

    private func advance(to next: Step, _ context: ChannelHandlerContext, _ words: String) {
        step = next
        text.clear()
        say(words, context)
    }

    private func say(_ words: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: words)), promise: nil)
    }
}
