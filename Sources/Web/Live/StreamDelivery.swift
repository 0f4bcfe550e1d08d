import Logging
import Synchronization
import Vocabulary

/// Brings committed events to the connections of this node.
///
/// **One reader a stream at a time, in order, and only when woken**: no polling. A wake that gets lost is made good by the next
/// one, by a browser that resumes, and by the slow sweep. Streams woken together are read together, a few reads at a time,
/// so that a node which comes back does not bury the database.
final class StreamDelivery: Sendable {
    /// Reads under way at once: SQLite has four readers, and others want one too.
    static let mostReads = 3
    /// Streams that one read looks into.
    static let streamsPerRead = 64
    /// Events of one stream that one read takes.
    static let eventsPerRead = 256
    /// Wait after a read that failed.
    static let patience = Duration.milliseconds(500)
    /// Attempts to read what one browser misses before it is asked to come back.
    static let attempts = 10

    fileprivate struct Tail {
        /// Every connection has everything up to here, or is at it; nil while nobody has caught up.
        var position: Int?
        var isQueued = false
        var isBeingRead = false
        var isWokenAgain = false
    }

    fileprivate struct State {
        var tails: [StreamID: Tail] = [:]
        var queue: [StreamID] = []
        var reads = 0
    }

    private let store: StreamStore
    private let hub: Hub
    private let logger: Logger
    private let state = Mutex(State())

    init(store: StreamStore, hub: Hub, logger: Logger) {
        self.store = store
        self.hub = hub
        self.logger = logger
    }

    /// Something may have been committed to the stream.
    func wake(_ stream: StreamID) {
        guard hub.hasListeners(stream) else { return }
        start { $0.enqueue(stream) }
    }

    /// This event was committed. Where everything before it is delivered, so is it, without reading it again.
    func deliver(_ event: Appended) {
        let stream = event.event.stream
        guard hub.hasListeners(stream) else { return }
        guard event.isNew, state.withLock({ $0.takes(event.sequence, of: stream) }) else { return wake(stream) }
        hub.deliver(StreamBatch(stream: stream, last: event.sequence, frames: [LiveJSON.event(event)]))
        advance(stream, to: event.sequence, goesOn: false)
        settle([stream], retries: false)
        // Somebody may have woken it meanwhile.
        start { _ in }
    }

    /// Puts streams in the queue, and begins to read if there is a hand free.
    private func start(_ enqueue: (inout State) -> Void) {
        let mustStart = state.withLock { state in
            enqueue(&state)
            guard !state.queue.isEmpty, state.reads < Self.mostReads else { return false }
            state.reads += 1
            return true
        }
        if mustStart { Task { await read() } }
    }

    /// Takes what is queued until there is nothing left.
    private func read() async {
        while let batch = takeBatch() {
            do {
                try await deliver(batch)
                settle(batch, retries: false)
            } catch {
                logger.error("streams cannot be read", metadata: ["reason": "\(type(of: error))"])
                try? await Task.sleep(for: Self.patience)
                settle(batch, retries: true)
            }
        }
    }

