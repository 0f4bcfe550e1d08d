import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// What people are told of meetings while they are elsewhere.
@Suite(.timeLimit(.minutes(5))) struct MeetingNoticeTests: MeetingStories {
    private func count(_ kind: String, _ lodger: Lodger, _ scene: MeetingScene) async throws -> Int {
        let page = try await TestBrowser(scene.house, as: lodger).get("/notices").text
        return page.components(separatedBy: kind).count - 1
    }

    @Test("A host who is not there hears that somebody waits, not who, and once in five minutes", arguments: Engine.all)
    func somebodyWaits(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let words = "Somebody waits at the door of Rehearsal."
        let home = try await scene.page(of: scene.ana)
        for name in ["Cleo", "Finn"] {
            #expect(try await enter(meeting, try await scene.page(ofGuest: try await scene.guest(name, by: link))).state == "waiting")
        }
        let told = try await home.next { $0.text.contains("meeting.waiting") }
        #expect(told.text.contains(meeting) && !told.text.contains("Cleo"))
        let page = try await TestBrowser(scene.house, as: scene.ana).get("/notices").text
        #expect(page.contains("/meetings/\(meeting)") && !page.contains("Cleo") && !page.contains("Finn"))
        #expect(try await count(words, scene.ana, scene) == 1)

        scene.clock.advance(by: .minutes(5))
        let dora = try await scene.guest("Dora", by: link)
        _ = try await enter(meeting, try await scene.page(ofGuest: dora))
        #expect(try await count(words, scene.ana, scene) == 2)

        // Who is inside sees the line.
        _ = try await enter(meeting, home)
        scene.clock.advance(by: .minutes(5))
        _ = try await enter(meeting, try await scene.page(ofGuest: try await scene.guest("Eve", by: link)))
        #expect(try await count(words, scene.ana, scene) == 2)

        // What is gone has no name and leads nowhere.
        #expect(try await answer(to: "meeting.end", meeting, from: home).type == "ack")
        let after = try await TestBrowser(scene.house, as: scene.ana).get("/notices").text
        #expect(!after.contains("Rehearsal") && !after.contains("/meetings/\(meeting)") && after.contains("a meeting that is over"))
        try await scene.stop()
    }

    // MARK: - Reminders

    private static let reminded = "You asked to be reminded of Rehearsal."

    /// Ana plans a meeting at this moment, once or every day for two weeks; gives its id and the path of its link.
    private func plan(_ scene: MeetingScene, at start: Timestamp, id: String? = nil, _ changes: [String: String] = [:]) async throws -> (
        id: String, link: String
    ) {
        let wall = TimeZone.gmt.wallClock(at: start)
        let usual = [
            "name": "Rehearsal", "on": wall.day.text, "at": String(start.machineText.dropFirst(11).prefix(5)), "zone": "UTC",
            "length": "60",
            "repeats": "never", "until": "", "remind": "10",
        ]
        let ana = TestBrowser(scene.house, as: scene.ana)
        let form = usual.merging(changes) { _, own in own }.sorted { $0.key < $1.key }
        #expect(try await ana.post(id.map { "/meetings/\($0)/plan" } ?? "/meetings/plan", form).location == "/meetings")
        let page = try await ana.get("/meetings").text
        let planned = try #require(page.firstMatch(of: /\/meetings\/([0-9a-z-]+)\/plan"/)).1
        return (String(planned), "/join/" + (try #require(page.text(after: "/join/", before: "\""))))
    }

    /// A full minute, some hours from now.
    private func hoursFromNow(_ hours: Int, _ scene: MeetingScene) -> Timestamp {
        Timestamp(milliseconds: (scene.clock.now + .hours(hours)).milliseconds / 60_000 * 60_000)
    }

    @Test("A reminder comes once, before each time, also when two nodes look, and follows a change", arguments: Engine.all)
    func reminders(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let second = try await TestHouse(scene.house.settings, clock: scene.clock)
        let start = hoursFromNow(5, scene)
        let last = TimeZone.gmt.wallClock(at: start).day.advanced(by: 7).text
        let weekly = ["repeats": "weekly", "until": last]
        let (meeting, link) = try await plan(scene, at: start, weekly)
        let ben = TestBrowser(scene.house, as: scene.ben)
        #expect(try await ben.get(link).text.contains("This Sotto sends no mail."))
        #expect(try await ben.post(link + "/reminder", [("remind", "60")]).location == link)
        #expect(try await ben.post(link + "/reminder", [("remind", "61")]).status == 400)
        #expect(try await ben.get("/meetings/\(meeting)").location == link, "by a reminder one comes to the door")
        try await scene.house.house.calls.sendReminders()
        #expect(try await count(Self.reminded, scene.ben, scene) == 0)

        scene.clock.advance(by: start - .minutes(60) - scene.clock.now)
        for _ in 1...2 {
            async let one: Void = scene.house.house.calls.sendReminders()
            async let other: Void = second.house.calls.sendReminders()
            _ = try await (one, other)
        }
        #expect(try await count(Self.reminded, scene.ben, scene) == 1)
        #expect(try await count(Self.reminded, scene.ana, scene) == 0)
        // Another date is moved, and put back: of the one that they know nobody is told twice.
        let wall = TimeZone.gmt.wallClock(at: start + .days(7))
        for act in ["move", "restore"] {
            let wish = [("act", act), ("on", wall.day.advanced(by: 1).text), ("at", "12:00")]
            let ana = TestBrowser(scene.house, as: scene.ana)
            #expect(try await ana.post("/meetings/\(meeting)/dates/\(wall.day.text)", wish).status == 303)
            try await second.house.calls.sendReminders()
        }
        #expect(try await count(Self.reminded, scene.ben, scene) == 1)
        scene.clock.advance(by: .minutes(50))
        try await second.house.calls.sendReminders()
        #expect(try await count(Self.reminded, scene.ana, scene) == 1)

        // Nobody looked for a week: what has begun is not news, and there is no time after it.
        scene.clock.advance(by: .days(7) + .minutes(70))
        try await second.house.calls.sendReminders()
        #expect(try await count(Self.reminded, scene.ben, scene) == 1)

        // One date of a series is moved to in half an hour.
        let choir = hoursFromNow(30, scene)
        let planned = TimeZone.gmt.wallClock(at: choir).day
        let (series, door) = try await plan(
            scene, at: choir, ["name": "Choir", "repeats": "weekly", "until": planned.advanced(by: 7).text])
        #expect(try await ben.post(door + "/reminder", [("remind", "60")]).status == 303)
        let soon = hoursFromNow(1, scene) - .minutes(30)
        let wish = [
            ("act", "move"), ("on", TimeZone.gmt.wallClock(at: soon).day.text), ("at", String(soon.machineText.dropFirst(11).prefix(5))),
        ]
        #expect(try await TestBrowser(scene.house, as: scene.ana).post("/meetings/\(series)/dates/\(planned.text)", wish).status == 303)
        try await scene.house.house.calls.sendReminders()
        #expect(try await count("You asked to be reminded of Choir.", scene.ben, scene) == 1)

        // A meeting that was moved to in half an hour: who wanted to know an hour before is told now.
        let (moved, way) = try await plan(scene, at: hoursFromNow(30, scene), ["name": "Concert"])
        #expect(moved != meeting)
        #expect(try await ben.post(way + "/reminder", [("remind", "60")]).status == 303)
        _ = try await plan(scene, at: hoursFromNow(1, scene) - .minutes(30), id: moved, ["name": "Concert"])
        try await scene.house.house.calls.sendReminders()
        #expect(try await count("You asked to be reminded of Concert.", scene.ben, scene) == 1)

        #expect(try await ben.post(way + "/reminder", [("remind", "0")]).status == 303)
        #expect(try await ben.get("/meetings/\(moved)").status == 404)
        try await second.stop()
        try await scene.stop()
    }

    @Test("Who asked for a mail gets it at their confirmed address, in their language, and nobody else gets any")
    func mails() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        var settings = try await TestHouse.settings()
        settings.set(\.mailURL, to: "smtp://127.0.0.1:\(server.port)")
        settings.set(\.mailFrom, to: "sotto@example.org")
        settings.set(\.mailAuthority, to: authority.certificate)
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [])
        // What registering and signing in had to say.
        let data = try await Database.open(settings.dataAddress)
        try await data.write { try $0.run("DELETE FROM mail_letter") }
        await data.close()
        let clock = ManualClock(SystemClock().now)
        let scene = MeetingScene(try await TestHouse(settings, clock: clock), people[0], people[1], clock)
        try await scene.house.house.stores.data.write { transaction in
            try transaction.run("UPDATE account SET email_confirmed_at = 1, language = 'fr' WHERE person_id = \(scene.ben.person)")
        }
        let start = hoursFromNow(2, scene)
        // Ana has not shown that her address is hers: no mail goes there.
        let (meeting, link) = try await plan(scene, at: start, ["mail": "on"])
        let ben = TestBrowser(scene.house, as: scene.ben)
        #expect(try await ben.get(link).text.contains("name=\"mail\""))
        #expect(try await ben.post(link + "/reminder", [("remind", "10"), ("mail", "on")]).status == 303)
        clock.advance(by: start - .minutes(10) - clock.now)
        try await scene.house.house.calls.sendReminders()
        let mail = try #require(await server.next())
        #expect(mail.recipients == ["ben@example.org"] && mail.words.contains("Content-Language: fr"))
        let words = mail.words.replacing("=\n", with: "")
        #expect(words.contains("Rehearsal") && words.contains("/meetings/\(meeting)\n") && !words.contains(link))
        #expect(try await count("Rehearsal", scene.ana, scene) == 1, "a notice comes in any case")
        let post = scene.house.house.mail
        try await Eventually.holds { try await post.count().waiting == 0 && post.state.delivered > 0 }
        #expect(post.state.delivered == 1)
        try await scene.stop()
        await server.stop()
    }
}
