import CLinux
import Glibc
import Media

/// One UDP port for all meetings, of both families where the machine has them. Datagrams are read and sent many at a time.
final class DatagramSocket {
    /// Datagrams in one call; a burst of video to a few dozen people.
    private static let mostReceived = 64
    private static let mostSent = 256
    private static let longest = 2048

    let descriptor: CInt
    let port: UInt16
    private let isIPv6: Bool
    private let home: TransportAddress
    private let arrivals = MessageVector(count: mostReceived, bytes: longest)
    private let departures = MessageVector(count: mostSent, bytes: 0)
    /// Datagrams that the system did not take.
    private(set) var refused: UInt64 = 0
    private(set) var accepted: UInt64 = 0

    /// Throws when the port is taken; zero takes any.
    init(port: UInt16) throws(MediaServerFault) {
        var isIPv6 = true
        var descriptor = socket(AF_INET6, CInt(SOCK_DGRAM.rawValue) | CInt(O_NONBLOCK) | CInt(O_CLOEXEC), 0)
        if descriptor < 0 {
            isIPv6 = false
            descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(O_NONBLOCK) | CInt(O_CLOEXEC), 0)
        }
        guard descriptor >= 0 else { throw .socket(errno) }
        if isIPv6 { Self.set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        // A burst of whole pictures to hundreds; the system caps it at what it allows.
        Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, 4 << 20)
        Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, 4 << 20)
        guard Self.bind(descriptor, port, isIPv6: isIPv6), let bound = Self.port(of: descriptor) else {
            let reason = errno
            Glibc.close(descriptor)
            throw .socket(reason)
        }
        self.descriptor = descriptor
        self.isIPv6 = isIPv6
        self.port = bound
        home = TransportAddress(ipv6: 0, 0, port: bound)
    }

    deinit {
        Glibc.close(descriptor)
    }

    private static func set(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func bind(_ descriptor: CInt, _ port: UInt16, isIPv6: Bool) -> Bool {
        var storage = sockaddr_storage()
        let length = TransportAddress(ipv6: 0, 0, port: port).write(to: &storage, asIPv6: isIPv6)
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) == 0 }
        }
    }

    private static func port(of descriptor: CInt) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        return isKnown ? TransportAddress(storage)?.port : nil
    }
}

// MARK: - Many at a time

extension DatagramSocket {
    /// Reads what has come, up to one call's worth, and hands each datagram
    /// over in memory that may be written to. Returns how many there were.
    func receive(_ body: (UnsafeMutableRawBufferPointer, Path) -> Void) -> Int {
        arrivals.reset()
        let count = Int(recvmmsg(descriptor, arrivals.messages, CUnsignedInt(Self.mostReceived), CInt(MSG_DONTWAIT), nil))
        guard count > 0 else { return 0 }
        for place in 0..<count {
            // What was cut off is no packet of ours.
            guard arrivals.messages[place].msg_hdr.msg_flags & CInt(MSG_TRUNC) == 0, let from = TransportAddress(arrivals.names[place])
            else { continue }
            let bytes = UnsafeMutableRawBufferPointer(
                start: arrivals.parts[place].iov_base, count: Int(arrivals.messages[place].msg_len))
            body(bytes, Path(.udp, local: home, remote: from))
        }
        return count
    }

    /// Sends what of the batch goes by UDP.
    func send(_ batch: OutgoingBatch) {
        var count = 0
        for place in 0..<batch.count {
            let path = batch.path(place)
            guard path.carrier == .udp else { continue }
            departures.fill(count, batch.datagram(place), to: path.remote, asIPv6: isIPv6)
            count += 1
            guard count == Self.mostSent else { continue }
            send(count)
            count = 0
        }
        if count > 0 { send(count) }
    }

    private func send(_ count: Int) {
        var done = 0
        var patience = 3
        while done < count {
            let sent = sendmmsg(descriptor, departures.messages + done, CUnsignedInt(count - done), 0)
            if sent > 0 {
                done += Int(sent)
                accepted &+= UInt64(sent)
            } else if errno == EAGAIN || errno == ENOBUFS, patience > 0 {
                // The card is full: a moment later it is not. Longer is not waited, as sound would be late for all.
                patience -= 1
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 2)
            } else if errno != EINTR {
                // One that cannot be reached must not keep the others.
                done += 1
                refused &+= 1
            }
        }
    }
}

/// The memory of one call for many datagrams.
private final class MessageVector {
    let messages: UnsafeMutablePointer<mmsghdr>
    let parts: UnsafeMutablePointer<iovec>
    let names: UnsafeMutablePointer<sockaddr_storage>
    private let memory: UnsafeMutableRawBufferPointer
    private let count: Int
    private let bytes: Int

    init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
        memory = .allocate(byteCount: max(16, count * bytes), alignment: 16)
        messages = .allocate(capacity: count)
        parts = .allocate(capacity: count)
        names = .allocate(capacity: count)
        messages.initialize(repeating: mmsghdr(), count: count)
        parts.initialize(repeating: iovec(), count: count)
        names.initialize(repeating: sockaddr_storage(), count: count)
        for place in 0..<count {
            messages[place].msg_hdr.msg_iov = parts + place
            messages[place].msg_hdr.msg_iovlen = 1
            messages[place].msg_hdr.msg_name = UnsafeMutableRawPointer(names + place)
        }
    }

    deinit {
        memory.deallocate()
        messages.deallocate()
        parts.deallocate()
        names.deallocate()
    }

    /// Makes all of it ready to be read into.
    func reset() {
        for place in 0..<count {
            parts[place] = iovec(iov_base: memory.baseAddress.map { $0 + place * bytes }, iov_len: bytes)
            messages[place].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        }
    }

    func fill(_ place: Int, _ datagram: UnsafeRawBufferPointer, to address: TransportAddress, asIPv6 isIPv6: Bool) {
        parts[place] = iovec(iov_base: UnsafeMutableRawPointer(mutating: datagram.baseAddress), iov_len: datagram.count)
        messages[place].msg_hdr.msg_namelen = address.write(to: &names[place], asIPv6: isIPv6)
    }
}

/// Why the media server does not run.
package enum MediaServerFault: Error, Sendable {
    /// The system's number of the error.
    case socket(Int32)
    case notRunning
    /// It works so much that a new meeting would harm the others.
    case busy
    /// No random numbers or no memory.
    case noIdentity
}
