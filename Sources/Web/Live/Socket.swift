package import NIOCore
package import NIOWebSocket

/// Who listens to a socket. Called on the socket's event loop.
package protocol SocketOwner: AnyObject {
    func opened(_ socket: Socket)
    func received(_ message: SocketMessage)
    /// The server is about to stop: end the socket with `leave` when what is under way is done.
    func shouldLeave()
    /// The socket has ended. Called once, and nothing after it.
    /// - Parameter isDead: whether the link was given up after a long silence.
    func closed(isDead: Bool)
}

/// One browser's WebSocket: frames in, messages out to its owner, ready-made frames in from its owner.
///
/// **A plain channel handler**: no task and no queue of its own, which is what keeps an idle one at some kilobytes.
/// Sending never waits. Belongs to its event loop and is only touched there.
package final class Socket: ChannelInboundHandler {
    package typealias InboundIn = WebSocketFrame

    private enum Phase {
        case open
        /// Our close frame is on its way; what still arrives is not read.
        case leaving(Scheduled<Void>)
        case gone
    }

    private let limits: SocketLimits
    private let owner: any SocketOwner
    private let tick: FlushTick
    private var phase = Phase.open
    private var assembler: MessageAssembler
    private var backlog: Backlog
    private var heartbeat: Heartbeat
    private var isDirty = false
    private var isPaused = false
    private var isDead = false
    /// Writing from the frame encoder's context skips the encoder: our frames are encoded already.
    private var wire: ChannelHandlerContext?

    init(owner: any SocketOwner, limits: SocketLimits, tick: FlushTick) {
        self.owner = owner
        self.limits = limits
        self.tick = tick
        assembler = MessageAssembler(limit: limits.messageBytes)
        backlog = Backlog(capacity: limits.backlogBytes)
        heartbeat = Heartbeat(at: .now())
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        wire = try? context.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
        owner.opened(self)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        switch phase {
        case .gone: return
        case .leaving(let impatience): impatience.cancel()
        case .open: break
        }
        phase = .gone
        wire = nil
        owner.closed(isDead: isDead)
    }

    var isOpen: Bool {
        if case .open = phase { true } else { false }
    }
}

// MARK: - Reading

extension Socket {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch phase {
        case .open: read(frame)
        // The browser's answer to our close frame: RFC 6455 §7.1.1 lets the server close the connection first.
        case .leaving where frame.opcode == .connectionClose: context.close(promise: nil)
        case .leaving, .gone: break
        }
    }

    private func read(_ frame: WebSocketFrame) {
        heartbeat.heard(at: .now())
        do throws(SocketViolation) {
            switch try assembler.add(frame) {
            case .message(let message): owner.received(message)
            case .ping(let payload): send(.pong(payload))
            case .close(let code): answerClose(code)
            case .pong, nil: break
            }
        } catch {
            leave(with: error.code)
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: leave(with: .messageTooLarge)
        case is NIOWebSocketError: leave(with: .protocolError)
        // What comes after a frame that cannot be read; the browser is being told.
        case is ByteToMessageDecoderError: break
        // A broken connection: there is nobody to tell.
        default: context.close(promise: nil)
        }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: if isOpen { owner.shouldLeave() }
        // The browser has sent its last byte without a close frame.
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Reads no more until `resumeReading`: the browser's own connection fills up, and nobody else is harmed.
    func pauseReading() {
        guard !isPaused, let wire else { return }
        isPaused = true
        try? wire.channel.syncOptions?.setOption(.autoRead, value: false)
    }

    func resumeReading() {
        guard isPaused, let wire else { return }
        isPaused = false
        heartbeat.heard(at: .now())
        try? wire.channel.syncOptions?.setOption(.autoRead, value: true)
    }
}

// MARK: - Writing

extension Socket {
    /// Writes the frame, which goes out at the end of this tick. A browser that has fallen too far behind is cut off.
    package func send(_ frame: LiveFrame) {
        guard isOpen, let wire else { return }
        guard backlog.add(frame.bytes.readableBytes, waiting: bytesWaiting) else { return leave(because: .slow) }
        write(frame, to: wire)
    }

    /// Says why, sends the close frame after everything written before, and hangs up.
    /// - Parameter spread: milliseconds over which browsers that leave together are to come back.
    package func leave(because goodbye: LiveGoodbye, spread: Int = 0) {
        guard isOpen, let wire else { return }
        write(goodbye.frame(spread: spread), to: wire)
        leave(with: goodbye.code)
    }

    /// Sends the close frame after everything written before, and hangs up when the browser answered or took too long.
    package func leave(with code: WebSocketErrorCode) {
        guard isOpen, let wire else { return }
        write(.close(code), to: wire)
        phase = .leaving(wire.eventLoop.assumeIsolated().scheduleTask(in: limits.farewell) { self.wire?.close(promise: nil) })
        // A paused socket could not hear the browser's answer.
        resumeReading()
    }

    /// RFC 6455 §5.5.1: a close frame is answered with the same code, and then the server hangs up.
    private func answerClose(_ code: WebSocketErrorCode?) {
        guard let wire else { return }
        leave(with: code ?? .normalClosure)
        let written = wire.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.wire?.close(promise: nil) }
        // The empty write is done when everything before it is out.
        wire.writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }

    private func write(_ frame: LiveFrame, to wire: ChannelHandlerContext) {
        wire.write(NIOAny(frame.bytes), promise: nil)
        guard !isDirty else { return }
        isDirty = true
        tick.add(self)
    }

    func flush() {
        guard isDirty else { return }
        isDirty = false
        wire?.flush()
    }

    private func bytesWaiting() -> Int {
        flush()
        return (try? wire?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Called about once a second: asks a silent browser for a sign of life and hangs up on a dead link.
    func beat(at now: NIODeadline) {
        // While we do not read we cannot hear either.
        guard isOpen, !isPaused else { return }
        switch heartbeat.beat(at: now, limits) {
        case .rest: break
        case .ping: send(.ping)
        case .dead:
            isDead = true
            wire?.close(promise: nil)
        }
    }
}
