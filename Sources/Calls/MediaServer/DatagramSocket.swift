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
    /// What Linux takes (UDP_MAX_SEGMENTS), and the longest message that IP carries.
    private static let mostSegments = 64
    private static let mostMerged = 65_000

    private let arrivals = ArrivalVector(count: mostReceived, bytes: longest)
    private let departures = DepartureVector(messages: mostSent, segments: mostSegments)
    /// Whether several datagrams to one place leave as one message.
    var merges = true
    /// Messages of several that the system refused, and that went in pieces.
    private(set) var apart: UInt64 = 0
    /// Datagrams that the system did not take.
    private(set) var refused: UInt64 = 0
    /// Of them, for want of room.
    private var overflowed: UInt64 = 0
    private(set) var accepted: UInt64 = 0
    private var (received, bytesIn, bytesOut) = (UInt64(0), UInt64(0), UInt64(0))
    /// Datagrams that came and were lost before they were read, and the system's own count of them, which turns around.
    private(set) var unread: UInt64 = 0
    private var systemUnread: UInt32 = 0
    /// What the heads of UDP and IP add to a datagram; those of IPv6 are 20 bytes longer.
    static let overhead = 28

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
        received &+= UInt64(count)
        for place in 0..<count {
            bytesIn &+= UInt64(arrivals.messages[place].msg_len) &+ UInt64(Self.overhead)
            // What was cut off is no packet of ours.
            guard arrivals.messages[place].msg_hdr.msg_flags & CInt(MSG_TRUNC) == 0, let from = TransportAddress(arrivals.names[place])
            else { continue }
            let bytes = UnsafeMutableRawBufferPointer(
                start: arrivals.parts[place].iov_base, count: Int(arrivals.messages[place].msg_len))
            body(bytes, Path(.udp, local: home, remote: from))
        }
        return count
    }

    /// Sends what of the batch goes by UDP. **Datagrams of one connection that follow each other and are of one length, but for a shorter
    /// last one, leave as one message** that the system, or the card, cuts into datagrams again (UDP_SEGMENT, Linux 4.18): a picture's
    /// packets then take the way through the system once.
    func send(_ batch: OutgoingBatch) {
        for place in 0..<batch.count where !batch.isFollower(place) && batch.path(place).carrier == .udp {
            var start: Int? = place
            while let first = start { start = add(batch, from: first) }
        }
        flush()
    }

    /// Adds a message that begins with this datagram; returns where the rest of its connection's begins.
    private func add(_ batch: OutgoingBatch, from first: Int) -> Int? {
        if !departures.hasRoom { flush() }
        let size = batch.length(first)
        departures.begin(to: batch.path(first).remote, asIPv6: isIPv6)
        departures.append(batch.datagram(first))
        var (last, count, bytes) = (first, 1, size)
        while merges, count < Self.mostSegments, let next = batch.next(last), batch.length(next) <= size,
            bytes + batch.length(next) <= Self.mostMerged
        {
            departures.append(batch.datagram(next))
            (last, count, bytes) = (next, count + 1, bytes + batch.length(next))
            if batch.length(next) < size { break }
        }
        departures.end(segment: size)
        return batch.next(last)
    }

    private func flush() {
        var done = 0
        var patience = 3
        let count = departures.used
        while done < count {
            let sent = sendmmsg(descriptor, departures.messages + done, CUnsignedInt(count - done), 0)
            if sent > 0 {
                for place in done..<done + Int(sent) {
                    took(departures.messages[place].msg_hdr.msg_iovlen, Int(departures.messages[place].msg_len))
                }
                done += Int(sent)
            } else if errno == EAGAIN || errno == ENOBUFS, patience > 0 {
                // The card is full: a moment later it is not. Longer is not waited, as sound would be late for all.
                patience -= 1
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 2)
            } else if errno != EINTR {
                let reason = errno
                // One that cannot be reached must not keep the others.
                if departures.messages[done].msg_hdr.msg_iovlen > 1 { sendApart(done, as: reason) } else { refuse(reason) }
                done += 1
            }
        }
        departures.removeAll()
    }

    /// A merged message was refused: a card that counts no checksums can cut none (EIO), and a way may be narrower than its datagrams
    /// (EINVAL), which are sent in pieces then.
    private func sendApart(_ place: Int, as reason: CInt) {
        if reason == EIO { merges = false }
        apart &+= 1
        let header = departures.messages[place].msg_hdr
        for part in 0..<header.msg_iovlen {
            var single = header
            single.msg_iov = header.msg_iov + part
            (single.msg_iovlen, single.msg_control, single.msg_controllen) = (1, nil, 0)
            let sent = sendmsg(descriptor, &single, CInt(MSG_DONTWAIT))
            if sent >= 0 { took(1, sent) } else { refuse(errno) }
        }
    }

    private func took(_ datagrams: Int, _ bytes: Int) {
        accepted &+= UInt64(datagrams)
        bytesOut &+= UInt64(bytes + datagrams * Self.overhead)
    }

    private func refuse(_ reason: CInt) {
        refused &+= 1
        if [EAGAIN, ENOBUFS, ENOMEM].contains(reason) { overflowed &+= 1 }
    }
}

