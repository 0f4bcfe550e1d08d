import Foundation
import Media
import TestKit
import Testing

@testable import Calls

/// What somebody who reads the server's log learns of a meeting: that it could be held.
@Suite(.timeLimit(.minutes(2))) struct MeetingLogTests: MeetingStories {
    private struct Welcome: Decodable {
        let answer: String
        let slots: String
    }

    /// Words of a description that say where somebody is, who they are, or open their connection.
    private static func secrets(of description: String) -> [String] {
        description.split(separator: "\r\n").flatMap { line -> [String] in
            let words = line.split(separator: " ").map(String.init)
            for name in ["a=ice-ufrag:", "a=ice-pwd:"] where line.hasPrefix(name) { return [String(line.dropFirst(name.count))] }
            if line.hasPrefix("a=fingerprint:") { return words.suffix(1) }
            if line.hasPrefix("a=ssrc:") { return [String(words[0].dropFirst(7))] }
            if line.hasPrefix("a=candidate:"), words.count > 4 { return [words[4]] }
            return []
        }
    }

    @Test("Neither addresses nor keys nor sources nor names of a meeting are in the log, whatever goes wrong")
    func theLogNamesNobody() async throws {
        let log = LogLines()
        let scene = try await MeetingScene(on: .sqlite, logger: log.logger)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let ana = try await scene.page(of: scene.ana)
        let offer = try String(contentsOfFile: Repository.path + "/Fuzz/Seeds/sdp/chromium", encoding: .utf8)
        let sdp = String(decoding: try JSONEncoder().encode(offer), as: UTF8.self)
        var secrets = Self.secrets(of: offer)
        for page in [cleo, ana] {
            _ = try await enter(meeting, page)
            let welcome: Welcome = try await answer(to: "meeting.publish", meeting, from: page, #""sdp":\#(sdp)"#).body()
            secrets += Self.secrets(of: welcome.answer) + Self.secrets(of: welcome.slots)
            // Another's fingerprint, and no description at all.
            for wrong in [sdp, #""v=0 marker""#] {
                #expect(try await answer(to: "meeting.accept", meeting, from: page, #""sdp":\#(wrong)"#).type == "refused")
            }
        }
        let media = scene.house.house.calls.media
        let room = MediaRoomID(99)
        try await media.open(room)
        let joined = try await media.join(room, MediaPeerID(7), offer: offer, sounds: 1, pictures: 1).get()
        secrets += Self.secrets(of: joined.slots)
        #expect(try await media.accept(room, MediaPeerID(7), answer: "v=0 marker") != nil)
        try await media.close(room)
        try await scene.stop()
        let text = log.text
        #expect(text.contains("meetings can be held") && Set(secrets).count > 20)
        for secret in Set(secrets).subtracting(["127.0.0.1"]) { #expect(!text.contains(secret), "\(secret) is in the log") }
        for word in ["Cleo", "Rehearsal", "marker", String(link.split(separator: "/").last ?? "")] {
            #expect(!text.contains(word), "\(word) is in the log")
        }
        // Where the server listens is its own address, and nobody else's.
        #expect(!text.split(separator: "\n").contains { $0.contains("127.0.0.1") && !$0.contains("listening") })
    }
}
