import NIOCore
import NIOWebSocket
import Synchronization

/// What did not come in time.
package struct NothingCame: Error, CustomStringConvertible {
    package let description: String
}

/// What a fake browser has received, and who waits for it.
final class Inbox: Sendable {
    private struct Waiter {
        let number: Int
        let isWanted: @Sendable (LiveMessage) -> Bool
        let continuation: CheckedContinuation<LiveMessage, any Error>
    }

    private struct State {
        var messages: [LiveMessage] = []
        var waiters: [Waiter] = []
        var closeWaiters: [Int: CheckedContinuation<Int, any Error>] = [:]
        var count = 0
        var code: Int?
        var hasEnded = false
        var answersPings = true
    }

    private let state = Mutex(State())

    var waiting: [LiveMessage] { state.withLock { $0.messages } }

    var answersPings: Bool {
        get { state.withLock { $0.answersPings } }
        set { state.withLock { $0.answersPings = newValue } }
    }

    // MARK: - Filling

    func received(_ text: String) {
        guard let message = try? LiveMessage(text: text) else { return }
        let waiter = state.withLock { state -> Waiter? in
            if let index = state.waiters.firstIndex(where: { $0.isWanted(message) }) { return state.waiters.remove(at: index) }
            state.messages.append(message)
            return nil
        }
        waiter?.continuation.resume(returning: message)
    }

    func closing(_ code: Int) {
        state.withLock { $0.code = $0.code ?? code }
    }

    func ended() {
        let (waiters, closeWaiters, code) = state.withLock { state in
            state.hasEnded = true
            defer { (state.waiters, state.closeWaiters) = ([], [:]) }
            return (state.waiters, state.closeWaiters, state.code ?? 1006)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: NothingCame(description: "the connection ended with \(code)")) }
        for waiter in closeWaiters.values { waiter.resume(returning: code) }
    }

    // MARK: - Waiting

    func next(within patience: Duration, where isWanted: @escaping @Sendable (LiveMessage) -> Bool) async throws -> LiveMessage {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let deadline = Task {
            try await Task.sleep(for: patience)
            self.giveUp(number)
        }
        defer { deadline.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            let found = state.withLock { state -> Result<LiveMessage, any Error>? in
                if let index = state.messages.firstIndex(where: isWanted) {
                    return .success(state.messages.remove(at: index))
                }
                if state.hasEnded { return .failure(NothingCame(description: "the connection has ended with \(state.code ?? 1006)")) }
                state.waiters.append(Waiter(number: number, isWanted: isWanted, continuation: continuation))
                return nil
            }
            if let found { continuation.resume(with: found) }
        }
    }

    func closeCode(within patience: Duration) async throws -> Int {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let deadline = Task {
            try await Task.sleep(for: patience)
            self.giveUp(number)
        }
        defer { deadline.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            let code = state.withLock { state -> Int? in
                if state.hasEnded { return state.code ?? 1006 }
                state.closeWaiters[number] = continuation
                return nil
            }
            if let code { continuation.resume(returning: code) }
        }
    }

    private func giveUp(_ number: Int) {
        let (waiter, closeWaiter, seen) = state.withLock { state in
            let index = state.waiters.firstIndex { $0.number == number }
            return (index.map { state.waiters.remove(at: $0) }, state.closeWaiters.removeValue(forKey: number), state.messages.map(\.type))
        }
        let error = NothingCame(description: "nothing came in time; what did: \(seen.suffix(20))")
        waiter?.continuation.resume(throwing: error)
        closeWaiter?.resume(throwing: error)
    }
}

/// Puts what arrives into the inbox and answers pings and close frames as a browser does.
final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let inbox: Inbox
    private var isClosing = false

    init(_ inbox: Inbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch frame.opcode {
        case .text: inbox.received(String(buffer: frame.data))
        case .ping where inbox.answersPings:
            context.writeAndFlush(
                Self.wrapOutboundOut(.init(fin: true, opcode: .pong, maskKey: .random(), data: frame.data)), promise: nil)
        case .connectionClose: close(frame.data, context)
        default: break
        }
    }

    private func close(_ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        var payload = payload
        inbox.closing(payload.readInteger(as: UInt16.self).map(Int.init) ?? 1005)
        guard !isClosing else { return }
        isClosing = true
        // The server closes the connection first (RFC 6455 §7.1.1).
        let answer = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: ByteBuffer())
        context.writeAndFlush(Self.wrapOutboundOut(answer), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
