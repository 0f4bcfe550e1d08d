import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// A call between two becomes a group call, as the pages of all three see it.
@Suite(.timeLimit(.minutes(5))) struct CallUpgradeTests: MeetingStories {
    /// Ana is in a call with Ben. Dan is a contact of hers and Eve is not; Ben knows neither.
    private struct Scene {
        let clock = ManualClock(SystemClock().now)
        let house: TestHouse
        let (ana, ben, dan, eve): (Lodger, Lodger, Lodger, Lodger)
        let (anas, bens, dans): (FakeBrowser, FakeBrowser, FakeBrowser)
        let call = PersonID(at: SystemClock().now).description

        init(on engine: Engine) async throws {
            let settings = try await TestHouse.settings(on: engine)
            let people = try await Lodgers.move(into: settings, ["Ana", "Ben", "Dan", "Eve"], contacts: [(0, 1), (0, 2)])
            (ana, ben, dan, eve) = (people[0], people[1], people[2], people[3])
            house = try await TestHouse(settings, clock: clock)
            anas = try await Self.page(of: ana, in: house)
            bens = try await Self.page(of: ben, in: house)
            dans = try await Self.page(of: dan, in: house)
            #expect(try await say("call.ring", from: anas, #","callee":"\#(ben.id)","relayOnly":false"#).type == "ack")
            _ = try await bens.next("call.ringing")
            #expect(try await say("call.accept", from: bens, #","device":"page-of-ben""#).type == "ack")
            #expect(try await say("call.join", from: anas, #","device":"page-of-ana""#).type == "ack")
            #expect(try await say("call.join", from: bens, #","device":"page-of-ben""#).type == "ack")
        }

        static func page(of lodger: Lodger, in house: TestHouse) async throws -> FakeBrowser {
            var address = FakeBrowser.Address(port: house.port, session: lodger.session)
            address.origin = house.origin
            let browser = try await FakeBrowser.open(address)
            try await browser.greet()
            return browser
        }

        func page(of lodger: Lodger) async throws -> FakeBrowser { try await Self.page(of: lodger, in: house) }

        /// Says something about the call, and returns what the server answers.
        func say(_ command: String, from browser: FakeBrowser, _ more: String = "") async throws -> LiveMessage {
            browser.command(command, #""call":"\#(call)""# + more)
            return try await browser.next { ["ack", "refused"].contains($0.type) }
        }

        func add(_ lodger: Lodger, by browser: FakeBrowser) async throws -> LiveMessage {
            try await say("call.add", from: browser, #","person":"\#(lodger.id)""#)
        }

        func adding(_ browser: FakeBrowser, _ stage: String) async throws -> Adding {
            try await browser.next { $0.type == "call.adding" && $0.text.contains(#""stage":"\#(stage)""#) }.decode()
        }

        /// Ana asks, Ben agrees, and it rings at Dan's.
        func ringDan() async throws {
            #expect(try await add(dan, by: anas).type == "ack")
            #expect(try await adding(bens, "asking").isOwn == false)
            #expect(try await say("call.addAnswer", from: bens, #","agrees":true"#).type == "ack")
            _ = try await dans.next("call.ringing")
        }

        /// And Dan answers.
        func danAnswers() async throws -> String {
            try await ringDan()
            let added: Added = try await say("call.accept", from: dans, #","device":"page-of-dan""#).body()
            for page in [anas, bens] { #expect(try await adding(page, "moving").meeting == added.meeting) }
            return added.meeting
        }

        /// So much time goes by.
        func wait(_ time: Duration) async {
            clock.advance(by: time)
            await house.house.calls.upgrades.keep()
        }

        func ends(_ reason: String) async throws {
            for page in [anas, bens] { #expect(try await page.next("call.notAdded").reason == reason) }
        }

        /// Dan comes to a meeting that is gone, where nobody else learns that there was one.
        func finds(_ problem: String, in meeting: String) async throws {
            for (page, expected) in [(dans, problem), (anas, "notFound")] {
                page.command("meeting.enter", #""meeting":"\#(meeting)""#)
                let kind = try await page.next("refused").problem?.type.split { ".:".contains($0) }.last
                #expect(kind == Substring(expected))
            }
        }

        /// The call between two is as it was.
        func goesOn() async throws {
            for (page, device) in [(anas, "page-of-ana"), (bens, "page-of-ben")] {
                let joined: Joined = try await say("call.join", from: page, #","device":"\#(device)""#).body()
                #expect(joined.state == "accepted" && joined.peerPresent)
            }
        }

        var meetings: Int {
            get async throws {
                try await house.house.stores.data.read { try $0.first("SELECT COUNT(*) AS n FROM meeting")?.get("n") ?? 0 }
            }
        }

        func stop() async throws { try await house.stop() }
    }

    struct Adding: Decodable {
        let stage: String
        let isOwn: Bool
        let meeting: String?
    }

    private struct Added: Decodable {
        let meeting: String
    }

    private struct Joined: Decodable {
        let state: String
        let reason: String?
        let peerPresent: Bool
        let meeting: String?
    }

    private struct Contacts: Decodable {
        struct Contact: Decodable {
            let person: String
        }

        let contacts: [Contact]
    }

    @Test(
        "a contact is added when the other agrees, and the call ends only when each hears the other in the meeting", arguments: Engine.all)
    func added(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let contacts: Contacts = try await scene.say("call.contacts", from: scene.anas).body()
        #expect(contacts.contacts.map(\.person) == [scene.dan.id])
        #expect(try await scene.add(scene.dan, by: scene.anas).type == "ack")
        #expect(try await scene.adding(scene.anas, "asking").isOwn)
        _ = try await scene.adding(scene.bens, "asking")
        #expect(try await scene.meetings == 0, "nothing is made before anybody agreed")
        _ = try await scene.say("call.addAnswer", from: scene.bens, #","agrees":true"#)
        let ringing = try await scene.dans.next("call.ringing")
        #expect(ringing.call == scene.call && ringing.text.contains(#""with":"#) && ringing.text.contains(scene.ben.id))
        // A device that comes online rings, too.
        let tablet = try await scene.page(of: scene.dan)
        #expect(try await tablet.next("call.ringing").call == scene.call)
        #expect(try await scene.meetings == 0)

        let added: Added = try await scene.say("call.accept", from: scene.dans, #","device":"page-of-dan""#).body()
        #expect(try await tablet.next("call.answered").call == scene.call)
        for page in [scene.anas, scene.bens] { #expect(try await scene.adding(page, "moving").meeting == added.meeting) }
        for (page, role) in [(scene.anas, "host"), (scene.bens, "host"), (scene.dans, "speaker")] {
            let entered = try await enter(added.meeting, page)
            #expect(entered.state == "in" && entered.role == role)
        }

        #expect(try await scene.say("call.heard", from: scene.anas).type == "ack")
        #expect(try await scene.say("call.heard", from: scene.anas).type == "ack", "twice is no second one")
        try await scene.goesOn()
        #expect(try await scene.say("call.heard", from: scene.bens).type == "ack")
        for page in [scene.anas, scene.bens] { #expect(try await page.next("call.ended").reason == "upgraded") }
        // A page that was loaded in between learns where it went on.
        let joined: Joined = try await scene.say("call.join", from: scene.anas, #","device":"page-of-ana""#).body()
        #expect(joined.state == "ended" && joined.reason == "upgraded" && joined.meeting == added.meeting)
        let recent = try await scene.house.house.calls.recent(of: scene.ben.person, in: .english)
        #expect(recent.count == 1 && recent.first?.isMissed == false)

        // When all have gone it is over for good, but not before a page could be loaded again.
        for page in [scene.anas, scene.bens, scene.dans] { _ = try await answer(to: "meeting.leave", added.meeting, from: page) }
        try await scene.house.house.calls.hall.keep()
        #expect(try await scene.meetings == 1)
        scene.clock.advance(by: MeetingHall.grace)
        try await scene.house.house.calls.hall.keep()
        #expect(try await scene.meetings == 0)
        try await scene.stop()
    }

    @Test("whoever does not agree, does not answer or takes it back changes nothing: the call goes on", arguments: Engine.all)
    func notAdded(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        // Ben would rather not.
        _ = try await scene.add(scene.dan, by: scene.anas)
        _ = try await scene.say("call.addAnswer", from: scene.bens, #","agrees":false"#)
        try await scene.ends("refused")
        // Ben says nothing.
        _ = try await scene.add(scene.dan, by: scene.anas)
        await scene.wait(CallUpgrade.patience)
        try await scene.ends("unanswered")
        // Dan declines, and is not told that he missed anything.
        try await scene.ringDan()
        #expect(try await scene.say("call.decline", from: scene.dans).type == "ack")
        #expect(try await scene.dans.next("call.ended").reason == "declined")
        try await scene.ends("declined")
        // Dan does not answer, and is.
        try await scene.ringDan()
        await scene.wait(CallUpgrade.patience)
        #expect(try await scene.dans.next("call.ended").reason == "missed")
        #expect(try await scene.dans.next("event").kind == "call.missed")
        try await scene.ends("missed")
        // Ben takes back what Ana asked.
        try await scene.ringDan()
        _ = try await scene.say("call.addCancel", from: scene.bens, #","reason":"cancelled""#)
        #expect(try await scene.dans.next("call.ended").reason == "cancelled")
        try await scene.ends("cancelled")
        // Dan wants quiet.
        scene.dans.command("presence.set", #""state":"busy""#)
        _ = try await scene.dans.next("ack")
        _ = try await scene.add(scene.dan, by: scene.anas)
        _ = try await scene.say("call.addAnswer", from: scene.bens, #","agrees":true"#)
        try await scene.ends("busy")
        scene.dans.command("presence.set", #""state":"online""#)
        _ = try await scene.dans.next("ack")
        // Both cannot hear each other in the meeting in time.
        let meeting = try await scene.danAnswers()
        _ = try await enter(meeting, scene.dans)
        await scene.wait(CallUpgrade.movingPatience)
        #expect(try await scene.dans.next("meeting.over").reason == "upgradeFailed")
        try await scene.ends("failed")
        // Ana's page cannot get in, and Dan's is on its way only.
        let deserted = try await scene.danAnswers()
        _ = try await scene.say("call.addCancel", from: scene.anas, #","reason":"failed""#)
        try await scene.ends("failed")
        #expect(try await scene.meetings == 0)
        try await scene.finds("groupCallFailed", in: deserted)
        await scene.wait(Call.grace)
        try await scene.finds("notFound", in: deserted)
        try await scene.goesOn()
        // One hangs up while both go over.
        let left = try await scene.danAnswers()
        _ = try await enter(left, scene.dans)
        _ = try await scene.say("call.hangUp", from: scene.anas)
        #expect(try await scene.dans.next("meeting.over").reason == "callEnded")
        try await scene.finds("groupCallOver", in: left)
        try await scene.stop()
    }

    @Test("whoever hangs up while it rings ends all of it", arguments: Engine.all)
    func hungUp(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        try await scene.ringDan()
        _ = try await scene.say("call.hangUp", from: scene.anas)
        #expect(try await scene.bens.next("call.ended").reason == "hungUp")
        #expect(try await scene.dans.next("call.ended").reason == "cancelled")
        try await scene.stop()
    }

    @Test("only the two pages of the call add somebody, only the other agrees, and only whoever is rung answers", arguments: Engine.all)
    func nobodyElse(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        func kind(_ message: LiveMessage) -> Substring? { message.problem?.type.split { ".:".contains($0) }.last }
        let (eves, phone) = (try await scene.page(of: scene.eve), try await scene.page(of: scene.ana))
        for page in [eves, scene.dans] {
            #expect(try await kind(scene.add(scene.dan, by: page)) == "notFound")
            #expect(try await kind(scene.say("call.contacts", from: page)) == "notFound")
        }
        #expect(try await kind(scene.add(scene.dan, by: phone)) == "callElsewhere", "Ana's telephone is not in the call")
        for one in [scene.eve, scene.ben, scene.ana] {
            #expect(try await kind(scene.add(one, by: scene.anas)) == "callCannotAdd")
        }
        #expect(try await kind(scene.add(scene.dan, by: scene.bens)) == "callCannotAdd", "Dan is no contact of Ben's")
        // Who is blocked by the other one of the call, or blocks them, cannot be told from who does not answer, and hears nothing.
        let people = scene.house.house.people
        for (blocked, blocker) in [(scene.dan, scene.ben), (scene.ben, scene.dan)] {
            try await people.block(blocked.person, by: blocker.person)
            let contacts: Contacts = try await scene.say("call.contacts", from: scene.anas).body()
            #expect(contacts.contacts.map(\.person) == [scene.dan.id])
            #expect(try await scene.add(scene.dan, by: scene.anas).type == "ack")
            _ = try await scene.say("call.addAnswer", from: scene.bens, #","agrees":true"#)
            for page in [scene.anas, scene.bens] {
                for stage in ["asking", "ringing"] { _ = try await scene.adding(page, stage) }
            }
            #expect(try await kind(scene.say("call.accept", from: scene.dans, #","device":"page-of-dan""#)) == "notFound")
            await scene.wait(CallUpgrade.patience)
            try await scene.ends("missed")
            #expect(try await kind(scene.say("call.decline", from: scene.dans)) == "notFound")
            #expect(scene.dans.waiting.allSatisfy { !["call.ringing", "call.ended", "event"].contains($0.type) })
            try await people.unblock(blocked.person, by: blocker.person)
        }
        // While it is asked nobody else is, nobody answers for another, and nothing is heard.
        #expect(try await scene.add(scene.dan, by: scene.anas).type == "ack")
        #expect(try await kind(scene.add(scene.dan, by: scene.anas)) == "callAddsAlready")
        _ = try await scene.say("call.addAnswer", from: scene.anas, #","agrees":true"#)
        #expect(try await scene.say("call.accept", from: scene.dans, #","device":"page-of-dan""#).type == "refused")
        _ = try await scene.say("call.addCancel", from: eves, #","reason":"cancelled""#)
        _ = try await scene.say("call.addAnswer", from: scene.bens, #","agrees":true"#)
        _ = try await scene.dans.next("call.ringing")
        #expect(try await kind(scene.say("call.accept", from: eves, #","device":"page-of-eve""#)) == "notFound")
        #expect(try await kind(scene.say("call.decline", from: eves)) == "notFound")
        // A block that comes while it rings counts.
        try await people.block(scene.ben.person, by: scene.dan.person)
        #expect(try await kind(scene.say("call.accept", from: scene.dans, #","device":"page-of-dan""#)) == "callCannotAdd")
        #expect(try await scene.meetings == 0)
        try await scene.stop()
    }

    @Test("nobody is added to the call of a guest", arguments: Engine.all)
    func guests(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let calls = scene.house.house.calls
        let wish = GuestLinkWish(hours: 1, isForOne: true, hasLobby: false, isRelayOnly: false)
        let (_, secret) = try await calls.makeLink(wish, for: scene.dan.person)
        let (call, _) = try await calls.join(secret, as: "Cleo")
        _ = try await scene.dans.next("call.ringing")
        for (command, more) in [("call.accept", #","device":"page-of-dan""#), ("call.join", #","device":"page-of-dan""#)] {
            scene.dans.command(command, #""call":"\#(call.id)"\#(more)"#)
            _ = try await scene.dans.next("ack")
        }
        scene.dans.command("call.add", #""call":"\#(call.id)","person":"\#(scene.ana.id)""#)
        #expect(try await scene.dans.next("refused").problem?.type.hasSuffix("callOfGuest") == true)
        #expect(try await !TestBrowser(scene.house, as: scene.dan).get("/calls/\(call.id)").text.contains(#"data-action="add""#))
        #expect(try await TestBrowser(scene.house, as: scene.ana).get("/calls/\(scene.call)").text.contains(#"data-action="add""#))
        try await scene.stop()
    }
}
