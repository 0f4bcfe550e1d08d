import CLinux
import Glibc
import Media
import Synchronization
import Web

/// The thread that all packets of a media server live and die on. **None of them crosses a task, an actor or a queue**; what comes from
/// elsewhere are commands, a few in a second, and it is woken for them.
final class MediaThread: Sendable {
    typealias Command = @Sendable (MediaEngine, Instant) -> Void

    private struct Inbox {
        var commands: [Command] = []
        var connections: [TakenConnection] = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let bell: CInt
    let statistics = MediaStatistics()

    init() throws(MediaServerFault) {
        bell = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
        guard bell >= 0 else { throw .socket(errno) }
    }

    deinit {
        Glibc.close(bell)
    }

    /// Runs the command on the thread. False when it has ended.
    func submit(_ command: @escaping Command) -> Bool {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.commands.append(command)
            return true
        }
        ring()
        return isTaken
    }

    /// Takes a TCP connection. False when the thread has ended.
    func take(_ connection: TakenConnection) -> Bool {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.connections.append(connection)
            return true
        }
        ring()
        return isTaken
    }

    /// Says goodbye to all and ends the thread.
    func stop() {
        inbox.withLock { $0.isStopping = true }
        ring()
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Starts the thread, which socket and engine belong to from then on.
    func start(
        _ socket: sending DatagramSocket, _ engine: sending MediaEngine, limits: MediaLimits,
        _ tell: @escaping @Sendable (MediaEvent) -> Void
    ) {
        let box = Start(thread: self, socket: socket, engine: engine, limits: limits, tell: tell)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(box).toOpaque()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.thread.run(start)
                return nil
            }, argument)
        if result == 0 { pthread_detach(thread) } else { Unmanaged<Start>.fromOpaque(argument).release() }
    }

    private final class Start {
        let thread: MediaThread
        let socket: DatagramSocket
        let engine: MediaEngine
        let limits: MediaLimits
        let tell: @Sendable (MediaEvent) -> Void

        init(
            thread: MediaThread, socket: DatagramSocket, engine: MediaEngine, limits: MediaLimits,
            tell: @escaping @Sendable (MediaEvent) -> Void
        ) {
            self.thread = thread
            self.socket = socket
            self.engine = engine
            self.limits = limits
            self.tell = tell
        }
    }
}

// MARK: - The loop

extension MediaThread {
    private func run(_ start: Start) {
        let (engine, socket) = (start.engine, start.socket)
        let queue = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard queue >= 0 else { return }
        defer { Glibc.close(queue) }
        for descriptor in [socket.descriptor, bell] {
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.fd = descriptor
            epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event)
        }
        let streams = StreamTable(queue: queue)
        var due = Instant.now
        var (watch, meter) = (WorkWatch(), LoadMeter(start.limits))
        var happened = [epoll_event](repeating: epoll_event(), count: Self.mostHappenings)
        while true {
            let pause = engine.isIdle ? 1000 : max(0, (due.nanoseconds - Instant.now.nanoseconds + 999_999) / 1_000_000)
            let count = epoll_wait(queue, &happened, CInt(Self.mostHappenings), CInt(clamping: pause))
            guard takeCommands(engine, streams) else { break }
            for place in 0..<max(0, Int(count)) { streams.happened(happened[place].data.fd, engine) }
            receive(socket, streams, engine)
            let now = Instant.now
            if now >= due {
                due = now + MediaEngine.pace
                engine.poll(at: now)
                streams.look(engine, at: now)
            }
            send(engine, socket, streams)
            for event in engine.takeEvents() { start.tell(event) }
            statistics.note(engine, socket, streams)
            if let share = watch.share(at: now) {
                let traffic = socket.traffic() + streams.traffic
                statistics.note(traffic, unread: socket.unread)
                statistics.note(meter.load(traffic, work: share, at: now))
                statistics.note(engine.figures(at: now))
            }
        }
        engine.closeAll()
        send(engine, socket, streams)
        for event in engine.takeEvents() { start.tell(event) }
    }

    /// Sockets looked at in one turn: ours, the bell, and some of the TCP connections.
    private static let mostHappenings = 64

    private func send(_ engine: MediaEngine, _ socket: DatagramSocket, _ streams: StreamTable) {
        socket.send(engine.outgoing)
        streams.send(engine.outgoing)
        engine.outgoing.removeAll()
    }

    /// Reads until nothing is left, but a few batches at most, so that what is due by time is not forgotten.
    private func receive(_ socket: DatagramSocket, _ streams: StreamTable, _ engine: MediaEngine) {
        for _ in 0..<16 {
            let now = Instant.now
            let count = socket.receive { bytes, path in
                var datagram = bytes.mutableBytes
                engine.receive(&datagram, on: path, at: now)
            }
            statistics.received(count)
            send(engine, socket, streams)
            if count < 64 { return }
        }
    }

    /// False when it is time to go.
    private func takeCommands(_ engine: MediaEngine, _ streams: StreamTable) -> Bool {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        let (commands, connections, isStopping) = inbox.withLock { inbox in
            let taken = (inbox.commands, inbox.connections, inbox.isStopping)
            inbox.commands = []
            inbox.connections = []
            return taken
        }
        let now = Instant.now
        for command in commands { command(engine, now) }
        for connection in connections { streams.add(connection.descriptor, beginning: connection.beginning, engine, at: now) }
        return !isStopping
    }
}

extension Instant {
    /// The clock that never goes back.
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The time of day at instant zero, in 32.32 fixed point seconds since 1900 (RFC 5905 §6).
    static var networkEpoch: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Instant.now.nanoseconds
        let nanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - now
        let (seconds, rest) = (nanoseconds / 1_000_000_000 + 2_208_988_800, nanoseconds % 1_000_000_000)
        return UInt64(seconds) << 32 | UInt64(rest) << 32 / 1_000_000_000
    }
}

extension Instant {
    static var secondsSince1970: Int64 { Int64(time(nil)) }
}

/// How much of its time this thread works.
private struct WorkWatch {
    private var last: (time: Instant, work: Int64)?

    /// In hundredths of the time since the last answer, once a second.
    mutating func share(at now: Instant) -> Int? {
        guard let last else {
            self.last = (now, Self.work)
            return nil
        }
        let passed = now.nanoseconds - last.time.nanoseconds
        guard passed >= 1_000_000_000 else { return nil }
        let work = Self.work
        self.last = (now, work)
        return Int(clamping: (work - last.work) * 100 / passed)
    }

    private static var work: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
