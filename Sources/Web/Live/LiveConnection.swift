import Cluster
import NIOCore
import Vocabulary

/// One browser tab's end of the live link: who it is, where it is in its streams, and which of its commands wait.
///
/// Belongs to the event loop of its socket and is only touched there.
final class LiveConnection: SocketOwner {
    private enum Stage {
        /// The browser has not said yet where it was.
        case greeting(until: NIODeadline)
        /// It has, and what it missed is being read. Its commands wait.
        case resuming
        case live
    }

    let sender: LiveSender
    let language: Language
    private let household: String
    private let link: LiveLink
    private let shard: HubShard
    private var socket: Socket?
    private var stage: Stage
    private var queue = CommandQueue()
    private var rate: TokenBucket
    /// Whether this connection counts towards the person's presence.
    private var isPresent = false
    /// The server stops: what is under way is answered, nothing more is begun.
    private(set) var isStopping = false
    /// Whether it ended because nothing was heard for long.
    private var isDead = false
    /// Whether it has a place among the arrivals.
    private var isArriving = false
    /// What works for this connection away from its event loop.
    private var tasks = 0
    private(set) var subscriptions: [Subscription] = []

    init(principal: Principal, person: PersonID, household: String, language: Language, shard: HubShard, link: LiveLink) {
        let id = ConnectionID(node: link.hub.node, shard: shard.index, number: shard.nextNumber())
        sender = LiveSender(principal: principal, person: person, connection: id, household: household.hashValue)
        self.household = household
        self.language = language
        self.shard = shard
        self.link = link
        let now = NIODeadline.now()
        stage = .greeting(until: now + link.limits.greetingPatience)
        rate = TokenBucket(capacity: link.limits.commandBurst, perSecond: link.limits.commandsPerSecond, at: now)
    }

    /// The session of a member, to end what it opened.
    var session: String? {
        if case .member(let member) = sender.principal { member.session } else { nil }
    }

    // MARK: - Life

    func opened(_ socket: Socket) {
        self.socket = socket
        shard.add(self)
        let counts = link.hub.enter(sender.person, household, shard: shard.index)
        if counts.person > link.limits.perPerson || counts.household > link.limits.perHousehold {
            socket.leave(because: .connections)
        }
    }

    func closed(isDead: Bool) {
        socket = nil
        self.isDead = isDead
        arrived()
        queue.clear()
        shard.remove(self)
        link.hub.exit(sender.person, household, shard: shard.index, isLast: !shard.hasConnections(of: sender.person))
        if isPresent { link.presence.disconnected(sender.person, isDead: isDead) }
        settle()
    }

    func shouldLeave() {
        guard queue.isUnderWay else { return stop() }
        isStopping = true
        // An answer that takes longer is found again by the same id after the restart.
        shard.loop.assumeIsolated().scheduleTask(in: link.limits.socket.farewell) { self.stop() }
    }

    private func stop() {
        socket?.leave(because: .restart, spread: link.returnSpread)
    }

    func leave(because goodbye: LiveGoodbye) {
        socket?.leave(because: goodbye)
    }

    func send(_ frame: LiveFrame) {
        // Before its welcome the browser does not know what it hears of.
        guard case .live = stage else { return }
        socket?.send(frame)
    }

    /// The person is here, as they chose when they were here last.
    func appear(_ choice: PresenceChoice) {
        guard !isPresent else { return }
        isPresent = true
        link.presence.connected(sender.person, choice: choice)
    }

    func beat(at now: NIODeadline) {
        // A slow line, or a server that everybody comes back to: no reason to send a page away for good.
        if case .greeting(let deadline) = stage, now > deadline { return leave(because: .slow) }
        socket?.beat(at: now)
    }
}

// MARK: - Work

extension LiveConnection {
    /// Works for this connection away from its event loop. **It is over only when all of that is done**, so that whoever is told
    /// of its end is told nothing more.
    ///
    /// - Parameter atOnce: whether it begins on this event loop and stays there until it has something to wait for.
    private func work(atOnce: Bool = false, _ body: @escaping @Sendable (NIOLoopBound<LiveConnection>) async -> Void) {
        tasks += 1
        let me = NIOLoopBound(self, eventLoop: shard.loop)
        let job: @Sendable () async -> Void = {
            await body(me)
            await me.ask { $0.worked() }
        }
        if atOnce { Task.immediate(operation: job) } else { Task(operation: job) }
    }

