import Calls
import Media
import TestKit
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
