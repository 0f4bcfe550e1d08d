import CLinux
import Glibc
import Media

/// One TCP connection that carries packets, each behind its length in two bytes (RFC 4571), for somebody whose network lets no UDP pass.
///
/// What does not fit into the system's buffer waits here, for a moment's worth; beyond it **whole packets are dropped**, as a full network
/// would drop them: sound that comes late is worth less than sound that is missing.
final class StreamConnection {
    /// Packets longer than this are none of ours; the length could say 65,535.
    static let longest = 2048
    /// Bytes that may wait: a quarter of a second of 2 Mbit/s.
    static let mostWaiting = 64 << 10
    /// Read at a time, so that a fast sender does not keep the others waiting.
    private static let room = 16 << 10
    private static let mostReads = 4

    let descriptor: CInt
    let path: Path
    let arrived: Instant
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
    /// Bytes in `memory` that are no whole packet yet.
    private var held: Int
    private var waiting: [UInt8] = []
    /// Whether somebody has proved to be at its other end.
    var isKnown = false
    /// Whether epoll is asked to tell when there is room again.
    var awaitsRoom = false

    /// Nil when there is no other side any more. The descriptor is closed with this object, or by whoever gets nil.
    init?(_ descriptor: CInt, beginning: [UInt8], at now: Instant) {
        guard let remote = Self.remote(of: descriptor), beginning.count <= Self.room else { return nil }
        self.descriptor = descriptor
        path = Path(.tcp, local: TransportAddress(ipv6: 0, 0, port: 0), remote: remote)
        arrived = now
        memory.copyBytes(from: beginning)
        held = beginning.count
        var yes: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }

    deinit {
        Glibc.close(descriptor)
        memory.deallocate()
    }

    private static func remote(of descriptor: CInt) -> TransportAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
        }
        return isKnown ? TransportAddress(storage) : nil
    }
}

// MARK: - Reading

extension StreamConnection {
    /// Hands over the packets that are there, in memory that may be written to. False when the connection has ended, or what it sends
    /// are no packets.
    func receive(_ body: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
        guard handOver(body) else { return false }
        for _ in 0..<Self.mostReads {
            let free = UnsafeMutableRawBufferPointer(rebasing: memory[held...])
            let count = recv(descriptor, free.baseAddress, free.count, CInt(MSG_DONTWAIT))
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            held += count
            guard handOver(body) else { return false }
            if count < free.count { return true }
        }
        return true
    }

    private func handOver(_ body: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
        var start = 0
        while held - start >= 2 {
            let length = Int(memory[start]) << 8 | Int(memory[start + 1])
            guard length <= Self.longest else { return false }
            guard held - start - 2 >= length else { break }
            if length > 0 { body(UnsafeMutableRawBufferPointer(rebasing: memory[start + 2..<start + 2 + length])) }
            start += 2 + length
        }
        held -= start
        if start > 0, held > 0 { memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<start + held])) }
        return true
    }
}

// MARK: - Sending

extension StreamConnection {
    var isWaiting: Bool { !waiting.isEmpty }

    /// Puts a packet behind those that wait. False when there is no room for it.
    func add(_ packet: UnsafeRawBufferPointer) -> Bool {
        guard waiting.count + 2 + packet.count <= Self.mostWaiting else { return false }
        waiting.append(UInt8(truncatingIfNeeded: packet.count >> 8))
        waiting.append(UInt8(truncatingIfNeeded: packet.count))
        waiting.append(contentsOf: packet)
        return true
    }

    /// Sends what waits, as far as the system takes it. False when the connection has ended.
    func flush() -> Bool {
        guard isWaiting else { return true }
        let sent = waiting.withUnsafeBytes { bytes in
            send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        }
        guard sent >= 0 else { return errno == EAGAIN || errno == EINTR }
        if sent == waiting.count { waiting.removeAll(keepingCapacity: true) } else { waiting.removeFirst(sent) }
        return true
    }
}
