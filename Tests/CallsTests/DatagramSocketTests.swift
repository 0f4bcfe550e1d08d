import Glibc
import Testing

@testable import Calls
@testable import Media

/// Datagrams that leave as one message are datagrams again where they arrive.
@Suite struct DatagramSocketTests {
    /// A socket of this machine, and where it is.
    private static func receiver() throws -> (descriptor: CInt, address: TransportAddress) {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        #expect(isBound)
        return (descriptor, TransportAddress(ipv4: 0x7F00_0001, port: UInt16(bigEndian: name.sin_port)))
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

    @Test func eachArrivesWholeAndInItsOrder() throws {
        let sender = try DatagramSocket(port: 0)
        let (ana, ben) = (try Self.receiver(), try Self.receiver())
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
