/// All rooms of one thread: it tells datagrams apart, hands them to their connection, and collects what is to be sent.
///
/// After each call `outgoing` is emptied, and `takeEvents` when there is something in it.
package final class MediaEngine {
    /// How often `poll` wants to be called while somebody is there.
    package static let pace: Duration = .milliseconds(10)
    /// Restarts in a row before the first of them was used.
    static let mostNames = 4
    /// People in one room, beyond which a meeting is a broadcast.
    static let mostMembers = 1000

    package let outgoing = OutgoingBatch()
    let identity: DTLSIdentity
    private var addresses: [TransportAddress]
    private var streamAddresses: [TransportAddress]
    let timeOfDay: NetworkClock
    /// What pictures may be in, the first of which is wanted most.
    let codecs: [Codec]
    var random: MediaRandom
    private(set) var rooms: [MediaRoomID: Room] = [:]
    /// How many rooms there were.
    private var opened = 0
    private var connections: [Watched] = []
    /// A connection has two names while it restarts.
    private var byFragment: [String: Connection] = [:]
    private var byPath: [Path: Connection] = [:]
    var events: [MediaEvent] = []
    /// Datagrams that belong to nobody.
    package private(set) var strangers: UInt64 = 0

    /// `networkEpoch` is the time of day at instant zero, in 32.32 fixed point seconds since 1900.
    package init(
        identity: DTLSIdentity, addresses: [TransportAddress], streamAddresses: [TransportAddress] = [], networkEpoch: UInt64,
        random: MediaRandom, codecs: [Codec] = Codec.pictures
    ) {
        self.codecs = codecs
        self.identity = identity
        self.addresses = addresses
        self.streamAddresses = streamAddresses
        timeOfDay = NetworkClock(epoch: networkEpoch)
        self.random = random
    }

    /// A connection and when something may be due there. Hundreds of them are passed by many times a second, which must not cost a look
    /// at each.
    private struct Watched {
        let connection: Connection
        var due = Instant(nanoseconds: .min)
    }

    /// Where browsers are told to reach us from now on. Who is connected stays as they are.
    package func isReached(at addresses: [TransportAddress], streams streamAddresses: [TransportAddress]) {
        (self.addresses, self.streamAddresses) = (addresses, streamAddresses)
    }

    package var isIdle: Bool { connections.isEmpty }

    package var connectionCount: Int { connections.count }

    package func takeEvents() -> [MediaEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }
}

// MARK: - Datagrams

extension MediaEngine {
    /// Takes a datagram, which is opened in its place.
    package func receive(_ datagram: inout MutableRawSpan, on path: Path, at now: Instant) {
        switch Datagram(datagram.bytes) {
        case .stun: hearCheck(datagram.bytes, on: path, at: now)
        case .dtls: connection(on: path)?.hearHandshake(datagram.bytes, at: now)
        case .rtp: connection(on: path)?.hearMedia(&datagram, isControl: false, at: now)
        case .rtcp: connection(on: path)?.hearMedia(&datagram, isControl: true, at: now)
        case nil: strangers &+= 1
        }
    }

    private func connection(on path: Path) -> Connection? {
        guard let found = byPath[path] else {
            strangers &+= 1
            return nil
        }
        return found
    }

    /// Whether somebody has proved to be at its other end, and is there still.
    package func knows(_ path: Path) -> Bool { byPath[path] != nil }

    /// A check is for whom it names; the way that it came on leads there from then on, **once it was found authentic**. Answers name
    /// nobody, and come where checks came from.
    private func hearCheck(_ bytes: RawSpan, on path: Path, at now: Instant) {
        guard let message = try? STUNMessage(parsing: bytes), let found = addressee(of: message, in: bytes, on: path) else {
            strangers &+= 1
            return
        }
        if let owner = byPath[path], owner !== found { return strangers &+= 1 }
        guard case .answered(let forgot) = found.hearCheck(bytes, on: path, at: now, using: &random) else { return }
        byPath[path] = found
        if let forgot { byPath[forgot] = nil }
    }

    private func addressee(of message: STUNMessage, in bytes: RawSpan, on path: Path) -> Connection? {
        message.kind == .success ? byPath[path] : message.localFragment(in: bytes).flatMap { byFragment[$0] }
    }

    /// Does what is due by time.
    package func poll(at now: Instant) {
        for place in connections.indices where connections[place].due <= now {
            let connection = connections[place].connection
            for path in connection.poll(at: now, using: &random) where byPath[path] === connection { byPath[path] = nil }
            connections[place].due = connection.nextPoll(after: now)
        }
        for room in rooms.values { room.look(at: now) { events.append($0) } }
    }
}

// MARK: - Who is there

extension MediaEngine {
    package func open(_ room: MediaRoomID) {
        guard rooms[room] == nil else { return }
        opened += 1
        rooms[room] = Room(room, number: opened)
    }

    package func close(_ room: MediaRoomID) {
        guard let found = rooms[room] else { return }
        for member in found.members { leave(room, member.id) }
        rooms[room] = nil
    }

    /// Ends all meetings.
    package func closeAll() {
        for room in Array(rooms.keys) { close(room) }
    }

    package func leave(_ room: MediaRoomID, _ peer: MediaPeerID) {
        guard let gone = rooms[room]?.remove(peer) else { return }
        for connection in [gone.publisher, gone.subscriber].compactMap({ $0 as Connection? }) {
            connection.close()
            connections.removeAll { $0.connection === connection }
            for (name, owner) in byFragment where owner === connection { byFragment[name] = nil }
            for (path, owner) in byPath where owner === connection { byPath[path] = nil }
        }
    }

    func add(_ connection: Connection) {
        connections.append(Watched(connection: connection))
        byFragment[connection.fragment] = connection
    }

    /// Gives the connection another name, beside those under which it may still be in use.
    func restart(_ connection: Connection) -> ICECredentials? {
        let (old, new) = (connection.fragment, ICECredentials(using: &random))
        guard connection.restart(new) else { return nil }
        let names = byFragment.filter { $0.value === connection }.keys
        if names.count >= Self.mostNames { for name in names where name != old { byFragment[name] = nil } }
        byFragment[new.fragment] = connection
        return new
    }

    func local(_ credentials: ICECredentials, _ version: SessionVersion) -> LocalTransport {
        LocalTransport(
            credentials: credentials, fingerprint: identity.fingerprintText, addresses: addresses, streamAddresses: streamAddresses,
            version: version)
    }
}
