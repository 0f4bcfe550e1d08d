import Glibc
import Testing

@testable import Calls
@testable import Media

/// Datagrams that leave as one message are datagrams again where they arrive.
@Suite struct DatagramSocketTests {
    /// A socket of this machine, and where it is.
    private static func receiver(at home: String = "127.0.0.1") throws -> (descriptor: CInt, address: TransportAddress) {
        let home = try #require(TransportAddress(home, port: 0))
        let isIPv6 = home.ipv4 == nil
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_storage()
        var length = home.write(to: &name, asIPv6: isIPv6)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        #expect(isBound)
        // UDP_NO_CHECK6_RX: by IPv6 datagrams without a checksum are taken by who asks for them alone.
        var yes: CInt = 1
        if isIPv6 { setsockopt(descriptor, CInt(IPPROTO_UDP), 102, &yes, socklen_t(MemoryLayout<CInt>.size)) }
        return (descriptor, try #require(TransportAddress(name)))
    }

    /// What becomes of messages of several datagrams.
    enum Merging: CaseIterable {
        /// The system cuts them.
        case taken
        /// It refuses each of them (EINVAL), as it does where datagrams go without a checksum.
        case refused
        /// It has refused one for good (EIO), as it did before Linux 6.11 with cards that count no checksums.
        case given

        /// - Returns: a socket with which that happens
        func sender() throws -> DatagramSocket {
            let sender = try DatagramSocket(port: 0)
            switch self {
            case .taken: break
            case .refused:
                var yes: CInt = 1
                // SO_NO_CHECK for IPv4, and UDP_NO_CHECK6_TX of `linux/udp.h`.
                for (level, option) in [(SOL_SOCKET, SO_NO_CHECK), (CInt(IPPROTO_UDP), 101)] {
                    #expect(setsockopt(sender.descriptor, level, option, &yes, socklen_t(MemoryLayout<CInt>.size)) == 0)
                }
            case .given: sender.merges = false
            }
            return sender
        }
    }

    private static func path(_ address: TransportAddress) -> Path {
        Path(.udp, local: TransportAddress(ipv6: 0, 0, port: 0), remote: address)
    }

    /// What has come, by the length of each datagram and the byte that it is made of.
    private static func arrived(at descriptor: CInt) -> [[Int]] {
        var found: [[Int]] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &block, block.count, CInt(MSG_DONTWAIT)), count >= 0 {
            #expect(block[..<count].allSatisfy { $0 == block[0] })
            found.append([count, Int(block[0])])
        }
        return found
    }

    @Test(arguments: ["127.0.0.1", "::1"], Merging.allCases) func eachArrivesWholeAndInItsOrder(home: String, merging: Merging) throws {
        let sender = try merging.sender()
        let (ana, ben) = (try Self.receiver(at: home), try Self.receiver(at: home))
        defer { for one in [ana, ben] { close(one.descriptor) } }
        let batch = OutgoingBatch()
        var trains = [OutgoingBatch.Train(), OutgoingBatch.Train()]
        var expected: [[[Int]]] = [[], []]
        func write(_ length: Int, to place: Int) {
            let mark = expected[place].count % 250 + 1
            batch.write(to: Self.path([ana, ben][place].address), behind: &trains[place]) { output in
                for _ in 0..<length { output.append(UInt8(mark)) }
                return true
            }
            expected[place].append([length, mark])
        }
        // Shorter ones end a message, longer ones begin another; more than the system cuts at once; by turns to both.
        for length in [1200, 1200, 700, 1200, 100, 101, 101, 1472, 1, 1] { write(length, to: 0) }
        for _ in 0..<150 { for place in [1, 0] { write(300, to: place) } }
        sender.send(batch)
        batch.removeAll()
        // What was before means nothing now.
        write(50, to: 1)
        sender.send(batch)
        #expect(Self.arrived(at: ana.descriptor) == expected[0])
        #expect(Self.arrived(at: ben.descriptor) == expected[1])
        #expect(sender.accepted == 311 && sender.refused == 0)
        let bytes = expected.flatMap(\.self).reduce(0) { $0 + $1[0] + DatagramSocket.overhead }
        #expect(sender.traffic().bytesOut == UInt64(bytes), "each is counted once, however it went")
        #expect((sender.apart > 0) == (merging == .refused), "that the system refuses is no mere wish of this test")
        #expect(sender.merges == (merging != .given), "one way that takes none says nothing about the others")
    }

    /// Somebody has moved: what goes to the old place is not sent to the new one.
    @Test func aTrainIsForOneWay() throws {
        let sender = try DatagramSocket(port: 0)
        let (before, after) = (try Self.receiver(), try Self.receiver())
        defer { for one in [before, after] { close(one.descriptor) } }
        let batch = OutgoingBatch()
        var train = OutgoingBatch.Train()
        for (place, one) in [before, before, after, after, before].enumerated() {
            batch.write(to: Self.path(one.address), behind: &train) { output in
                for _ in 0..<200 { output.append(UInt8(place)) }
                return true
            }
        }
        sender.send(batch)
        #expect(Self.arrived(at: before.descriptor) == [[200, 0], [200, 1], [200, 4]])
        #expect(Self.arrived(at: after.descriptor) == [[200, 2], [200, 3]])
    }
}
