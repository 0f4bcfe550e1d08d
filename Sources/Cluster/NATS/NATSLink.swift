import CNATS
import Dispatch
import Synchronization

/// The connection to NATS: connects again for ever, never makes a publisher wait.
///
/// `@unchecked Sendable`: libnats hands out a pointer by filling a variable, so `connection` cannot be a `let`. It is filled in `init`
/// and never again, what the library calls back meanwhile touches `state` alone, and libnats lets any thread use the connection.
final class NATSLink: @unchecked Sendable {
    private struct State {
        var isConnected = false
        var isClosed = false
        /// Bytes handed to `queue` and not yet to the library.
        var waiting = 0
        var refused = 0
        var gaps: [AsyncStream<Void>.Continuation] = []
    }

    private var connection: OpaquePointer?
    private let local: LocalBus
    private let state = Mutex(State())
    /// The library writes to the socket on the publisher's thread, and a server that does not read makes it wait.
    private let queue = DispatchQueue(label: "sotto.nats")

    init(_ url: String, receiving local: LocalBus) throws {
        self.local = local
        var options: OpaquePointer?
        try check(natsOptions_Create(&options))
        defer { natsOptions_Destroy(options) }
        try check(natsOptions_SetURL(options, url))
        try check(natsOptions_SetName(options, "sotto"))
        try check(natsOptions_SetMaxReconnect(options, -1))
        try check(natsOptions_SetReconnectWait(options, 100))
        try check(natsOptions_SetReconnectJitter(options, 400, 400))
        try check(natsOptions_SetReconnectBufSize(options, Int32(NATSBus.bufferLimit)))
        // A server that vanished is noticed within 4 s, one that does not read within 2.
        try check(natsOptions_SetPingInterval(options, 2000))
        try check(natsOptions_SetMaxPingsOut(options, 1))
        try check(natsOptions_SetWriteDeadline(options, 2000))
        try check(natsOptions_SetTimeout(options, 2000))
        // Our own events reach our own subscribers without NATS.
        try check(natsOptions_SetNoEcho(options, true))
        // The library may still call back after `close` returned: it holds the link until it says it is done.
        let me = Unmanaged.passRetained(self).toOpaque()
        try check(natsOptions_SetRetryOnFailedConnect(options, true, { _, me in NATSLink.of(me).connected() }, me))
        try check(natsOptions_SetReconnectedCB(options, { _, me in NATSLink.of(me).connected() }, me))
        try check(natsOptions_SetDisconnectedCB(options, { _, me in NATSLink.of(me).disconnected() }, me))
        try check(natsOptions_SetClosedCB(options, { _, me in NATSLink.of(me).ended() }, me))
        try check(natsOptions_SetErrorHandler(options, { _, _, _, _ in }, nil))
        let status = natsConnection_Connect(&connection, options)
        guard status == NATS_OK || status == NATS_NOT_YET_CONNECTED else {
            Unmanaged<NATSLink>.fromOpaque(me).release()
            throw NATSProblem(status)
        }
        if status == NATS_OK { connected() }
    }

    deinit { natsConnection_Destroy(connection) }

    // MARK: - Events

    /// False when it cannot go out now.
    func publish(_ payload: [UInt8], to topic: Topic) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.waiting + payload.count <= NATSBus.bufferLimit else {
                state.refused += 1
                return false
            }
            state.waiting += payload.count
            return true
        }
        guard isTaken else { return false }
        queue.async { self.send(payload, to: topic) }
        return true
    }

    private func send(_ payload: [UInt8], to topic: Topic) {
        let status = natsConnection_Publish(connection, Self.subject(topic), payload, Int32(payload.count))
        state.withLock { state in
            state.waiting -= payload.count
            if status != NATS_OK { state.refused += 1 }
        }
    }

    /// Passes the topic's events on to this node's subscribers. Returns when the server knows, or has shown that it is away.
    func subscribe(to topic: Topic) async throws {
        let inbox = Unmanaged.passRetained(Inbox(topic, local))
        var subscription: OpaquePointer?
        let status = natsConnection_Subscribe(&subscription, connection, Self.subject(topic), Inbox.receive, inbox.toOpaque())
        guard status == NATS_OK, let subscription else {
            inbox.release()
            throw NATSProblem(status)
        }
        // The library may hold a message while the subscription ends: only it knows when the inbox is not needed any more.
        natsSubscription_SetOnCompleteCB(subscription, { $0.map { Unmanaged<Inbox>.fromOpaque($0).release() } }, inbox.toOpaque())
        natsSubscription_SetPendingLimits(subscription, -1, -1)
        await withCheckedContinuation { continuation in
            queue.async {
                if self.isConnected { natsConnection_FlushTimeout(self.connection, 1000) }
                continuation.resume()
            }
        }
    }

    // MARK: - State

    var isConnected: Bool { state.withLock { $0.isConnected } }
    var refused: Int { state.withLock { $0.refused } }

    func gaps() -> AsyncStream<Void> {
        // Several gaps in a row call for one catching up.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.gaps.append(continuation) }
        return stream
    }

    func close() async {
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            queue.async {
                // What was published goes out first.
                if self.isConnected { natsConnection_FlushTimeout(self.connection, 1000) }
                natsConnection_Close(self.connection)
                continuation.resume()
            }
        }
    }

    /// Ends without waiting for anything.
    func abandon() {
        state.withLock { $0.isClosed = true }
        queue.async { natsConnection_Close(self.connection) }
    }

    private func connected() {
        let gaps = state.withLock { state in
            state.isConnected = true
            return state.gaps
        }
        for gap in gaps { gap.yield() }
    }

    private func disconnected() { state.withLock { $0.isConnected = false } }

    /// The library's last word.
    private func ended() {
        let gaps = state.withLock { state in
            state.isConnected = false
            defer { state.gaps = [] }
            return state.gaps
        }
        for gap in gaps { gap.finish() }
        Unmanaged.passUnretained(self).release()
    }

    private static func of(_ me: UnsafeMutableRawPointer?) -> NATSLink {
        guard let me else { preconditionFailure("libnats lost the pointer it was given") }
        return Unmanaged<NATSLink>.fromOpaque(me).takeUnretainedValue()
    }

    private static func subject(_ topic: Topic) -> String { "sotto." + topic.name }
}

/// Takes one topic's messages from the library's thread.
private final class Inbox {
    private let topic: Topic
    private let local: LocalBus

    init(_ topic: Topic, _ local: LocalBus) {
        self.topic = topic
        self.local = local
    }

    static let receive: natsMsgHandler = { _, _, message, inbox in
        defer { natsMsg_Destroy(message) }
        guard let inbox else { return }
        let this = Unmanaged<Inbox>.fromOpaque(inbox).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: Int(natsMsg_GetDataLength(message)))
        this.local.publish(Array(bytes), to: this.topic)
    }
}

extension NATSProblem {
    fileprivate init(_ status: natsStatus) {
        description = natsStatus_GetText(status).map { String(cString: $0) } ?? "unknown"
    }
}

private func check(_ status: natsStatus) throws(NATSProblem) {
    guard status == NATS_OK else { throw NATSProblem(status) }
}
