import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// What is written in a meeting: text, reactions and captions. All of it is heard by those who are there, and by nobody else.
@Suite(.timeLimit(.minutes(5))) struct MeetingWordsTests: MeetingStories {
    @Test("What is written reaches all who are there, once, and who comes later reads nothing of it", arguments: Engine.all)
    func words(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let cookie = try await scene.guest("Cleo", by: link)
        let (ana, cleo) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: cookie))
        let host = try await enter(meeting, ana).seat
        #expect(try await enter(meeting, cleo).words.isEmpty)
        #expect(
            try await answer(to: "meeting.say", meeting, from: cleo, #""text":"Let me in""#).type == "refused", "who waits says nothing")
        #expect(try await answer(to: "meeting.say", meeting, from: ana, #""text":"  Shall we let them in?\n""#).type == "ack")
        let own: MeetingSpoken = try await ana.next("meeting.said").decode()
        #expect(own.words.text == "Shall we let them in?" && own.words.seat == host && own.words.name == "Ana")
        _ = try await answer(to: "meeting.admit", meeting, from: ana)
        _ = try await cleo.next("meeting.admitted")
        #expect(try await enter(meeting, cleo).words.isEmpty, "it was not meant for who came later")

        // MeetingSpoken again after a lost connection, as the same command.
        for _ in 1...2 {
            cleo.send(#"{"type":"meeting.say","id":"\#(Self.again)","meeting":"\#(meeting)","text":"Hello"}"#)
            _ = try await cleo.next { $0.type == "ack" }
        }
        #expect(try await answer(to: "meeting.say", meeting, from: cleo, #""text":"Bye""#).type == "ack")
        for page in [ana, cleo] {
            let heard = [
                try await page.next("meeting.said").decode(MeetingSpoken.self),
                try await page.next("meeting.said").decode(MeetingSpoken.self),
            ]
            #expect(heard.map(\.words.text) == ["Hello", "Bye"] && heard.map(\.words.number) == [2, 3])
        }
        // The page is loaded again: what was written since they came.
        #expect(try await enter(meeting, try await scene.page(ofGuest: cookie)).words.map(\.number) == [2, 3])
        #expect(try await enter(meeting, ana).words.map(\.number) == [1, 2, 3])
        for text in ["", "  ", String(repeating: "x", count: 8001), "\\u0007"] {
            #expect(try await answer(to: "meeting.say", meeting, from: ana, #""text":"\#(text)""#).type == "refused")
        }
        #expect(try await answer(to: "meeting.say", meeting, from: ana, #""text":"\#(String(repeating: "x", count: 8000))""#).type == "ack")
        try await scene.stop()
    }

    private static let again = "0191e1a0-0000-7000-8000-000000000001"

    @Test("A reaction is shown to all, so many a second and no more", arguments: Engine.all)
    func reactions(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(meeting, cleo).seat
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        for reaction in ["applause", "laugh"] {
            #expect(try await answer(to: "meeting.react", meeting, from: cleo, #""reaction":"\#(reaction)""#).type == "ack")
        }
        #expect(try await answer(to: "meeting.react", meeting, from: cleo, #""reaction":"rude""#).type == "refused")
        scene.clock.advance(by: .milliseconds(500))
        #expect(try await answer(to: "meeting.react", meeting, from: cleo, #""reaction":"celebrate""#).type == "ack")
        for page in [ana, cleo] {
            let shown = [
                try await page.next("meeting.reacted").decode(MeetingSign.self),
                try await page.next("meeting.reacted").decode(MeetingSign.self),
            ]
            #expect(shown.map(\.reaction) == ["applause", "celebrate"] && shown.allSatisfy { $0.seat == seat })
        }
        try await scene.stop()
    }

    private struct Captioned: Decodable {
        let text: String
        let isFinal: Bool
    }

    @Test("Captions are written by whom a host asked to, so long and so fast and no more")
    func captions() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(meeting, cleo).seat
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        func write(_ text: String, isFinal: Bool = true) async throws -> String {
            try await answer(to: "meeting.caption", meeting, from: cleo, #""text":"\#(text)","isFinal":\#(isFinal)"#).type
        }
        func appoint(_ isCaptioner: Bool, by page: FakeBrowser) async throws -> String {
            try await answer(to: "meeting.captioner", meeting, from: page, #""seat":\#(seat),"isCaptioner":\#(isCaptioner)"#).type
        }
        #expect(try await write("Hello") == "refused")
        #expect(try await appoint(true, by: cleo) == "refused", "nobody appoints themself")
        #expect(try await appoint(true, by: ana) == "ack")
        for text in ["", " ", String(repeating: "x", count: 201), "\\u0007"] { #expect(try await write(text) == "refused") }
        // Words that are still being written, faster than they are read; final ones are not lost to them.
        for text in ["W", "We", "We sh"] { #expect(try await write(text, isFinal: false) == "ack") }
        let long = String(repeating: "y", count: 200)
        for text in ["We  shall\\n begin.", "2", "3", "4", long, "6"] { #expect(try await write(text) == "ack") }
        scene.clock.advance(by: .milliseconds(1000))
        #expect(try await write("7") == "ack")
        for page in [ana, cleo] {
            var heard: [String] = []
            for _ in 1...7 {
                let caption: Captioned = try await page.next("meeting.captioned").decode()
                heard.append(caption.isFinal ? caption.text : caption.text + "…")
            }
            #expect(heard == ["W…", "We shall begin.", "2", "3", "4", long, "7"])
        }
        #expect(try await appoint(false, by: ana) == "ack")
        #expect(try await write("Hello") == "refused")
        try await scene.stop()
    }

    @Test("Who was asked to write captions still does after loading the page again; a host may ask themself")
    func captionerComesBack() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let ana = try await scene.page(of: scene.ana)
        let hosts = try await enter(meeting, ana).seat
        func appoint(_ seat: UInt64) async throws {
            #expect(try await answer(to: "meeting.captioner", meeting, from: ana, #""seat":\#(seat),"isCaptioner":true"#).type == "ack")
        }
        func writes(_ page: FakeBrowser) async throws -> Bool {
            try await answer(to: "meeting.caption", meeting, from: page, #""text":"And now.","isFinal":true"#).type == "ack"
        }
        try await appoint(hosts)
        #expect(try await writes(ana))
        try await appoint(try await enter(meeting, cleo).seat)
        for (away, stillWrites) in [(Duration.seconds(29), true), (.seconds(31), false)] {
            _ = try await answer(to: "meeting.leave", meeting, from: cleo)
            scene.clock.advance(by: away)
            _ = try await enter(meeting, cleo)
            #expect(try await writes(cleo) == stillWrites)
        }
        try await scene.stop()
    }
}
