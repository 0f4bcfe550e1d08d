import Foundation
package import Logging
package import Media
import ServiceLifecycle
import Synchronization
package import Web

/// The media server of this node: rooms in which people see and hear each other, on one UDP port and, where a network lets no UDP pass,
/// on the TCP port of the pages.
///
/// Joining costs two exchanges: `join` takes the offer of what a participant sends, and gives our answer together with our offer of what it
/// will receive; `accept` takes the answer to that. From then on there is no SDP: `watch` says whose pictures are wanted and how large.
package final class MediaServer: Service {
    /// Zero takes any port that is free.
    private let port: UInt16
    /// Where browsers reach it, if that is not what the machine knows about itself.
    private let addresses: [String]
    /// Where browsers find the pages: as they see it, so do they see us. Asked for every now and then, as a router may be given another.
    private let publicAddresses: (@Sendable () -> [String])?
    /// What pictures may be in, the first of which is wanted most.
    private let codecs: [Codec]
    private let limits: MediaLimits
    private let logger: Logger
    private let running = Mutex(Running())
    /// What happens in rooms, for the one who is in charge of them.
    package let events: AsyncStream<MediaEvent>
    private let tell: AsyncStream<MediaEvent>.Continuation

    /// How long it is believed where the pages are found.
    static let addressesStand = Duration.minutes(5)

    /// - Parameters:
    ///   - addresses: where browsers reach it; none: at every address of the machine, and at those of `publicAddresses`.
    ///   - codecs: names of what pictures may be in, the first of which is wanted most; all that are known where none is given.
    ///   - limits: what the way here carries, as far as somebody says so.
    ///   - publicAddresses: the addresses to which the name of the pages leads. It may take its time.
    package init(
        port: UInt16, addresses: [String], codecs: [String] = [], limits: MediaLimits = MediaLimits(),
        publicAddresses: (@Sendable () -> [String])? = nil, logger: Logger
    ) {
        var known: [Codec] = []
        for codec in codecs.compactMap({ Codec(pictureNamed: $0) }) where !known.contains(codec) { known.append(codec) }
        self.codecs = known.isEmpty ? Codec.pictures : known
        self.port = port
        self.limits = limits
        self.addresses = addresses
        self.publicAddresses = addresses.isEmpty ? publicAddresses : nil
        self.logger = logger
        (events, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    }

    /// The TCP port at which browsers reach this process itself, if they do. It counts from the next first meeting on.
    package var streamPort: UInt16? {
        get { running.withLock(\.streamPort) }
        set { running.withLock { $0.streamPort = newValue } }
    }

    /// Takes a connection that began with a zero byte. False when no meeting is held: nobody would read it.
    package func take(_ connection: TakenConnection) -> Bool {
        guard let thread = running.withLock({ $0.thread }) else { return false }
        return thread.take(connection)
    }

    /// The port is opened with the first meeting: who holds none has no open port.
    package func run() async throws {
        if publicAddresses != nil {
            try await Rounds(every: Self.addressesStand, logger: logger) { [self] in look() }.run()
        } else {
            try? await gracefulShutdown()
        }
        stop()
    }

    /// Looks where the pages are found, on a thread of its own: a resolver without a network waits for long, and nobody waits for it.
    private func look() {
        guard let publicAddresses else { return }
        Thread.detachNewThread { [self] in found(publicAddresses()) }
    }

    /// Browsers that come from now on are told of these too. Behind a router that passes the port on, they are the only ones that work.
    package func found(_ publicly: [String]) {
        running.withLock { running in
            guard running.publicly != publicly else { return }
            running.publicly = publicly
            guard let thread = running.thread, let port = running.port else { return }
            let (reachable, streams) = reach(port, running)
            _ = thread.submit { engine, _ in engine.isReached(at: reachable, streams: streams) }
        }
    }

    /// What browsers are told: where packets go, and where streams.
    private func reach(_ port: UInt16, _ running: Running) -> ([TransportAddress], [TransportAddress]) {
        var all = addresses.compactMap { TransportAddress($0, port: port) }
        if all.isEmpty {
            all = TransportAddress.ofThisMachine(port: port)
            for address in running.publicly.compactMap({ TransportAddress($0, port: port) }) where !all.contains(address) {
                all.append(address)
            }
        }
        return (all, running.streamPort.map { port in all.map { $0.at(port) } } ?? [])
    }

    /// Opens the port and starts the thread, unless that was done. When the
    /// port is taken, another node of the same machine has it: any other
    /// will do.
    package func start() throws(MediaServerFault) {
        try running.withLock { running throws(MediaServerFault) in
            guard !running.isOver else { throw .notRunning }
            if running.thread == nil { running.thread = try launch(&running) }
        }
    }

    private func launch(_ running: inout Running) throws(MediaServerFault) -> MediaThread {
        let thread = try MediaThread()
        let socket = try open()
        let own = socket.port
        running.port = own
        let (reachable, streams) = reach(own, running)
        guard let identity = DTLSIdentity(secondsSince1970: Instant.secondsSince1970) else { throw .noIdentity }
        var dice = SystemRandomNumberGenerator()
        let engine = MediaEngine(
            identity: identity, addresses: reachable, streamAddresses: streams, networkEpoch: Instant.networkEpoch,
            random: MediaRandom { dice.next() }, codecs: codecs)
        let tell = tell
        thread.start(socket, engine, limits: limits.filled(by: .found())) { tell.yield($0) }
        logger.info("meetings can be held", metadata: ["port": "\(own)/udp", "addresses": "\(reachable.count)"])
        return thread
    }

    private func open() throws(MediaServerFault) -> DatagramSocket {
        do throws(MediaServerFault) {
            return try DatagramSocket(port: port)
        } catch {
            guard port != 0 else { throw error }
            logger.warning("the port for meetings is taken, any other is used", metadata: ["port": "\(port)/udp"])
            return try DatagramSocket(port: 0)
        }
    }

    /// Says goodbye to everybody and ends the thread, for good.
    package func stop() {
        let thread = running.withLock { running in
            running.isOver = true
            return running.thread.take()
        }
        thread?.stop()
        tell.finish()
    }

    package var statistics: MediaStatistics? { running.withLock { $0.thread?.statistics } }

    /// Runs something on the thread of the media and waits for what it says.
    func ask<Answer: Sendable>(_ question: @escaping @Sendable (MediaEngine, Instant) -> Answer) async throws(MediaServerFault) -> Answer {
        guard let thread = running.withLock({ $0.thread }) else { throw .notRunning }
        let answer: Answer? = await withCheckedContinuation { continuation in
            let isTaken = thread.submit { engine, now in continuation.resume(returning: question(engine, now)) }
            if !isTaken { continuation.resume(returning: nil) }
        }
        guard let answer else { throw .notRunning }
        return answer
    }
}

private struct Running {
    var thread: MediaThread?
    /// The UDP port, once it was opened.
    var port: UInt16?
    var streamPort: UInt16?
    /// Where the name of the pages leads.
    var publicly: [String] = []
    var isOver = false
}