    private func worked() {
        tasks -= 1
        settle()
    }

    private func settle() {
        guard socket == nil, tasks == 0, case .live = stage else { return }
        link.left(sender, isDead: isDead)
    }
}

extension NIOLoopBound<LiveConnection> {
    /// Asks the connection on its event loop.
    fileprivate func ask<Answer: Sendable>(_ body: @escaping @Sendable (LiveConnection) -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            if eventLoop.inEventLoop {
                continuation.resume(returning: body(value))
            } else {
                eventLoop.execute { continuation.resume(returning: body(value)) }
            }
        }
    }
}

// MARK: - Commands

extension LiveConnection {
    func received(_ message: SocketMessage) {
        guard case .text(let text) = message else {
            socket?.leave(with: .unacceptableData)
            return
        }
        guard !isStopping else { return }
        let now = NIODeadline.now()
        guard rate.take(at: now), link.rates.take(sender.person, household, at: now) else { return leave(because: .rate) }
        switch queue.add(text) {
        case .start(let command): carryOut(command)
        case .wait: break
        case .pause: socket?.pauseReading()
        }
    }

    /// Carries out this command and then whatever waits: one task for as long as there is something to do.
    private func carryOut(_ first: ByteBuffer) {
        let (link, sender, language) = (link, sender, language)
        let mayCommand = if case .live = stage { true } else { false }
        // On this loop for as long as it has nothing to wait for: a signal goes from socket to socket without waking another thread.
        work(atOnce: true) { me in
            var command: ByteBuffer? = first
            while let text = command {
                let outcome =
                    await link.current?.desk.carryOut(text, from: sender, in: language, mayCommand: mayCommand) ?? .leave(.restart)
                command = await me.ask { $0.finished(outcome) }
            }
        }
    }

    /// Tells the browser the outcome and gives the next command.
    private func finished(_ outcome: CommandDesk.Outcome) -> ByteBuffer? {
        switch outcome {
        case .answer(let frame): socket?.send(frame)
        case .resume(let positions):
            resume(from: positions)
            // What comes before the welcome waits for it.
            return nil
        case .listen(let stream, let position, let id, let answer):
            listen(to: stream, after: position, id, ack: answer)
        case .unlisten(let stream, let answer):
            unlisten(to: stream, tells: false)
            socket?.send(answer)
        case .violation: leave(because: .violation)
        case .leave(let goodbye): leave(because: goodbye)
        }
        return next()
    }

    /// The next command, unless the end is near: what was not begun is not begun any more, and the browser sends it again when it is back.
    private func next() -> ByteBuffer? {
        guard let socket, socket.isOpen, !isStopping else {
            queue.clear()
            stop()
            return nil
        }
        let (command, resumes) = queue.next()
        if resumes { socket.resumeReading() }
        return command
    }
}

// MARK: - Streams

extension LiveConnection {
    /// Begins to listen, and reads what the browser has missed.
    private func resume(from positions: [String: Int]) {
        guard case .greeting = stage, socket != nil else { return leave(because: .violation) }
        stage = .resuming
        isArriving = true
        link.arrivals.enter()
        let (link, sender) = (link, sender)
        let own = link.streams(of: sender)
        let asked = positions.keys.lazy.compactMap(StreamID.init(label:)).prefix(link.limits.sharedStreams)
        guard !asked.isEmpty else { return listen(to: own, after: positions) }
        let shared = Array(asked)
        work { me in
            do {
                let heard = try await link.returning.pass { try await link.heard(of: shared, by: sender) }
                await me.ask { $0.listen(to: own + heard, after: positions) }
            } catch {
                // Welcoming it without its streams would leave the page deaf to them: it had better come back.
                link.logger.error("what a page may hear cannot be looked up", metadata: ["reason": "\(type(of: error))"])
                await me.ask { $0.leave(because: .restart) }
            }
        }
    }

