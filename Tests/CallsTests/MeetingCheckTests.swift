import Foundation
import TestKit
import Testing

@testable import Calls

/// The check of the way before somebody joins. That something comes back is seen by a browser.
@Suite(.timeLimit(.minutes(2))) struct MeetingCheckTests: MeetingStories {
    /// What a browser offers, as a JSON string.
    private static let offer: String = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Seeds/sdp")
        let text = try? String(contentsOf: folder.appending(path: "chromium"), encoding: .utf8)
        return (try? JSONEncoder().encode(text ?? "")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }()

    private func check(_ meeting: String, _ browser: FakeBrowser) async throws -> LiveMessage {
        try await answer(to: "meeting.check", meeting, from: browser, #""sdp":\#(Self.offer)"#)
    }

    private struct Welcome: Decodable {
        let answer: String
        let slots: String
    }

    @Test("Whoever came by the link tries the way, also before the door is opened; nobody else does")
    func theWay() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let ben = try await scene.page(of: scene.ben)
        #expect(try await check(meeting, ben).problem?.type.hasSuffix("notFound") == true)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let welcome: Welcome = try await check(meeting, cleo).body()
        #expect(welcome.answer.contains("a=candidate:") && welcome.slots.split(separator: "\r\n").count { $0.hasPrefix("m=") } == 2)
        #expect(
            try await answer(to: "meeting.checkAccept", meeting, from: cleo, #""sdp":"v=0""#).problem?.type.hasSuffix("malformed") == true)
        #expect(try await answer(to: "meeting.check", meeting, from: cleo, #""sdp":"v=0""#).type == "refused")
        #expect(try await check(meeting, cleo).type == "ack", "what was not taken leaves nothing behind")
        #expect(try await answer(to: "meeting.checkEnd", meeting, from: cleo).type == "ack")
        #expect(
            try await answer(to: "meeting.checkAccept", meeting, from: cleo, #""sdp":"v=0""#).problem?.type.hasSuffix("notFound") == true)
        // Whoever is in the meeting sees nobody of those who check.
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        #expect(try await people(ana) { _ in true }.people.map(\.name) == ["Ana"])
        try await scene.stop()
    }

    @Test("Eight try the way at a time, for twenty seconds")
    func eight() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, _) = try await scene.meeting(lobby: false)
        var pages: [FakeBrowser] = []
        for _ in 1...9 { pages.append(try await scene.page(of: scene.ana)) }
        for page in pages.prefix(8) { #expect(try await check(meeting, page).type == "ack") }
        #expect(try await check(meeting, pages[8]).problem?.type.hasSuffix("checksFull") == true)
        #expect(try await check(meeting, pages[0]).type == "ack", "who has one gets another instead")
        scene.clock.advance(by: .seconds(19))
        await scene.house.house.calls.hall.keep()
        #expect(try await check(meeting, pages[8]).type == "refused")
        scene.clock.advance(by: .seconds(1))
        await scene.house.house.calls.hall.keep()
        #expect(try await check(meeting, pages[8]).type == "ack")
        try await scene.stop()
    }
}
