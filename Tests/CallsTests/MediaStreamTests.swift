import CLinux
import Foundation
import Glibc
import Media
import TestKit
import Testing

@testable import Calls

/// Meetings for people whose network lets nothing pass but the port of the pages (RFC 6544, RFC 4571).
@Suite(.timeLimit(.minutes(2))) struct MediaStreamTests {
    private static let room = MediaRoomID(7)

    private static func framed(_ packet: [UInt8]) -> [UInt8] {
        [UInt8(packet.count >> 8), UInt8(packet.count & 0xFF)] + packet
    }

    /// Somebody who comes with the offer of a real browser, as that browser knows the server from our answer.
    private static func someone(in media: MediaServer) async throws -> (peer: FullICEPeer, description: String) {
        let offer = try String(contentsOfFile: Repository.path + "/Fuzz/Seeds/sdp/chromium", encoding: .utf8)
        let answer = try #require(try await media.join(room, MediaPeerID(1), offer: offer, sounds: 1, pictures: 1).get().answer)
        var peer = FullICEPeer(
            checking: ICECredentials(fragment: try value("ice-ufrag", of: answer), password: try value("ice-pwd", of: answer)))
        peer.fragment = try value("ice-ufrag", of: offer)
        return (peer, answer)
    }

    private static func value(_ name: String, of description: String) throws -> String {
        let line = try #require(description.split(separator: "\r\n").first { $0.hasPrefix("a=\(name):") })
        return String(line.dropFirst(name.count + 3))
    }

    @Test(arguments: ["127.0.0.1", "::1"], [false, true])
    func thePortOfThePagesLeadsIntoMeetingsToo(home: String, isEncrypted: Bool) async throws {
        try await TestHouse.run({
            $0.set(\.tlsSelfSigned, to: isEncrypted)
            $0.set(\.address, to: home)
            $0.set(\.mediaAddresses, to: [home])
        }) { server async throws in
            let media = server.house.calls.media
            media.streamPort = UInt16(server.port)
            // Before any meeting nobody is at home.
            let early = try await RawConnection(host: home, port: server.port)
            early.send([0, 20, 0, 1])
            #expect(try await early.untilClosed().isEmpty)

            try await media.open(Self.room)
            var (peer, description) = try await Self.someone(in: media)
            let told = try #require(description.split(separator: "\r\n").first { $0.hasSuffix(" \(server.port) typ host tcptype passive") })
            #expect(TransportAddress(String(told.split(separator: " ")[4]), port: 9) == TransportAddress(home, port: 9))
            let connection = try await RawConnection(host: home, port: server.port)
            let packet = peer.check(nominating: true)
            // In as many pieces as there are bytes, and another behind it in one.
            for byte in Self.framed(packet) { connection.send([byte]) }
            connection.send(Self.framed(peer.check()))
            try await Eventually.holds { connection.bytes.count > 2 }
            let answer = connection.bytes
            #expect(Array(answer[2..<4]) == [1, 1] && Array(answer[10..<22]) == Array(packet[8..<20]), "a success, of this transaction")
            let length = Int(answer[0]) << 8 | Int(answer[1])
            try await Eventually.holds { connection.bytes.count == 2 * (2 + length) }
            #expect(media.statistics?.streams == 1)

            // The pages are still there.
            let host = home == "::1" ? "[::1]" : home
            let address = "\(isEncrypted ? "https" : "http")://\(host):\(server.port)/health/live"
            let page = try await Shell.run("/usr/bin/curl", ["-gsk", "-o", "/dev/null", "-w", "%{http_code}", address])
            #expect(page == "200")

            // Who leaves the meeting is hung up on.
            try await media.leave(Self.room, MediaPeerID(1))
            _ = try await connection.untilClosed()
        }
    }

    @Test("Over UDP whoever knows the key of the offer is answered at either family's address, and told where they come from")
    func checksAreAnsweredOverBothFamilies() async throws {
        for home in ["127.0.0.1", "::1"] {
            let media = MeetingDesk.server(at: home)
            try await media.open(Self.room)
            var (peer, description) = try await Self.someone(in: media)
            let line = try #require(description.split(separator: "\r\n").first { $0.hasPrefix("a=candidate:1 ") })
            let words = line.split(separator: " ")
            let packet = peer.check(nominating: true)
            let port = try #require(UInt16(words[5]))
            let place = try #require(TransportAddress(String(words[4]), port: port))
            #expect(words[2].lowercased() == "udp" && place == TransportAddress(home, port: port))
            let (answer, own) = try Self.answer(to: packet, from: place)
            #expect(Array(answer[0..<2]) == [1, 1] && Array(answer[8..<20]) == Array(packet[8..<20]), "a success, of this transaction")
            let mapped = try STUNMessage(parsing: answer.span.bytes).mappedAddress(in: answer.span.bytes)
            #expect(mapped == own)
            media.stop()
        }
    }

    /// What comes back for a datagram, and where it was sent from.
    private static func answer(to packet: [UInt8], from server: TransportAddress) throws -> ([UInt8], TransportAddress) {
        let isIPv6 = server.ipv4 == nil
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var name = sockaddr_storage()
        var length = server.write(to: &name, asIPv6: isIPv6)
        let isConnected = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        #expect(isConnected && send(descriptor, packet, packet.count, 0) == packet.count)
        var answer = [UInt8](repeating: 0, count: 1500)
        let count = recv(descriptor, &answer, answer.count, 0)
        try #require(count > 20, "nothing came back")
        return (Array(answer[..<count]), try #require(TransportAddress(name)))
    }

    // MARK: - Strangers

    @Test func whoSaysNothingOfUseIsHungUpOn() throws {
        let (table, engine) = (StreamTable(queue: epoll_create1(0)), try Self.engine())
        let (near, far) = try Self.connection()
        defer { close(far) }
        table.add(near, beginning: [0], engine, at: .now)
        let began = Instant.now
        table.look(engine, at: began + .seconds(9))
        #expect(table.count == 1)
        table.look(engine, at: began + .seconds(11))
        #expect(table.count == 0)
        var byte: UInt8 = 0
        #expect(recv(far, &byte, 1, 0) == 0, "the connection is closed")
    }

    /// The longest packet is taken; one byte more, and the connection is none of ours.
    @Test(arguments: [(2048, 1), (2049, 0)])
    func packetsThatNobodySendsEndTheConnection(length: Int, left: Int) throws {
        let (table, engine) = (StreamTable(queue: epoll_create1(0)), try Self.engine())
        let (near, far) = try Self.connection()
        defer { close(far) }
        table.add(near, beginning: Self.framed([UInt8](repeating: 0, count: length)), engine, at: .now)
        #expect(table.count == left)
        #expect(engine.strangers == UInt64(left))
    }

    /// Who has proved nothing gives way, the eldest first, so that nobody holds all places by being there.
    @Test(arguments: [(1000, 5), (5, 1000)]) func whereItIsFullTheEldestStrangerGoes(most: Int, mostOfOneAddress: Int) throws {
        let table = StreamTable(queue: epoll_create1(0), most: most, mostOfOneAddress: mostOfOneAddress)
        let engine = try Self.engine()
        var ends: [CInt] = []
        defer { for end in ends { close(end) } }
        for count in 1...6 {
            let (near, far) = try Self.connection()
            ends.append(far)
            table.add(near, beginning: [], engine, at: .now)
            #expect(table.count == min(count, 5))
        }
        var byte: UInt8 = 0
        #expect(ends.map { recv($0, &byte, 1, CInt(MSG_DONTWAIT)) } == [0, -1, -1, -1, -1, -1], "the first was hung up on")
    }

    @Test func oneLineHasAWholeNetworkOfVersion6() throws {
        func address(_ text: String) throws -> TransportAddress { try #require(TransportAddress(text, port: 9)) }
        let home = try address("2001:db8:1:2::1")
        #expect(home.isNeighbour(of: try address("2001:db8:1:2:ffff:ffff:ffff:ffff")))
        #expect(!home.isNeighbour(of: try address("2001:db8:1:3::1")))
        let (four, same, other) = (try address("192.0.2.1"), try address("192.0.2.1"), try address("192.0.2.2"))
        #expect(four.isNeighbour(of: same) && !four.isNeighbour(of: other))
        let loop = try address("::1")
        #expect(!four.isNeighbour(of: loop) && !home.isNeighbour(of: four))
    }

    /// Somebody who reads too slowly misses packets, and never a part of one.
    @Test func aFullConnectionDropsWholePackets() throws {
        let (near, far) = try Self.connection()
        defer { close(far) }
        let stream = try #require(StreamConnection(near, beginning: [], at: .now))
        var taken: [UInt8] = []
        var refused = 0
        for number in 0..<20_000 {
            let packet = [UInt8](repeating: UInt8(number % 251), count: 900 + number % 300)
            let isTaken = packet.withUnsafeBytes { stream.add($0) }
            if isTaken { taken.append(packet[0]) } else { refused += 1 }
            #expect(stream.flush())
        }
        #expect(refused > 0)
        var read: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while stream.isWaiting || read.count < 2 {
            let count = recv(far, &block, block.count, CInt(MSG_DONTWAIT))
            if count > 0 { read += block[..<count] }
            #expect(stream.flush())
        }
        while case let count = recv(far, &block, block.count, CInt(MSG_DONTWAIT)), count > 0 { read += block[..<count] }
        var (place, seen) = (0, [UInt8]())
        while place + 2 < read.count {
            let length = Int(read[place]) << 8 | Int(read[place + 1])
            #expect(read[place + 2..<place + 2 + length].allSatisfy { $0 == read[place + 2] })
            seen.append(read[place + 2])
            place += 2 + length
        }
        #expect(place == read.count && seen == taken)
    }

    // MARK: - Helpers

    private static func engine() throws -> MediaEngine {
        let identity = try #require(DTLSIdentity(secondsSince1970: 1_800_000_000))
        return MediaEngine(identity: identity, addresses: [], networkEpoch: 0, random: MediaRandom { 4 })
    }

    /// Both ends of a TCP connection on this machine.
    private static func connection() throws -> (CInt, CInt) {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let far = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(listener, name, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, name, &length) == 0
                    && connect(far, name, length) == 0
            }
        }
        #expect(isConnected)
        return (accept(listener, nil, nil), far)
    }
}
