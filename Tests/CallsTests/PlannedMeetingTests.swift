import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// Meetings that are planned, as their host's pages and the visitors of their link see them.
@Suite(.timeLimit(.minutes(5))) struct PlannedMeetingTests: MeetingStories {
    /// What Ana types: a meeting three days from now, at ten by UTC.
    private func form(_ scene: MeetingScene, _ changes: [String: String] = [:], in days: Int = 3) -> [(String, String)] {
        let day = TimeZone.gmt.wallClock(at: scene.clock.now).day.advanced(by: days)
        let usual = [
            "name": "Rehearsal", "on": day.text, "at": "10:00", "zone": "UTC", "length": "60", "repeats": "never", "until": "",
            "lobby": "on", "remind": "0",
        ]
        return usual.merging(changes) { _, own in own }.sorted { $0.key < $1.key }
    }

    /// Ana plans it; gives its id and its link.
    private func plan(_ scene: MeetingScene, _ form: [(String, String)]) async throws -> (id: String, link: String) {
        let ana = TestBrowser(scene.house, as: scene.ana)
        #expect(try await ana.post("/meetings/plan", form).location == "/meetings")
        let page = try await ana.get("/meetings").text
        let id = try #require(page.firstMatch(of: /\/meetings\/([0-9a-z-]+)\/plan"/)).1
        return (String(id), "/join/" + (try #require(page.text(after: "/join/", before: "\""))))
    }

    private func lines(_ scene: MeetingScene, _ link: String) async throws -> [String] {
        let answer = try await TestBrowser(scene.house).get(link + "/calendar")
        #expect(answer.headers[.contentType] == "text/calendar; charset=utf-8")
        return answer.text.components(separatedBy: "\r\n")
    }

    @Test("The door tells the time, opens ten minutes before, and for a host who begins earlier", arguments: Engine.all)
    func theDoor(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await plan(
            scene, form(scene, ["repeats": "weekly", "until": form(scene, in: 10).first { $0.0 == "on" }?.1 ?? ""]))
        let day = TimeZone.gmt.wallClock(at: scene.clock.now).day.advanced(by: 3)
        let start = day.midnight + .hours(10)
        let visitor = TestBrowser(scene.house)
        let early = try await visitor.get(link).text
        #expect(
            early.contains("datetime=\"\(start.machineText)\"") && early.contains("It has not begun") && !early.contains("name=\"name\""))
        #expect(try await visitor.post(link, [("name", "Cleo")]).status == 409)

        // Its host begins earlier.
        let ana = try await scene.page(of: scene.ana)
        #expect(try await enter(meeting, ana).role == "host")
        #expect(try await visitor.get(link).text.contains("name=\"name\""))
        _ = try await scene.guest("Cleo", by: link)
        #expect(try await answer(to: "meeting.end", meeting, from: ana).type == "ack")
        #expect(try await visitor.post(link, [("name", "Cleo")]).status == 409, "an earlier end is not the end of what was planned")

        scene.clock.advance(by: start - .minutes(10) - scene.clock.now)
        _ = try await scene.guest("Finn", by: link)
        scene.clock.advance(by: .minutes(70))
        let between = try await visitor.get(link).text
        #expect(between.contains("datetime=\"\((start + .days(7)).machineText)\"") && between.contains("It has not begun"))
        scene.clock.advance(by: .days(7))
        #expect(try await visitor.get(link).text.contains("It has taken place"))
        scene.clock.advance(by: .days(1) - .milliseconds(1))
        #expect(try await visitor.get(link).status == 200)
        scene.clock.advance(by: .milliseconds(1))
        #expect(try await visitor.get(link).status == 410)
        scene.clock.advance(by: .days(1))
        try await Eventually.holds { try await scene.count("meeting", "meeting_plan", "guest_link") == 0 }
        try await scene.stop()
    }

    @Test("Who is blocked finds nothing of what was planned, not even by asking for it in another way")
    func aBlock() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await plan(scene, form(scene))
        let (ana, ben) = (TestBrowser(scene.house, as: scene.ana), TestBrowser(scene.house, as: scene.ben))
        #expect(try await ben.get(link + "/calendar").status == 200)
        #expect(try await ben.post(link + "/reminder", [("remind", "10")]).status == 303)
        #expect(try await ben.get("/meetings/\(meeting)").location == link, "who is to be reminded is led to the door")
        #expect(try await ana.post("/people/\(scene.ben.id)/block", []).status == 303)
        #expect(try await ben.get(link).status == 410)
        #expect(try await ben.get(link + "/calendar").status == 404)
        #expect(try await ben.post(link + "/reminder", [("remind", "0")]).status == 404)
        #expect(try await ben.get("/meetings/\(meeting)").status == 404)
        try await scene.stop()
    }

    @Test("A change reaches calendars as the same event with a higher number; so does calling it off", arguments: Engine.all)
    func changes(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await plan(scene, form(scene))
        let (ana, ben) = (TestBrowser(scene.house, as: scene.ana), TestBrowser(scene.house, as: scene.ben))
        let before = try await lines(scene, link)
        #expect(before.contains("SEQUENCE:0") && before.contains("SUMMARY:Rehearsal"))
        for (path, form) in [("plan", form(scene)), ("cancel", [])] {
            #expect(try await ben.post("/meetings/\(meeting)/\(path)", form).status == 404, "it is not his")
        }
        let page = try await ana.get("/meetings/\(meeting)/plan").text
        #expect(page.contains("value=\"Rehearsal\"") && page.contains("value=\"10:00\""))
        scene.clock.advance(by: .minutes(5))
        #expect(try await ana.post("/meetings/\(meeting)/plan", form(scene, ["name": "Concert", "at": "20:15"])).status == 303)
        let after = try await lines(scene, link)
        #expect(
            after.contains("SEQUENCE:1") && after.contains("SUMMARY:Concert")
                && after.contains { $0.hasPrefix("DTSTART") && $0.hasSuffix("T201500Z") })
        #expect(after.first { $0.hasPrefix("UID") } == before.first { $0.hasPrefix("UID") })
        #expect(after.first { $0.hasPrefix("DTSTAMP") } != before.first { $0.hasPrefix("DTSTAMP") })
        #expect(try await TestBrowser(scene.house).get(link).text.contains("Concert"))

        #expect(try await ana.post("/meetings/\(meeting)/cancel", []).status == 303)
        let off = try await lines(scene, link)
        #expect(off.contains("STATUS:CANCELLED") && off.contains("SEQUENCE:2"))
        #expect(try await TestBrowser(scene.house).get(link).text.contains("Cancelled"))
        #expect(try await TestBrowser(scene.house).post(link, [("name", "Cleo")]).status == 410)
        let late = try await scene.page(of: scene.ana)
        #expect(try await answer(to: "meeting.enter", meeting, from: late).type == "refused")
        #expect(try await ana.post("/meetings/\(meeting)/plan", form(scene)).status == 404, "there is nothing to change any more")
        #expect(try await ana.post("/meetings/\(meeting)/end", []).status == 303)
        #expect(try await TestBrowser(scene.house).get(link).status == 410)
        #expect(try await scene.count("meeting", "meeting_plan") == 0)
        try await scene.stop()
    }

    @Test("One date of a series is moved and another cancelled, by its host alone; door and calendars follow", arguments: Engine.all)
    func oneDate(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let first = TimeZone.gmt.wallClock(at: scene.clock.now).day.advanced(by: 3)
        let (second, third) = (first.advanced(by: 7), first.advanced(by: 14))
        let (meeting, link) = try await plan(scene, form(scene, ["repeats": "weekly", "until": third.text]))
        let (ana, ben) = (TestBrowser(scene.house, as: scene.ana), TestBrowser(scene.house, as: scene.ben))
        let dates = "/meetings/\(meeting)/dates"
        func change(_ date: Day, _ act: String, on day: Day? = nil, at time: String = "15:30") async throws -> TestBrowser.Answer {
            try await ana.post("\(dates)/\(date.text)", [("act", act), ("on", (day ?? date).text), ("at", time)])
        }
        func stamp(_ day: Day, _ time: String) -> String { day.text.replacing("-", with: "") + "T\(time)00Z" }
        #expect(try await ana.get("/meetings").text.contains("href=\"\(dates)\""))
        #expect(try await ana.get(dates).text.components(separatedBy: "href=\"\(dates)/").count == 4)
        for path in [dates, "\(dates)/\(second.text)"] { #expect(try await ben.get(path).status == 404, "it is not his") }
        #expect(try await ben.post("\(dates)/\(second.text)", [("act", "cancel")]).status == 404)
        for date in [second.advanced(by: 1).text, "soon"] { #expect(try await ana.get("\(dates)/\(date)").status == 404) }
        #expect(try await ana.get("\(dates)/\(second.text)").text.contains("value=\"10:00\""))

        for (answer, words) in [
            (try await change(second, "move", at: "3"), "such as 14:30"),
            (try await change(second, "move", on: first.advanced(by: -4)), "over already"),
            (try await change(second, "move", on: first.advanced(by: 400)), "next 366 days"),
            (try await change(second, "move", on: third, at: "10:59"), "takes place then anyway"),
        ] { #expect(answer.status == 422 && answer.text.contains(words), "\(words)") }
        let empty = try await ana.post("\(dates)/\(second.text)", [("act", "move"), ("on", ""), ("at", "")])
        #expect(empty.text.contains("day of the calendar") && empty.text.contains("such as 14:30"), "all at once")

        // It may begin where another ends.
        #expect(try await change(first, "move", on: first.advanced(by: 1)).location == dates)
        let moved = try await lines(scene, link)
        for line in ["RECURRENCE-ID:\(stamp(first, "1000"))", "DTSTART:\(stamp(first.advanced(by: 1), "1530"))"] {
            #expect(moved.contains(line))
        }
        #expect(moved.filter { $0 == "SEQUENCE:1" }.count == 2)
        let door = try await TestBrowser(scene.house).get(link).text
        let start = first.advanced(by: 1).midnight + .minutes(15 * 60 + 30)
        #expect(door.contains("datetime=\"\(start.machineText)\"") && door.contains("Moved: it would have been"))
        #expect(try await change(third, "cancel").status == 303)
        #expect(try await lines(scene, link).contains("EXDATE:\(stamp(third, "1000"))"))
        #expect(try await ana.get(dates).text.contains("Cancelled"))
        #expect(try await change(second, "cancel").status == 303)
        #expect(try await change(first, "cancel").text.contains("only date left"))

        // The link works until a day after the last of them, and nobody comes at a time that was given up.
        scene.clock.advance(by: first.midnight + .hours(10) - scene.clock.now)
        #expect(try await TestBrowser(scene.house).post(link, [("name", "Cleo")]).status == 409)
        #expect(try await change(second, "restore").status == 303)
        scene.clock.advance(by: start - .minutes(10) - scene.clock.now)
        _ = try await scene.guest("Finn", by: link)
        scene.clock.advance(by: second.midnight + .hours(35) - .milliseconds(1) - scene.clock.now)
        #expect(try await TestBrowser(scene.house).get(link).status == 200)
        scene.clock.advance(by: .milliseconds(1))
        #expect(try await TestBrowser(scene.house).get(link).status == 410)
        try await scene.stop()
    }

    @Test("What is different about single dates outlives a change of the whole plan; two windows do not overrule each other")
    func datesAndPlan() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let first = TimeZone.gmt.wallClock(at: scene.clock.now).day.advanced(by: 3)
        let series = ["repeats": "weekly", "until": first.advanced(by: 14).text]
        let (id, link) = try await plan(scene, form(scene, series))
        let ana = TestBrowser(scene.house, as: scene.ana)
        let path = "/meetings/\(id)/dates/\(first.advanced(by: 7).text)"
        #expect(try await ana.post(path, [("act", "cancel"), ("on", ""), ("at", "")]).status == 303)
        #expect(try await ana.post("/meetings/\(id)/plan", form(scene, series.merging(["at": "11:00"]) { $1 })).status == 303)
        let day = first.advanced(by: 7).text.replacing("-", with: "")
        #expect(try await lines(scene, link).contains("EXDATE:\(day)T110000Z"))
        let calls = scene.house.house.calls
        let meeting = try #require(ID<Meeting>(id))
        let (own, stale) = try await calls.ownPlan(meeting, of: scene.ana.person)
        #expect(try await ana.post(path, [("act", "restore"), ("on", ""), ("at", "")]).status == 303)
        await #expect(throws: Problem(.conflict, "problem.planChanged")) {
            try await calls.change(own, from: stale, to: stale.plan.restoring(first))
        }
        // Once is once.
        #expect(try await ana.post("/meetings/\(id)/plan", form(scene)).status == 303)
        #expect(try await ana.get("/meetings/\(id)/dates").status == 404)
        try await scene.stop()
    }

    @Test("What is cancelled says so for 30 days at most")
    func cancelled() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let last = try #require(form(scene, in: 200).first { $0.0 == "on" }?.1)
        let (meeting, link) = try await plan(scene, form(scene, ["repeats": "weekly", "until": last]))
        #expect(try await TestBrowser(scene.house, as: scene.ana).post("/meetings/\(meeting)/cancel", []).status == 303)
        scene.clock.advance(by: .days(30) - .milliseconds(1))
        #expect(try await TestBrowser(scene.house).get(link).status == 200)
        scene.clock.advance(by: .milliseconds(1))
        #expect(try await TestBrowser(scene.house).get(link).status == 410)
        try await scene.stop()
    }

    @Test("What cannot be planned is said beside its field, and what was typed stays")
    func mistakes() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let ana = TestBrowser(scene.house, as: scene.ana)
        let today = TimeZone.gmt.wallClock(at: scene.clock.now).day
        let saturday = try #require((0...7).map { today.advanced(by: $0 + 1) }.first { $0.weekday == 5 })
        let wrong: [([String: String], String)] = [
            (["on": "2026-02-31"], "day of the calendar"), (["on": "tomorrow"], "day of the calendar"), (["at": "24:00"], "such as 14:30"),
            (["at": "1:30"], "such as 14:30"), (["zone": "Mars/Olympus"], "does not know this time zone"),
            (["on": today.advanced(by: -1).text], "over already"), (["on": today.advanced(by: 367).text], "next 366 days"),
            (["repeats": "weekly"], "last day"), (["repeats": "weekly", "until": today.advanced(by: 2).text], "last day"),
            (["repeats": "weekly", "until": today.advanced(by: 3 + 367).text], "last day"),
            (["repeats": "workdays", "on": saturday.text, "until": saturday.text], "no day from Monday to Friday"),
            (["name": ""], "Please fill this in"), (["name": String(repeating: "x", count: 81)], "At most 80"),
        ]
        for (changes, words) in wrong {
            let answer = try await ana.post("/meetings/plan", form(scene, changes))
            #expect(answer.status == 422 && answer.text.contains(words), "\(changes)")
        }
        let all = try await ana.post("/meetings/plan", form(scene, ["name": "", "at": "soon", "repeats": "weekly"])).text
        #expect(all.contains("Please fill this in") && all.contains("such as 14:30"), "all at once")
        for changes in [["length": "61"], ["repeats": "yearly"], ["remind": "7"]] {
            #expect(try await ana.post("/meetings/plan", form(scene, changes)).status == 400)
        }
        #expect(try await scene.count("meeting", "meeting_plan", "guest_link") == 0)
        try await scene.stop()
    }
}