// MARK: - What has gone through

extension DatagramSocket {
    /// SO_MEMINFO of `asm-generic/socket.h`, and what of its numbers counts the datagrams for which there was no room (SK_MEMINFO_DROPS).
    private static let memoryOption: CInt = 55
    private static let (memoryNumbers, dropsPlace) = (9, 8)

    /// Asks the system how many it lost.
    func traffic() -> MediaTraffic {
        var numbers = [UInt32](repeating: 0, count: Self.memoryNumbers)
        var length = socklen_t(MemoryLayout<UInt32>.size * numbers.count)
        if getsockopt(descriptor, SOL_SOCKET, Self.memoryOption, &numbers, &length) == 0 {
            unread &+= UInt64(numbers[Self.dropsPlace] &- systemUnread)
            systemUnread = numbers[Self.dropsPlace]
        }
        return MediaTraffic(packetsIn: received, packetsOut: accepted, bytesIn: bytesIn, bytesOut: bytesOut, lost: overflowed &+ unread)
    }
}

/// Messages to be sent with one call, each of one datagram or of several to be cut.
private final class DepartureVector {
    let messages: UnsafeMutablePointer<mmsghdr>
    private let parts: UnsafeMutablePointer<iovec>
    private let names: UnsafeMutablePointer<sockaddr_storage>
    private let controls: UnsafeMutableRawPointer
    private let capacity: Int
    private let partCapacity: Int
    private(set) var used = 0
    private var usedParts = 0
    private var firstPart = 0
    private let mostSegments: Int

    /// UDP_SEGMENT of `linux/udp.h`, which cannot be included beside the C library's own `netinet/udp.h`: both have one structure in two
    /// forms, and other modules bring the first.
    private static let segmentOption: CInt = 103
    /// What CMSG_SPACE says of two bytes: a head of 16 bytes, the number, and padding.
    private static let controlLength = 24

    init(messages capacity: Int, segments mostSegments: Int) {
        (self.capacity, self.mostSegments) = (capacity, mostSegments)
        partCapacity = capacity + mostSegments
        messages = .allocate(capacity: capacity)
        parts = .allocate(capacity: partCapacity)
        names = .allocate(capacity: capacity)
        controls = .allocate(byteCount: capacity * Self.controlLength, alignment: 16)
        messages.initialize(repeating: mmsghdr(), count: capacity)
        parts.initialize(repeating: iovec(), count: partCapacity)
        names.initialize(repeating: sockaddr_storage(), count: capacity)
        for place in 0..<capacity {
            messages[place].msg_hdr.msg_name = UnsafeMutableRawPointer(names + place)
            let control = controls + place * Self.controlLength
            control.initializeMemory(as: UInt8.self, repeating: 0, count: Self.controlLength)
            control.storeBytes(of: 18, as: UInt64.self)
            control.storeBytes(of: CInt(IPPROTO_UDP), toByteOffset: 8, as: CInt.self)
            control.storeBytes(of: Self.segmentOption, toByteOffset: 12, as: CInt.self)
        }
    }

    deinit {
        messages.deallocate()
        parts.deallocate()
        names.deallocate()
        controls.deallocate()
    }

    /// Whether one more message fits, of as many datagrams as there may be.
    var hasRoom: Bool { used < capacity && usedParts + mostSegments <= partCapacity }

    func removeAll() { (used, usedParts) = (0, 0) }

    func begin(to address: TransportAddress, asIPv6 isIPv6: Bool) {
        firstPart = usedParts
        messages[used].msg_hdr.msg_namelen = address.write(to: &names[used], asIPv6: isIPv6)
    }

    func append(_ datagram: UnsafeRawBufferPointer) {
        parts[usedParts] = iovec(iov_base: UnsafeMutableRawPointer(mutating: datagram.baseAddress), iov_len: datagram.count)
        usedParts += 1
    }

    /// - Parameter segment: bytes of each datagram but perhaps the last.
    func end(segment: Int) {
        let count = usedParts - firstPart
        messages[used].msg_hdr.msg_iov = parts + firstPart
        messages[used].msg_hdr.msg_iovlen = count
        let control = controls + used * Self.controlLength
        messages[used].msg_hdr.msg_control = count > 1 ? control : nil
        messages[used].msg_hdr.msg_controllen = count > 1 ? Self.controlLength : 0
        control.storeBytes(of: UInt16(clamping: segment), toByteOffset: 16, as: UInt16.self)
        used += 1
    }
}

/// The memory of one call that reads many datagrams.
private final class ArrivalVector {
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

}

/// Why the media server does not run.
package enum MediaServerFault: Error, Sendable, Equatable {
    /// The system's number of the error.
    case socket(Int32)
    case notRunning
    /// It works so much that a new meeting would harm the others.
    case busy
    /// No random numbers or no memory.
    case noIdentity
}
