import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// What people ask each other in a meeting. Nothing of it reaches a database, so one engine tells all.
@Suite(.timeLimit(.minutes(2))) struct MeetingPollTests: MeetingStories {
    private static let ana = PersonID(at: Timestamp(milliseconds: 1)), ben = PersonID(at: Timestamp(milliseconds: 2))

    private func poll(
        _ question: String = "When do we meet?", _ answers: [String] = ["Monday", "Tuesday", "Friday"], several: Bool = false,
        anonymous: Bool = false
    ) throws -> MeetingPoll? {
        let wish: [String: Any] = [
            "meeting": ID<Meeting>(at: Timestamp(milliseconds: 1)).description, "question": question, "answers": answers,
            "allowsSeveral": several, "isAnonymous": anonymous,
        ]
        let asking = try JSONDecoder().decode(MeetingAsking.self, from: JSONSerialization.data(withJSONObject: wish))
        return MeetingPoll(asking, number: 1, by: Self.ana, called: "Ana")
    }

    @Test func everybodyAnswersOnceAndMayChangeTheirMind() throws {
        var poll = try #require(try poll())
        let taken = [poll.answer([0], by: Self.ben, called: "Ben"), poll.answer([1], by: Self.ben, called: "Ben")]
        #expect(taken == [true, true])
        _ = poll.answer([1], by: Self.ana, called: "Ana")
        let seen = poll.face(for: Self.ben)
        #expect(seen.answers.map(\.count) == [0, 2, 0] && seen.answers[1].names == ["Ana", "Ben"])
        #expect(seen.voters == 2 && seen.chosen == [1] && !seen.isOwn)
        #expect(poll.face(for: Self.ana).isOwn)
        _ = poll.answer([], by: Self.ben, called: "Ben")
        #expect(poll.face(for: Self.ben).voters == 1, "an answer may be taken back")
        for nonsense in [[3], [-1], [0, 1], [.max]] {
            let isTaken = poll.answer(nonsense, by: Self.ben, called: "Ben")
            #expect(!isTaken)
        }
        #expect(poll.face(for: Self.ben).voters == 1)
    }

    @Test func whereSeveralMayBeChosenEachCounts() throws {
        var poll = try #require(try poll(several: true))
        _ = poll.answer([2, 0, 2], by: Self.ben, called: "Ben")
        #expect(poll.face(for: Self.ben).answers.map(\.count) == [1, 0, 1] && poll.face(for: Self.ben).chosen == [0, 2])
        let isTaken = poll.answer([0, 3], by: Self.ben, called: "Ben")
        #expect(!isTaken)
    }

    @Test("Without names nobody is told who chose what, and the closed poll does not know it any more")
    func anonymous() throws {
        var poll = try #require(try poll(anonymous: true))
        for (voter, name) in [(Self.ben, "Ben"), (Self.ana, "Ana")] { _ = poll.answer([2], by: voter, called: name) }
        #expect(poll.face(for: Self.ben).answers.allSatisfy { $0.names == nil } && poll.face(for: Self.ben).chosen == [2])
        poll.close(as: 1)
        let seen = poll.face(for: Self.ben)
        #expect(seen.answers.map(\.count) == [0, 0, 2] && seen.voters == 2 && seen.chosen.isEmpty)
        #expect(!"\(poll)".contains("Ben") && !"\(poll)".contains("\(Self.ben)"), "nothing is left of who voted")
    }

    @Test func whatCannotBeShownIsNotAsked() throws {
        let long = String(repeating: "x", count: 300), longAnswer = String(repeating: "y", count: 120)
        #expect(try poll(long, (0..<7).map { "\($0)" } + [longAnswer]) != nil)
        #expect(try poll("  Two\n lines ")?.question == "Two lines")
        for question in ["", " \n", long + "x", "\u{7}"] { #expect(try poll(question) == nil) }
        for answers in [
            [], ["Yes"], (0...8).map { "\($0)" }, ["Yes", " "], ["Yes", "Yes "], ["Yes", longAnswer + "y"], ["Yes", "\u{7F}"],
        ] {
            #expect(try poll("Well?", answers) == nil, "\(answers)")
        }
    }

    private func asked(_ browser: FakeBrowser, _ number: Int) async throws -> MeetingQuestion {
        try await browser.next { $0.type == "meeting.poll" && (try? $0.decode(MeetingPollNews.self))?.poll.number == number }
            .decode(MeetingPollNews.self).poll
    }

    private static func question(_ more: String = "") -> String {
        #""question":"When?","answers":["Monday","Friday"],"allowsSeveral":false,"isAnonymous":true\#(more)"#
    }

    @Test("A question reaches all, is answered once by each, and is closed by who asked it or a host")
    func aPoll() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cookie = try await scene.guest("Cleo", by: link)
        let (ana, cleo) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: cookie))
        let (_, seat) = (try await enter(meeting, ana), try await enter(meeting, cleo).seat)
        #expect(try await answer(to: "meeting.poll", meeting, from: cleo, Self.question()).type == "ack", "speakers ask too")
        #expect(try await asked(cleo, 1).isOwn)
        let shown = try await asked(ana, 1)
        #expect(shown.question == "When?" && shown.name == "Cleo" && !shown.isOwn && shown.isOpen)
        func changes(to choice: Int) async throws -> MeetingQuestion {
            #expect(try await answer(to: "meeting.pollAnswer", meeting, from: ana, #""poll":1,"answers":[\#(choice)]"#).type == "ack")
            return try await asked(cleo, 1)
        }
        #expect(try await changes(to: 0).counts == [1, 0])
        let changed = try await changes(to: 1)
        #expect(changed.counts == [0, 1] && changed.voters == 1 && changed.chosen.isEmpty && changed.answers[1].names == nil)
        #expect(try await answer(to: "meeting.pollAnswer", meeting, from: ana, #""poll":1,"answers":[2]"#).type == "refused")
        #expect(try await answer(to: "meeting.pollAnswer", meeting, from: ana, #""poll":2,"answers":[0]"#).type == "refused")

        // A listener answers, but asks nothing; whoever did not ask does not close.
        _ = try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"attendee""#)
        #expect(try await answer(to: "meeting.poll", meeting, from: cleo, Self.question()).type == "refused")
        #expect(try await answer(to: "meeting.pollAnswer", meeting, from: cleo, #""poll":1,"answers":[1]"#).type == "ack")
        #expect(try await answer(to: "meeting.poll", meeting, from: ana, Self.question()).type == "ack")
        #expect(try await answer(to: "meeting.pollClose", meeting, from: cleo, #""poll":2"#).type == "refused")
        #expect(try await answer(to: "meeting.pollClose", meeting, from: cleo, #""poll":1"#).type == "ack", "their own, listener or not")
        #expect(try await answer(to: "meeting.pollAnswer", meeting, from: ana, #""poll":1,"answers":[0]"#).type == "refused")

        // The page is loaded again: both are there. Who comes later sees what is open, and answers it.
        let again = try await enter(meeting, try await scene.page(ofGuest: cookie))
        #expect(again.polls.map(\.number) == [1, 2] && again.polls[0].counts == [0, 2] && !again.polls[0].isOpen)
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        #expect(try await enter(meeting, finn).polls.map(\.number) == [2])
        #expect(
            try await answer(to: "meeting.pollAnswer", meeting, from: finn, #""poll":1,"answers":[0]"#).problem?.type.hasSuffix("notFound")
                == true)
        #expect(try await answer(to: "meeting.pollAnswer", meeting, from: finn, #""poll":2,"answers":[0]"#).type == "ack")
        // A host closes anybody's. Who saw it open sees what came of it.
        #expect(try await answer(to: "meeting.pollClose", meeting, from: ana, #""poll":2"#).type == "ack")
        #expect(try await enter(meeting, finn).polls.map(\.counts) == [[1, 0]])
        // Whose page leaves and is there again within half a minute was not away; later they come anew.
        for (pause, seen) in [(29, [1, 2]), (30, [])] {
            let page = try await scene.page(ofGuest: cookie)
            #expect(try await enter(meeting, page).polls.map(\.number) == [1, 2])
            #expect(try await answer(to: "meeting.leave", meeting, from: page).type == "ack")
            scene.clock.advance(by: .seconds(pause))
            #expect(try await enter(meeting, page).polls.map(\.number) == seen)
        }
        try await scene.stop()
    }

    @Test("Twenty polls are kept; the oldest closed one makes room, and who waits at the door asks nothing")
    func twenty() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        _ = try await enter(meeting, cleo)
        #expect(try await answer(to: "meeting.poll", meeting, from: cleo, Self.question()).type == "refused")
        for _ in 1...20 { #expect(try await answer(to: "meeting.poll", meeting, from: ana, Self.question()).type == "ack") }
        #expect(try await answer(to: "meeting.poll", meeting, from: ana, Self.question()).problem?.type.hasSuffix("tooManyPolls") == true)
        _ = try await answer(to: "meeting.pollClose", meeting, from: ana, #""poll":3"#)
        #expect(try await answer(to: "meeting.poll", meeting, from: ana, Self.question()).type == "ack")
        #expect(try await enter(meeting, ana).polls.map(\.number) == [1, 2] + Array(4...21))
        try await scene.stop()
    }
}