    /// The first subscriptions of this connection.
    private func listen(to streams: [StreamID], after positions: [String: Int]) {
        guard socket != nil else { return }
        subscriptions = streams.map { stream in Subscription(stream, position: positions[stream.label]) }
        for subscription in subscriptions { shard.subscribe(self, to: subscription.stream) }
        catchUp(subscriptions)
    }

    /// One more stream, which the person may hear. One that is heard already goes on as it is.
    private func listen(to stream: StreamID, after position: Int?, _ id: CommandID, ack: LiveFrame) {
        guard !subscriptions.contains(where: { $0.stream == stream }) else {
            socket?.send(ack)
            return
        }
        guard subscriptions.count(where: \.stream.isShared) < link.limits.sharedStreams else {
            socket?.send(link.refusal(of: id, .tooManyStreams, in: language))
            return
        }
        let subscription = Subscription(stream, position: position)
        subscriptions.append(subscription)
        shard.subscribe(self, to: stream)
        socket?.send(ack)
        catchUp([subscription])
    }

    /// The page shows the stream no more, or the person may not hear it any more.
    func unlisten(to stream: StreamID, tells: Bool) {
        guard let index = subscriptions.firstIndex(where: { $0.stream == stream }) else { return }
        subscriptions.remove(at: index)
        shard.unsubscribe(self, from: stream)
        if tells { send(LiveJSON.unheard(stream)) }
    }

    func deliver(_ batch: StreamBatch) {
        guard let index = subscriptions.firstIndex(where: { $0.stream == batch.stream }) else { return }
        let step = subscriptions[index].take(batch.range, upTo: batch.frames == nil ? .max : batch.last)
        switch step {
        case .rest: break
        case .send(let position): for frame in batch.frames(above: position) { socket?.send(frame) }
        case .catchUp: catchUp([subscriptions[index]])
        }
    }

    private func catchUp(_ subscriptions: [Subscription]) {
        let (link, sender) = (link, sender)
        let wanted = subscriptions.map { (stream: $0.stream, position: $0.position) }
        work { me in
            let found = await link.returning.pass {
                await link.delivery.catchUp(wanted, for: sender.person, kinds: link.current?.kinds ?? [:])
            }
            await me.ask { $0.caughtUp(found) }
        }
    }

    /// - Parameter found: nil when the database could not be read for so long that the browser had better come back.
    private func caughtUp(_ found: [CatchUp]?) {
        guard socket != nil else { return }
        guard let found else { return leave(because: .restart) }
        let isResuming = if case .resuming = stage { true } else { false }
        if isResuming { welcome(found) }
        for catchUp in found {
            // A stream that was left meanwhile is not told of any more.
            guard let index = subscriptions.firstIndex(where: { $0.stream == catchUp.stream }) else { continue }
            for frame in catchUp.frames { socket?.send(frame) }
            if subscriptions[index].caughtUp(to: catchUp.last) == .catchUp { self.catchUp([subscriptions[index]]) }
        }
        if isResuming { enter() }
    }

    private func enter() {
        let (link, sender) = (link, sender)
        work { _ in await link.entered(sender) }
        if let command = next() { carryOut(command) }
    }

    private func arrived() {
        guard isArriving else { return }
        isArriving = false
        link.arrivals.leave()
    }

    private func welcome(_ found: [CatchUp]) {
        stage = .live
        arrived()
        let last = found.map { (name: $0.stream.label, last: $0.last) }
        socket?.send(LiveJSON.welcome(sender.connection, heartbeat: link.limits.pageHeartbeat, streams: last))
    }
}

/// Takes leave at once of somebody who may not stay. A browser cannot read why a socket was refused, but it can read a close code.
final class Farewell: SocketOwner {
    private let goodbye: LiveGoodbye

    init(_ goodbye: LiveGoodbye) {
        self.goodbye = goodbye
    }

    func opened(_ socket: Socket) { socket.leave(because: goodbye) }
    func received(_ message: SocketMessage) {}
    func shouldLeave() {}
    func closed(isDead: Bool) {}
}
