import HTTPTypes
import Hummingbird
import Vocabulary
import Web

/// The dates of a series, and one of them to be moved, cancelled or put back.
extension Calls {
    var dateRoutes: [Route] {
        [
            Route(.get, "/meetings/{meeting}/dates", .members, purpose: "Shows the dates of a series of meetings.") { request, context in
                try await datesPage(request, context)
            },
            Route(.get, "/meetings/{meeting}/dates/{date}", .members, purpose: "Shows one date of a series to change it.") {
                request, context in
                let (meeting, open, date) = try await ownDate(context)
                let shown = open.plan.sittings.first { $0.date == date } ?? open.plan.sitting(of: date)
                let wall = open.plan.timeZone.wallClock(at: shown.start)
                let values = ["on": wall.day.text, "at": CalendarFile.two(wall.minute / 60) + ":" + CalendarFile.two(wall.minute % 60)]
                return try await datePage(Self.dateForm(meeting, date).filled(with: values), meeting, open, date, request, context)
            },
            Route(.post, "/meetings/{meeting}/dates/{date}", .members, purpose: "Moves or cancels one date of a series, or puts it back.") {
                request, context in
                let (meeting, open, date) = try await ownDate(context)
                var form = try await Self.dateForm(meeting, date).read(request)
                guard form.isAccepted, let plan = open.plan.changed(date, by: &form, at: ground.clock.now) else {
                    return try await datePage(form, meeting, open, date, request, context)
                }
                try await change(meeting, from: open, to: plan)
                return .redirect(to: "/meetings/\(meeting.id)/dates", type: .normal)
            },
        ]
    }

    private static func dateForm(_ meeting: Meeting, _ date: Day) -> Form {
        MeetingPlan.dateForm("/meetings/\(meeting.id)/dates/\(date.text)")
    }

    /// A series of somebody's own. What takes place once has no dates: its plan is changed.
    private func ownSeries(_ context: Context) async throws -> (meeting: Meeting, open: OpenPlan) {
        let found = try await ownPlan(try context.parameter("meeting"), of: try context.member.person)
        guard found.open.plan.repetition != .never else { throw Problem.notFound }
        return found
    }

    /// A date of it that is still to come, or was cancelled and could.
    private func ownDate(_ context: Context) async throws -> (meeting: Meeting, open: OpenPlan, date: Day) {
        let (meeting, open) = try await ownSeries(context)
        let date: String = try context.parameter("date")
        guard let day = Day(typed: date), coming(open.plan).contains(where: { $0.date == day }) else { throw Problem.notFound }
        return (meeting, open, day)
    }

    /// Dates that have not begun, at their time; those that were cancelled at the time they would have had.
    private func coming(_ plan: MeetingPlan) -> [MeetingPlan.Sitting] {
        let now = ground.clock.now
        let sittings = plan.sittings
        let held = Set(sittings.map(\.date))
        return (sittings + plan.series.filter { !held.contains($0.date) }).filter { now < $0.start }.sorted { $0.start < $1.start }
    }

    // MARK: - Pages

    private func datesPage(_ request: Request, _ context: Context) async throws -> Response {
        let (meeting, open) = try await ownSeries(context)
        var page = Page("calls/meeting-dates", title: "meeting.dates.title")
        page.section = .meetings
        page.styles = ["calls/guest-links.css"]
        page.model["name"] = try await name(of: meeting)
        page.model["dates"] = coming(open.plan).map { sitting -> [String: Any] in
            words(of: sitting, open.plan, in: context.language).merging(["url": "/meetings/\(meeting.id)/dates/\(sitting.date.text)"]) {
                own, _ in own
            }
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func datePage(
        _ form: Submission, _ meeting: Meeting, _ open: OpenPlan, _ date: Day, _ request: Request, _ context: Context
    ) async throws -> Response {
        var page = Page("calls/meeting-date", title: "meeting.dates.one")
        page.section = .meetings
        page.styles = ["design/form.css", "calls/guest-links.css"]
        page.form = form
        let shown = open.plan.sittings.first { $0.date == date } ?? open.plan.sitting(of: date)
        page.model.merge(words(of: shown, open.plan, in: context.language)) { _, own in own }
        page.model["name"] = try await name(of: meeting)
        page.model["zone"] = open.plan.zone
        page.model["datesURL"] = "/meetings/\(meeting.id)/dates"
        return try await ground.pages.respond(page, request, context)
    }

    private func words(of sitting: MeetingPlan.Sitting, _ plan: MeetingPlan, in language: Language) -> [String: Any] {
        func time(_ sitting: MeetingPlan.Sitting) -> String { sitting.start.appointment(in: language, plan.timeZone) }
        var words: [String: Any] = ["timeWords": time(sitting)]
        guard let change = plan.change(of: sitting.date) else { return words }
        words["isChanged"] = true
        if change.moved == nil {
            words["isDropped"] = true
        } else {
            words["instead"] = ground.pages.text("meeting.plan.instead", ["time": time(plan.sitting(of: sitting.date))], in: language)
        }
        return words
    }
}