    private func takeBatch() -> [StreamID]? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.reads -= 1
                return nil
            }
            let streams = Array(state.queue.prefix(Self.streamsPerRead))
            state.queue.removeFirst(streams.count)
            for stream in streams {
                state.tails[stream]?.isQueued = false
                state.tails[stream]?.isBeingRead = true
            }
            return streams
        }
    }

    private func deliver(_ streams: [StreamID]) async throws {
        let positions = state.withLock { state in streams.map { (stream: $0, position: state.tails[$0]?.position) } }
        // Where nobody has caught up yet, whoever is at it must look once more.
        for case (let stream, nil) in positions { hub.deliver(.somethingNew(in: stream)) }
        let known = positions.compactMap { stream, position in position.map { (stream: stream, position: $0) } }
        guard !known.isEmpty else { return }
        for (batch, asked) in zip(try await store.batches(after: known, limit: Self.eventsPerRead), known) {
            // Also a batch without events: a connection that reads what it missed meanwhile may have read before the last one.
            hub.deliver(batch)
            guard batch.last > asked.position else { continue }
            advance(batch.stream, to: batch.last, goesOn: batch.last - asked.position >= Self.eventsPerRead)
        }
    }

    private func advance(_ stream: StreamID, to position: Int, goesOn: Bool) {
        state.withLock { state in
            state.advance(stream, to: position)
            if goesOn { state.tails[stream]?.isWokenAgain = true }
        }
    }

    private func settle(_ streams: [StreamID], retries: Bool) {
        state.withLock { state in
            for stream in streams {
                let again = retries || state.tails[stream]?.isWokenAgain == true
                state.tails[stream]?.isBeingRead = false
                state.tails[stream]?.isWokenAgain = false
                if again { state.enqueue(stream) }
            }
        }
    }
}

extension StreamDelivery.State {
    fileprivate mutating func advance(_ stream: StreamID, to position: Int) {
        var tail = tails[stream] ?? StreamDelivery.Tail()
        tail.position = max(position, tail.position ?? 0)
        tails[stream] = tail
    }

    /// Whether this sequence is the next to be delivered, and nobody is reading. If so, the stream is being read from now on.
    fileprivate mutating func takes(_ sequence: Int, of stream: StreamID) -> Bool {
        guard let tail = tails[stream], tail.position == sequence - 1, !tail.isBeingRead, !tail.isQueued else { return false }
        tails[stream]?.isBeingRead = true
        return true
    }

    fileprivate mutating func hold(_ stream: StreamID, at position: Int) {
        var tail = tails[stream] ?? StreamDelivery.Tail()
        tail.position = min(position, tail.position ?? position)
        tails[stream] = tail
    }

    fileprivate mutating func enqueue(_ stream: StreamID) {
        var tail = tails[stream] ?? StreamDelivery.Tail()
        if tail.isBeingRead {
            tail.isWokenAgain = true
        } else if !tail.isQueued {
            tail.isQueued = true
            queue.append(stream)
        }
        tails[stream] = tail
    }
}

// MARK: - Catching up

extension StreamDelivery {
    /// What the browser misses that has everything up to these positions. Nil when the database could not be read for some seconds.
    func catchUp(_ positions: [(stream: StreamID, position: Int?)], for reader: PersonID, kinds: [String: StreamKind]) async -> [CatchUp]? {
        for attempt in 1...Self.attempts {
            do {
                let found = try await store.catchUp(positions, for: reader, kinds: kinds)
                note(found)
                return found
            } catch {
                logger.error("a browser cannot catch up", metadata: ["attempt": "\(attempt)", "reason": "\(type(of: error))"])
                try? await Task.sleep(for: Self.patience)
            }
        }
        return nil
    }

    /// Later wakes read from here on. **Never further ahead**: others listen that do not have yet what this one has just read.
    private func note(_ found: [CatchUp]) {
        state.withLock { state in
            for catchUp in found { state.hold(catchUp.stream, at: catchUp.last) }
        }
    }

    /// Looks whether a wake was lost, in steps so that it never weighs on anybody. Also forgets streams nobody listens to.
    func sweep() async throws {
        let heard = Set(hub.heardStreams)
        state.withLock { state in
            state.tails = state.tails.filter { heard.contains($0.key) || $0.value.isQueued || $0.value.isBeingRead }
        }
        var rest = Array(heard)[...]
        while !rest.isEmpty {
            let lasts = try await store.lasts(of: Array(rest.prefix(500)))
            rest = rest.dropFirst(500)
            for (stream, last) in lasts where last > position(of: stream) { wake(stream) }
        }
    }

    private func position(of stream: StreamID) -> Int {
        state.withLock { $0.tails[stream]?.position ?? 0 }
    }
}
