import Foundation
import Glibc
import Media
import TestKit
import Testing

@testable import Calls

/// A new meeting begins only where there is room for it: for its work, its datagrams and its bytes.
@Suite(.timeLimit(.minutes(2))) struct AdmissionTests: MeetingStories {
    private static let (held, fresh) = (MediaRoomID(7), MediaRoomID(8))

    // MARK: - What is counted

    private static func second(_ number: Int64) -> Instant { Instant(nanoseconds: number * 1_000_000_000) }

    @Test("Of the line's bytes the fuller direction counts, by its share in each second")
    func bytes() {
        var meter = LoadMeter(MediaLimits(megabits: 8))
        var traffic = MediaTraffic()
        #expect(meter.load(traffic, work: 3, at: Self.second(1)) == MediaLoad(work: 3))
        (traffic.bytesIn, traffic.bytesOut) = (100_000, 790_000)
        let almost = meter.load(traffic, work: 3, at: Self.second(2))
        #expect(almost == MediaLoad(work: 3, bytes: 79) && !almost.isHigh)
        traffic.bytesIn += 1_600_000
        let full = meter.load(traffic, work: 3, at: Self.second(4))
        #expect(full == MediaLoad(work: 3, bytes: 80) && full.isHigh, "800,000 bytes in each of two seconds")
        #expect(meter.load(traffic, work: 3, at: Self.second(5)) == MediaLoad(work: 3))
    }

    @Test("Datagrams count in both directions together, against what whoever runs the network says")
    func packets() {
        var meter = LoadMeter(MediaLimits(packets: 1000))
        _ = meter.load(MediaTraffic(), work: 0, at: Self.second(1))
        let full = meter.load(MediaTraffic(packetsIn: 400, packetsOut: 400), work: 0, at: Self.second(2))
        #expect(full == MediaLoad(packets: 80) && full.isHigh)
        let almost = meter.load(MediaTraffic(packetsIn: 800, packetsOut: 799), work: 0, at: Self.second(3))
        #expect(almost == MediaLoad(packets: 79) && !almost.isHigh)
    }

    @Test("Where nobody says, what the system could not take has shown how much it takes, for a minute")
    func shownCapacity() {
        var meter = LoadMeter(MediaLimits())
        var traffic = MediaTraffic()
        func after(_ second: Int64, packets: UInt64, lost: UInt64 = 0) -> Int {
            traffic.packetsOut += packets
            traffic.lost += lost
            return meter.load(traffic, work: 0, at: Self.second(second)).packets
        }
        _ = after(0, packets: 0)
        #expect(after(1, packets: 50_000) == 0, "as many as you like, while nothing is lost")
        #expect(after(2, packets: 10_000, lost: 100) == 0, "less than a hundredth")
        #expect(after(3, packets: 200, lost: 49) == 0, "a few are chance")
        #expect(after(4, packets: 10_000, lost: 200) == 100)
        #expect(after(5, packets: 8_000) == 80)
        #expect(after(6, packets: 7_900) == 79)
        #expect(after(7, packets: 20_000) == 100, "more went through, so there was room for more")
        #expect(after(8, packets: 10_000) == 50)
        #expect(after(64, packets: 56 * 20_000) == 0, "it is forgotten")
    }

    @Test("Work alone is enough, and nobody's word is not needed for it") func work() {
        #expect(MediaLoad(work: 80).isHigh && !MediaLoad(work: 79, packets: 79, bytes: 79).isHigh)
    }

    @Test("The card that leads to the world says how fast it is, and one that says nothing is believed nothing")
    func lineSpeed() throws {
        let root = TemporaryFolder.make() + "/"
        func write(_ path: String, _ text: String) throws {
            let folder = (root + path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: root + path, atomically: true, encoding: .utf8)
        }
        #expect(LineSpeed.found(under: root) == nil)
        let head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        let rows = [("wlan0", "00000000", 600, "00000000"), ("eth1", "00000000", 100, "00000000"), ("docker0", "000011AC", 0, "0000FFFF")]
        let table = rows.map { "\($0.0)\t\($0.1)\t0100A8C0\t0003\t0\t0\t\($0.2)\t\($0.3)\t0\t0\t0\n" }.joined()
        try write("proc/net/route", head + table)
        for (card, speed) in [("wlan0", "300"), ("docker0", "10000"), ("eth1", "-1")] {
            try write("sys/class/net/\(card)/speed", speed + "\n")
        }
        #expect(LineSpeed.found(under: root) == nil)
        try write("sys/class/net/eth1/speed", "1000\n")
        let found = try #require(LineSpeed.found(under: root))
        #expect(found.card == "eth1" && found.megabits == 1000)
        #expect(MediaLimits().filled(by: found) == MediaLimits(megabits: 1000))
        #expect(MediaLimits(megabits: 50).filled(by: found) == MediaLimits(megabits: 50), "whoever runs the server knows better")
        try write("proc/net/route", head)
        let zero = String(repeating: "0", count: 32)
        let lost = "\(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200       lo\n"
        try write("proc/net/ipv6_route", lost + "\(zero) 00 \(zero) 00 \(zero) 00000400 00000001 00000000 00450003     eth1\n")
        #expect(LineSpeed.found(under: root) == found, "where there is no old address")
    }

    @Test("What the system had no room for is counted, in either direction, as sockets tell")
    func lostForWantOfRoom() throws {
        let socket = try DatagramSocket(port: 0)
        var small: CInt = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &small, socklen_t(MemoryLayout<CInt>.size))
        #expect(socket.traffic() == MediaTraffic())
        let flood = try Flood(of: socket.port)
        for _ in 0..<100 { flood.send(500) }
        var read = 0
        while case let count = socket.receive({ _, _ in }), count > 0 { read += count }
        let traffic = socket.traffic()
        #expect(read < 100 && traffic.packetsIn == UInt64(read) && traffic.lost == UInt64(100 - read))
        #expect(traffic.bytesIn == UInt64(read * (500 + DatagramSocket.overhead)))
        #expect(socket.traffic() == traffic, "asked again, it is not counted again")
    }

    // MARK: - At the edge

    /// Datagrams for a port of this machine, which belong to nobody.
    private final class Flood: Sendable {
        private let descriptor: CInt
        private let port: UInt16

        init(of port: UInt16) throws {
            self.port = port
            descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
            try #require(descriptor >= 0)
        }

        deinit { close(descriptor) }

        func send(_ length: Int) {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let bytes = [UInt8](repeating: 0xFF, count: length)
            withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }

        /// Twice what a line of 1 Mbit/s carries, until the task is cancelled.
        func goesOn() -> Task<Void, Never> {
            Task {
                while !Task.isCancelled {
                    for _ in 0..<5 { send(1000) }
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }

    /// The UDP port that browsers are told.
    private static func port(in slots: String) throws -> UInt16 {
        let line = try #require(slots.split(separator: "\r\n").first { $0.hasPrefix("a=candidate:1 ") })
        return try #require(UInt16(line.split(separator: " ")[5]))
    }

    @Test("While the line is nearly full no meeting begins, whoever comes into one that goes on is let in, and afterwards it begins")
    func aFullLine() async throws {
        let media = MeetingDesk.server(limits: MediaLimits(megabits: 1))
        try await media.open(Self.held)
        let welcome = try await media.join(Self.held, MediaPeerID(1), offer: nil, sounds: 8, pictures: 16).get()
        let statistics = try #require(media.statistics)
        let filling = try Flood(of: try Self.port(in: welcome.slots)).goesOn()
        try await Eventually.holds { statistics.load.bytes >= MediaLoad.most }
        await #expect(throws: MediaServerFault.busy) { try await media.open(Self.fresh) }
        #expect(statistics.roomsRefused == 1)
        let late = try await media.join(Self.fresh, MediaPeerID(1), offer: nil, sounds: 8, pictures: 16)
        guard case .failure(.noRoom) = late else {
            Issue.record("it began all the same")
            return
        }
        _ = try await media.join(Self.held, MediaPeerID(2), offer: nil, sounds: 8, pictures: 16).get()
        filling.cancel()
        try await Eventually.holds { !statistics.load.isHigh }
        try await media.open(Self.fresh)
        #expect(statistics.roomsRefused == 1 && statistics.rooms.count <= 2)
        media.stop()
    }

    @Test("People read that the server is at its limit, in their own words, and are told when to ask again")
    func whatPeopleRead() async throws {
        var settings = try await TestHouse.settings()
        settings.set(\.mediaBandwidth, to: 1)
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [])
        let scene = MeetingScene(try await TestHouse(settings), people[0], people[1])
        let media = scene.house.house.calls.media
        try await media.open(Self.held)
        let welcome = try await media.join(Self.held, MediaPeerID(1), offer: nil, sounds: 1, pictures: 1).get()
        let (meeting, _) = try await scene.meeting(lobby: false)
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        let filling = try Flood(of: try Self.port(in: welcome.slots)).goesOn()
        try await Eventually.holds { media.statistics?.load.isHigh == true }
        let refused = try await answer(to: "meeting.publish", meeting, from: ana)
        #expect(refused.refusal == "mediaBusy")
        let problem = try #require(refused.problem)
        #expect(problem.title == "This server is at its limit" && problem.status == 503 && problem.retryAfter == 10)
        filling.cancel()
        try await Eventually.holds { media.statistics?.load.isHigh == false }
        #expect(try await answer(to: "meeting.publish", meeting, from: ana).type == "ack")
        try await scene.stop()
    }
}
