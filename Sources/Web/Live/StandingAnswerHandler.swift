import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives answers that stand before anything else of the server hears of the request, and keeps those that may.
///
/// Answers keep the order of requests: while one goes the usual way, those behind it do too.
final class StandingAnswerHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Whether the browser's end of the connection is encrypted, by the request's fields and where it comes from.
    typealias IsSecure = @Sendable (HTTPFields, SocketAddress?) -> Bool

    private let answers: StandingAnswers
    private let isSecure: IsSecure
    /// Requests that went the usual way and are not answered yet.
    private var underway: CircularBuffer<HTTPRequest> = []
    /// What the request that is being read will be given.
    private var given: StandingAnswers.Answer?
    /// What is being written to the first of those underway, if it may be kept.
    private var leaving: StandingAnswers.Answer?
    private var hasWritten = false

    init(_ answers: StandingAnswers, isSecure: @escaping IsSecure) {
        self.answers = answers
        self.isSecure = isSecure
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let request):
            given = standing(request, context)
            if given == nil { underway.append(request) }
        case .body: break
        case .end:
            guard let given = given.take() else { break }
            return write(given, context)
        }
        if given == nil { context.fireChannelRead(data) }
    }

    private func standing(_ request: HTTPRequest, _ context: ChannelHandlerContext) -> StandingAnswers.Answer? {
        let fields = request.headerFields
        // A body, or the wish to end here, is for the code that knows how.
        guard underway.isEmpty, !fields.contains(.contentLength), !fields.contains(.transferEncoding),
            fields[.connection].map({ $0.lowercased() == "keep-alive" }) ?? true
        else { return nil }
        return answers.answer(to: request) { isSecure(fields, context.remoteAddress) }
    }

    private func write(_ answer: StandingAnswers.Answer, _ context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.head(answer.head)), promise: nil)
        if answer.body.readableBytes > 0 { context.write(Self.wrapOutboundOut(.body(answer.body)), promise: nil) }
        context.write(Self.wrapOutboundOut(.end(nil)), promise: nil)
        hasWritten = true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    // MARK: - Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(let head):
            let isKept = underway.first.flatMap(StandingAnswers.path).map(answers.mayKeep) ?? false
            leaving = isKept ? .init(head: head, body: ByteBuffer()) : nil
        case .body(let bytes):
            // Larger ones are refused as a whole.
            if let before = leaving, before.body.readableBytes <= StandingAnswers.longestBody { leaving = before.followed(by: bytes) }
        case .end:
            let request = underway.popFirst()
            if let leaving = leaving.take(), let request {
                answers.keep(leaving, to: request, isSecure: isSecure(request.headerFields, context.remoteAddress))
            }
        }
        context.write(data, promise: promise)
    }
}

extension StandingAnswers.Answer {
    fileprivate func followed(by bytes: ByteBuffer) -> Self {
        var all = body
        all.writeImmutableBuffer(bytes)
        return Self(head: head, body: all)
    }
}
