import CLinux
import Glibc
import Media

/// The TCP connections of a media thread (RFC 6544, RFC 4571). A connection on which nobody has proved within `patience` to belong to a
/// meeting is closed, and so is one whose owner has gone.
final class StreamTable {
    /// Connections at once.
    private let most: Int
    /// Connections from one address, or one /64 of IPv6, since one line has all of it: a whole company may sit behind one.
    private let mostOfOneAddress: Int
    static let patience: Duration = .seconds(10)

    private let queue: CInt
    private var byDescriptor: [CInt: StreamConnection] = [:]
    private var byPath: [Path: StreamConnection] = [:]
    /// Those that `send` gave something to.
    private var touched: [StreamConnection] = []
    private var lookedAt: Instant?
    /// Packets that were dropped as their connection was full.
    private(set) var refused: UInt64 = 0
    private(set) var traffic = MediaTraffic()
    /// What the length and the heads of TCP and IP add to a packet, about: the system may put several behind one head.
    private static let overhead = 42

    /// `queue` is the epoll descriptor that tells when one of them can be read or written.
    init(queue: CInt, most: Int = 1000, mostOfOneAddress: Int = 100) {
        self.queue = queue
        self.most = most
        self.mostOfOneAddress = mostOfOneAddress
    }

    var count: Int { byDescriptor.count }

    /// Takes a connection, or closes it.
    func add(_ descriptor: CInt, beginning: [UInt8], _ engine: MediaEngine, at now: Instant) {
        guard let one = StreamConnection(descriptor, beginning: beginning, at: now) else {
            Glibc.close(descriptor)
            return
        }
        guard byPath[one.path] == nil, makeRoom(for: one), listen(one, CInt(EPOLL_CTL_ADD)) else { return }
        byDescriptor[descriptor] = one
        byPath[one.path] = one
        hear(one, engine)
    }

    /// Whether there is room for one more. Where there is none, the eldest that has proved nothing gives way: of the same line, or of all.
    private func makeRoom(for one: StreamConnection) -> Bool {
        let neighbours = byDescriptor.values.filter { $0.path.remote.isNeighbour(of: one.path.remote) }
        if neighbours.count >= mostOfOneAddress, !removeEldest(of: neighbours) { return false }
        return count < most || removeEldest(of: Array(byDescriptor.values))
    }

    private func removeEldest(of connections: [StreamConnection]) -> Bool {
        guard let eldest = connections.filter({ !$0.isKnown }).min(by: { $0.arrived < $1.arrived }) else { return false }
        remove(eldest)
        return true
    }

    private func listen(_ one: StreamConnection, _ change: CInt) -> Bool {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (one.awaitsRoom ? EPOLLOUT.rawValue : 0)
        event.data.fd = one.descriptor
        return epoll_ctl(queue, change, one.descriptor, &event) == 0
    }

    /// Something happened to the connection with this descriptor.
    func happened(_ descriptor: CInt, _ engine: MediaEngine) {
        guard let one = byDescriptor[descriptor] else { return }
        if one.isWaiting { flush(one) }
        if byDescriptor[descriptor] != nil { hear(one, engine) }
    }

    private func hear(_ one: StreamConnection, _ engine: MediaEngine) {
        let goesOn = one.receive { bytes in
            traffic.packetsIn &+= 1
            traffic.bytesIn &+= UInt64(bytes.count + Self.overhead)
            var packet = bytes.mutableBytes
            engine.receive(&packet, on: one.path, at: .now)
        }
        guard goesOn else { return remove(one) }
        if !one.isKnown { one.isKnown = engine.knows(one.path) }
    }

    /// Sends what of the batch goes by TCP.
    func send(_ batch: OutgoingBatch) {
        guard count > 0 else { return }
        for place in 0..<batch.count where batch.path(place).carrier == .tcp {
            guard let one = byPath[batch.path(place)] else { continue }
            if !one.isWaiting { touched.append(one) }
            if one.add(batch.datagram(place)) {
                traffic.packetsOut &+= 1
                traffic.bytesOut &+= UInt64(batch.length(place) + Self.overhead)
            } else {
                refused &+= 1
            }
        }
        for one in touched { flush(one) }
        touched.removeAll(keepingCapacity: true)
    }

    private func flush(_ one: StreamConnection) {
        guard one.flush() else { return remove(one) }
        guard one.isWaiting != one.awaitsRoom else { return }
        one.awaitsRoom = one.isWaiting
        if !listen(one, CInt(EPOLL_CTL_MOD)) { remove(one) }
    }

    /// Closes those that belong to nobody, once a second.
    func look(_ engine: MediaEngine, at now: Instant) {
        if let lookedAt, now - lookedAt < .seconds(1) { return }
        lookedAt = now
        for one in Array(byDescriptor.values) where !engine.knows(one.path) {
            if one.isKnown || now - one.arrived >= Self.patience { remove(one) }
        }
    }

    private func remove(_ one: StreamConnection) {
        epoll_ctl(queue, CInt(EPOLL_CTL_DEL), one.descriptor, nil)
        byDescriptor[one.descriptor] = nil
        byPath[one.path] = nil
    }
}
