import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary
import Web

/// Planning: the form, the calendar file, calling it off.
extension Calls {
    var planRoutes: [Route] {
        [
            Route(.get, "/meetings/plan", .members, purpose: "Asks a member when a meeting is to take place.") { request, context in
                let usual = [
                    "zone": "UTC", "length": "60", "repeats": MeetingPlan.Repetition.never.rawValue, "lobby": "on", "remind": "10",
                ]
                return try await planPage(MeetingPlan.form("/meetings/plan").filled(with: usual), request, context)
            },
            Route(.post, "/meetings/plan", .members, purpose: "Plans a meeting.") { request, context in
                var form = try await MeetingPlan.form("/meetings/plan").read(request)
                guard let plan = MeetingPlan.typed(in: &form, at: ground.clock.now) else {
                    return try await planPage(form, request, context)
                }
                let wish = MeetingWish(form, .planned(plan))
                let host = try context.member.person
                let meeting = try await makeMeeting(wish, for: host)
                try await remind(host, of: meeting.id, .init(form))
                return .redirect(to: "/meetings", type: .normal)
            },
            Route(.get, "/meetings/{meeting}/plan", .members, purpose: "Shows the plan of a meeting to change it.") { request, context in
                let id: ID<Meeting> = try context.parameter("meeting")
                let (meeting, open) = try await ownPlan(id, of: try context.member.person)
                let link = try await ground.database.read { try $0.guestLink(meeting.link) }
                var values = open.plan.values
                values["name"] = try await name(of: meeting)
                values["lobby"] = link?.hasLobby == true ? "on" : nil
                if meeting.isWebinar { (values["webinar"], values["webinarBefore"]) = ("on", "on") }
                let reminder = try await ground.database.read { try $0.reminder(of: id, for: meeting.host) }
                values.merge(MeetingReminder.Wish.values(of: reminder?.wish)) { _, own in own }
                return try await planPage(MeetingPlan.form("/meetings/\(id)/plan").filled(with: values), changes: true, request, context)
            },
            Route(.post, "/meetings/{meeting}/plan", .members, purpose: "Changes the plan of a meeting.") { request, context in
                let id: ID<Meeting> = try context.parameter("meeting")
                let host = try context.member.person
                let (_, open) = try await ownPlan(id, of: host)
                var form = try await MeetingPlan.form("/meetings/\(id)/plan").read(request)
                guard let plan = MeetingPlan.typed(in: &form, at: ground.clock.now, before: open.plan) else {
                    return try await planPage(form, changes: true, request, context)
                }
                var wish = MeetingWish(form, .planned(plan))
                if form.flag("webinar") == form.flag("webinarBefore") { wish.isWebinar = nil }
                try await change(id, to: wish, by: host)
                try await remind(host, of: id, .init(form))
                return .redirect(to: "/meetings", type: .normal)
            },
            Route(.post, "/meetings/{meeting}/cancel", .members, purpose: "Cancels a planned meeting.") { request, context in
                _ = try await Form("", []).read(request)
                try await cancel(try context.parameter("meeting"), by: try context.member.person)
                return .redirect(to: "/meetings", type: .normal)
            },
            Route(.post, "/join/{secret}/reminder", .members, purpose: "Reminds a member of a planned meeting, or does so no more.") {
                request, context in
                let secret: String = try context.parameter("secret")
                guard let link = try await openLink(secret, for: context.principal.person), let meeting = try await meeting(behind: link),
                    let open = try await plan(of: meeting), !open.isCancelled
                else { throw Problem.notFound }
                let form = try await Self.reminderForm(secret).read(request)
                guard form.isAccepted else { return try await doorPage(of: meeting, by: link, secret, request, context, nil) }
                try await remind(try context.member.person, of: meeting.id, .init(form))
                return .redirect(to: "/join/\(secret)", type: .normal)
            },
            Route(.get, "/join/{secret}/calendar", .everyone, purpose: "A planned meeting as a file for calendars.") { _, context in
                guard let file = try await calendarFile(by: try context.parameter("secret"), for: context.principal.person) else {
                    throw Problem.notFound
                }
                return Response(
                    status: .ok,
                    headers: [.contentType: "text/calendar; charset=utf-8", .contentDisposition: "attachment; filename=\"meeting.ics\""],
                    body: .init(byteBuffer: ByteBuffer(string: file.text)))
            },
        ] + dateRoutes
    }

