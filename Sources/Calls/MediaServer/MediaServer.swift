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
    /// What pictures may be in, the first of which is wanted most.
    private let codecs: [Codec]
    private let logger: Logger
    private let running = Mutex(Running())
    /// What happens in rooms, for the one who is in charge of them.
    package let events: AsyncStream<MediaEvent>
    private let tell: AsyncStream<MediaEvent>.Continuation

    /// - Parameter codecs: names of what pictures may be in, the first of which is wanted most; all that are known where none is given.
    package init(port: UInt16, addresses: [String], codecs: [String] = [], logger: Logger) {
        var known: [Codec] = []
        for codec in codecs.compactMap({ Codec(pictureNamed: $0) }) where !known.contains(codec) { known.append(codec) }
        self.codecs = known.isEmpty ? Codec.pictures : known
        self.port = port
        self.addresses = addresses
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
        try? await gracefulShutdown()
        stop()
    }

    /// Opens the port and starts the thread, unless that was done. When the
    /// port is taken, another node of the same machine has it: any other
    /// will do.
    package func start() throws(MediaServerFault) {
        try running.withLock { running throws(MediaServerFault) in
            guard !running.isOver else { throw .notRunning }
            if running.thread == nil { running.thread = try launch(streamPort: running.streamPort) }
        }
    }

    private func launch(streamPort: UInt16?) throws(MediaServerFault) -> MediaThread {
        let thread = try MediaThread()
        let socket = try open()
        let own = socket.port
        let given = addresses.compactMap { TransportAddress($0, port: own) }
        let reachable = given.isEmpty ? TransportAddress.ofThisMachine(port: own) : given
        guard let identity = DTLSIdentity(secondsSince1970: Instant.secondsSince1970) else { throw .noIdentity }
        var dice = SystemRandomNumberGenerator()
        let engine = MediaEngine(
            identity: identity, addresses: reachable, streamAddresses: streamPort.map { port in reachable.map { $0.at(port) } } ?? [],
            networkEpoch: Instant.networkEpoch, random: MediaRandom { dice.next() }, codecs: codecs)
        let tell = tell
        thread.start(socket, engine) { tell.yield($0) }
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
    var streamPort: UInt16?
    var isOver = false
}
