import Calls
import Logging
import Media
import Synchronization
import TestKit
import Web
import Testing

@Suite struct MediaServerTests {
    private let room = MediaRoomID(7)

    /// Who holds no meetings has no open port.
    @Test func thePortIsOpenedWithTheFirstMeeting() async throws {
        let media = MeetingDesk.server()
        #expect(media.statistics == nil)
        try await media.open(room)
        #expect(media.statistics?.connections == 0)
        media.stop()
    }

    /// Two nodes on one machine: the second takes any other port, and browsers are told that one.
    @Test func aTakenPortIsNoEnd() async throws {
        let first = MeetingDesk.server()
        try await first.open(room)
        let port = try #require(try await Self.port(of: first, room))
        let second = MeetingDesk.server(port: port)
        try await second.open(room)
        let other = try await Self.port(of: second, room)
        #expect(other != nil && other != port)
        first.stop()
        second.stop()
    }

    @Test("The operator is told of rooms by their place, and nothing that says which meeting it is or who is there")
    func numbersOfRooms() async throws {
        let media = MeetingDesk.server()
        let (first, second) = (MediaRoomID(0xDEAD_BEEF), MediaRoomID(0xFEED_FACE))
        for room in [first, second] { try await media.open(room) }
        for peer in [MediaPeerID(1), MediaPeerID(2)] {
            _ = try await media.join(second, peer, offer: nil, sounds: 1, pictures: 1).get()
        }
        try await Eventually.holds { media.statistics?.rooms.map(\.people) == [0, 2] }
        let text = PrometheusMetrics().text(and: try #require(media.statistics).families)
        #expect(text.contains("sotto_media_room_people{room=\"1\"} 0\nsotto_media_room_people{room=\"2\"} 2\n"))
        #expect(text.contains("sotto_media_rooms 2\n") && text.contains("sotto_media_room_senders{room=\"2\"} 0\n"))
        for id in [first, second] { #expect(!text.contains("\(id)") && !text.contains(String(id.number))) }
        media.stop()
    }

    /// The port that browsers are told.
    private static func port(of media: MediaServer, _ room: MediaRoomID) async throws -> UInt16? {
        let welcome = try await media.join(room, MediaPeerID(1), offer: nil, sounds: 1, pictures: 1).get()
        let line = welcome.slots.split(separator: "\r\n").first { $0.hasPrefix("a=candidate:1 ") }
        #expect(line?.contains(" 127.0.0.1 ") == true)
        return line.flatMap { line in
            let words = line.split(separator: " ")
            return words.count > 5 ? UInt16(words[5]) : nil
        }
    }

    @Test("Behind a router browsers are also told where they found the pages, and of a change there")
    func thePublicAddressIsFound() async throws {
        let places = Mutex(["203.0.113.9"])
        let media = MediaServer(port: 0, addresses: [], publicAddresses: { places.withLock(\.self) }, logger: Self.silent)
        media.streamPort = 8443
        try await media.open(room)
        let serving = Task { try await media.run() }
        try await Eventually.holds { try await Self.places(of: media, room).isSuperset(of: ["udp 203.0.113.9", "tcp 203.0.113.9"]) }
        let own = try await Self.places(of: media, room).subtracting(["udp 203.0.113.9", "tcp 203.0.113.9"])
        #expect(!own.isEmpty, "and at the machine's own, for those beside it")
        media.found(["203.0.113.10"])
        try await Eventually.holds { try await Self.places(of: media, room) == own.union(["udp 203.0.113.10", "tcp 203.0.113.10"]) }
        serving.cancel()
        _ = try? await serving.value
        // Who says where it is reached is believed.
        let told = MediaServer(port: 0, addresses: ["198.51.100.7"], publicAddresses: { ["203.0.113.9"] }, logger: Self.silent)
        told.found(["203.0.113.9"])
        try await told.open(room)
        #expect(try await Self.places(of: told, room) == ["udp 198.51.100.7"])
        told.stop()
    }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Where browsers are told to go, with the kind of way.
    private static func places(of media: MediaServer, _ room: MediaRoomID) async throws -> Set<String> {
        try await media.leave(room, MediaPeerID(1))
        let welcome = try await media.join(room, MediaPeerID(1), offer: nil, sounds: 1, pictures: 1).get()
        return Set(
            welcome.slots.split(separator: "\r\n").filter { $0.hasPrefix("a=candidate:") }.map { line in
                let words = line.split(separator: " ")
                return "\(words[2].lowercased()) \(words[4])"
            })
    }

    @Test func hostileOffersAreRefusedAndNothingElseHappens() async throws {
        let media = MeetingDesk.server()
        try await media.open(room)
        for offer in ["", "v=0", String(repeating: "a", count: 1_000_000)] {
            let result = try await media.join(room, MediaPeerID(1), offer: offer, sounds: 1, pictures: 1)
            guard case .failure(.offer) = result else {
                Issue.record("an offer that is none was taken")
                continue
            }
        }
        let result = try await media.join(MediaRoomID(8), MediaPeerID(1), offer: nil, sounds: 1, pictures: 1)
        guard case .failure(.noRoom) = result else {
            Issue.record("a meeting that is not held was joined")
            return
        }
        #expect(try await media.accept(room, MediaPeerID(1), answer: "v=0") == .noRoom)
        media.stop()
    }

    /// Whoever asks after the end hears so, and waits for nothing.
    @Test func afterTheEndNothingIsAnswered() async throws {
        let media = MeetingDesk.server()
        try await media.open(room)
        media.stop()
        await #expect(throws: MediaServerFault.self) { try await media.open(MediaRoomID(9)) }
        await #expect(throws: MediaServerFault.self) { try await media.leave(MediaRoomID(7), MediaPeerID(1)) }
        let told = await media.events.first { _ in true }
        #expect(told == nil)
    }
}
