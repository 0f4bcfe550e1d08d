import Foundation
import TestKit
import Testing
import Vocabulary
import Web

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

    @Test("Eight try the way at a time, four of one meeting, for twenty seconds")
    func eight() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        let offer = try JSONDecoder().decode(String.self, from: Data(Self.offer.utf8))
        func check(_ number: UInt64, in meeting: Int64 = 1, at household: Int? = nil) async throws {
            let somebody = LiveSender.somebody(number, household: household ?? Int(number))
            _ = try await hall.check(offer, in: .init(high: 0, low: UInt64(meeting)), somebody)
        }
        func isRefused(_ retryAfter: Int, _ body: () async throws -> Void) async {
            await #expect(throws: Problem(.serviceUnavailable, "problem.checksFull", retryAfter: retryAfter)) { try await body() }
        }
        for number in 1...4 { try await check(UInt64(number)) }
        await isRefused(30) { try await check(5) }
        for number in 5...8 { try await check(UInt64(number), in: 2) }
        await isRefused(30) { try await check(9, in: 3) }
        for _ in 1...2 { try await check(1) }
        #expect(await hall.checks.count == 8, "who has one gets another instead")
        await #expect(throws: Problem.tooMany(retryAfter: 30)) { try await check(1) }
        scene.clock.advance(by: .seconds(19))
        await hall.keep()
        #expect(await hall.checks.count == 7, "an own one that was not begun anew has ended")
        scene.clock.advance(by: .seconds(1))
        await hall.keep()
        #expect(await hall.checks.isEmpty)
        // A household has as many at once as a family, and then one after the other.
        for number in 11...14 { try await check(UInt64(number), in: Int64(number), at: 7) }
        await isRefused(10) { try await check(15, in: 15, at: 7) }
        try await check(16, in: 16)
        scene.clock.advance(by: .seconds(10))
        try await check(15, in: 15, at: 7)
        try await scene.stop()
    }
}
