import CLinux
import Glibc
import Media

extension TransportAddress {
    /// Nil for another family.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch CInt(storage.ss_family) {
        case AF_INET6:
            let name = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            let (high, low) = withUnsafeBytes(of: name.sin6_addr) {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(ipv6: UInt64(bigEndian: high), UInt64(bigEndian: low), port: UInt16(bigEndian: name.sin6_port))
        case AF_INET:
            let name = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            self.init(ipv4: UInt32(bigEndian: name.sin_addr.s_addr), port: UInt16(bigEndian: name.sin_port))
        default: return nil
        }
    }

    /// Whether both are one line's: the same IPv4 address, or the same /64 of IPv6, all of which one line has (RFC 6177 §2).
    func isNeighbour(of other: TransportAddress) -> Bool {
        guard ipv4 == nil, other.ipv4 == nil else { return ipv4 == other.ipv4 }
        return high == other.high
    }

    /// Writes it as the system has it, and returns how long that is.
    func write(to storage: inout sockaddr_storage, asIPv6 isIPv6: Bool) -> socklen_t {
        guard isIPv6 else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = (ipv4 ?? 0).bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in.self) }
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &name.sin6_addr) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in6.self) }
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    /// An address as people write it; nil for what is none.
    init?(_ text: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr), port: port)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let (high, low) = withUnsafeBytes(of: six) {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(ipv6: UInt64(bigEndian: high), UInt64(bigEndian: low), port: port)
        } else {
            return nil
        }
    }

    /// The addresses of this machine by which others may reach it: all but those of one link; its own inner one only if there is no other.
    static func ofThisMachine(port: UInt16) -> [TransportAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var (found, inner): ([TransportAddress], [TransportAddress]) = ([], [])
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, let name = entry.ifa_addr, let address = address(at: name) else { continue }
            let place = address.at(port)
            if place.isOfOneLink { continue }
            if entry.ifa_flags & UInt32(IFF_LOOPBACK) != 0 { inner.append(place) } else if !found.contains(place) { found.append(place) }
        }
        // Old addresses first: nearly everybody has one.
        let all = found.isEmpty ? inner : found
        return Array((all.filter { $0.ipv4 != nil } + all.filter { $0.ipv4 == nil }).prefix(8))
    }

    private static func address(at name: UnsafeMutablePointer<sockaddr>) -> TransportAddress? {
        var storage = sockaddr_storage()
        let length: Int
        switch CInt(name.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: UnsafeRawBufferPointer(start: name, count: length)) }
        return TransportAddress(storage)
    }

    func at(_ port: UInt16) -> TransportAddress { TransportAddress(ipv6: high, low, port: port) }

    /// `fe80::/10`, which means something on one cable only.
    private var isOfOneLink: Bool { high >> 54 == 0xFE80 >> 6 }
}