    private func planPage(_ form: Submission, changes: Bool = false, _ request: Request, _ context: Context) async throws -> Response {
        guard holdsMeetings else { throw Problem(.conflict, "problem.meetingsOneNode") }
        var page = Page("calls/meeting-plan", title: changes ? "meeting.plan.changeTitle" : "meeting.plan.title")
        page.section = .meetings
        page.styles = ["design/form.css", "calls/guest-links.css"]
        page.scripts = ["calls/meetingPlan.js"]
        page.form = form
        let chosen = form.text("zone")
        let zones = Set(Self.zones + [chosen].filter(MeetingPlan.isZone)).sorted()
        page.model["zones"] = zones.map { ["value": $0, "isChosen": $0 == chosen] as [String: Any] }
        page.model["lengths"] = MeetingPlan.lengths.map { minutes -> [String: Any] in
            [
                "value": minutes, "isChosen": String(minutes) == form.text("length"),
                "words": ground.pages.text("meeting.plan.minutes", count: minutes, [:], in: context.language),
            ]
        }
        if changes { page.model["changes"] = true }
        page.model.merge(try await reminderWords(for: try context.member.person, form, in: context.language)) { _, own in own }
        // A fresh form is filled in with the browser's own zone and the next hour.
        if !changes, form.text("on").isEmpty, form.isAccepted { page.model["isFresh"] = true }
        return try await ground.pages.respond(page, request, context)
    }

    static func reminderForm(_ secret: String) -> Form { Form("/join/\(secret)/reminder", MeetingReminder.fields) }

    /// What stands beside the choice of a reminder: whether mails come at all, for this member.
    func reminderWords(for member: PersonID, _ form: Submission, in language: Language) async throws -> [String: Any] {
        [
            "mail": [try await mailState(of: member).rawValue: true],
            "reminders": MeetingReminder.choices.map { minutes -> [String: Any] in
                let (key, count) =
                    minutes < 60 ? ("minutes", minutes) : minutes < 24 * 60 ? ("hours", minutes / 60) : ("days", minutes / (24 * 60))
                return [
                    "value": minutes, "isChosen": form.text("remind") == String(minutes),
                    "words": ground.pages.text("meeting.remind.\(key)", count: count, [:], in: language),
                ]
            },
        ]
    }

    /// The zones to choose from; a browser's own is taken under any name that this machine knows.
    private static let zones = TimeZone.knownTimeZoneIdentifiers.filter(MeetingPlan.isZone) + ["UTC"]

    /// What pages say of a plan.
    func words(of open: OpenPlan, path: String, in language: Language) -> [String: Any] {
        let plan = open.plan
        let now = ground.clock.now
        guard let sitting = plan.upcoming(at: now) ?? plan.sittings.last else { return [:] }
        var words: [String: Any] = [
            "at": sitting.start.machineText, "atWords": sitting.start.appointment(in: language, plan.timeZone), "zone": plan.zone,
            "minutes": ground.pages.text("meeting.plan.minutes", count: plan.minutes, [:], in: language),
            "isCancelled": open.isCancelled, "isOver": plan.end <= now, "calendarURL": path + "/calendar",
        ]
        if plan.repetition != .never {
            words["again"] = ground.pages.text(
                "meeting.plan.again.\(plan.repetition.rawValue)", ["day": Day(plan.lastDay).midnight.day(in: language)], in: language)
        }
        if plan.change(of: sitting.date) != nil {
            words["instead"] = ground.pages.text(
                "meeting.plan.instead", ["time": plan.sitting(of: sitting.date).start.appointment(in: language, plan.timeZone)],
                in: language)
        }
        return words
    }
}
