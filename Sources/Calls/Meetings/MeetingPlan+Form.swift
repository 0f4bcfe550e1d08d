import Foundation
import Vocabulary
import Web

/// A plan as a form has it: day and time as the clock on the wall of a zone shows them.
extension MeetingPlan {
    static func form(_ action: String) -> Form {
        Form(
            action,
            [
                .line("name", maximum: Meeting.nameLength), .line("on", maximum: 10), .line("at", maximum: 5), .line("zone", maximum: 60),
                .choice("length", lengths.map(String.init)), .choice("repeats", Repetition.allCases.map(\.rawValue)),
                .line("until", maximum: 10, isRequired: false), .flag("lobby"), .flag("webinar"),
                // As the form was when it was shown: a host may have changed it inside since.
                .flag("webinarBefore"),
            ] + MeetingReminder.fields)
    }

    /// What its form shows of it.
    var values: [String: String] {
        [
            "on": Day(day).text, "at": CalendarFile.two(minute / 60) + ":" + CalendarFile.two(minute % 60), "zone": zone,
            "length": String(minutes), "repeats": repetition.rawValue, "until": repetition == .never ? "" : Day(lastDay).text,
        ]
    }

    /// The plan that was typed, or nil where something is wrong with it, which the form says then.
    ///
    /// - Parameter before: the plan that it takes the place of. One that has begun may go on as it is, and single dates stay as they were
    ///   changed where there is still such a date.
    static func typed(in form: inout Submission, at now: Timestamp, before: MeetingPlan? = nil) -> MeetingPlan? {
        let (day, minute, zone) = (Day(typed: form.text("on")), minute(form.text("at")), form.text("zone"))
        // All that is wrong is said at once.
        if day == nil { form.refuse("on", "meeting.problem.date") }
        if minute == nil { form.refuse("at", "meeting.problem.time") }
        if !isZone(zone) { form.refuse("zone", "meeting.problem.zone") }
        guard let day, let minute, isZone(zone), let minutes = Int(form.text("length")),
            let repetition = Repetition(rawValue: form.text("repeats"))
        else { return nil }
        let until = repetition == .never ? day : Day(typed: form.text("until"))
        if repetition == .workdays, day.weekday >= 5 { form.refuse("on", "meeting.problem.workday") }
        guard let until, (day...day.advanced(by: reach)).contains(until) else {
            form.refuse("until", "meeting.problem.until", ["limit": String(reach)])
            return nil
        }
        let plan = MeetingPlan(
            day: day, minute: minute, zone: zone, minutes: minutes, repetition: repetition, lastDay: until
        ).keeping(before?.changes ?? [])
        if let first = plan.series.first {
            let goesOn = before?.series.first?.start == first.start && plan.upcoming(at: now) != nil
            if first.start <= now, !goesOn { form.refuse("on", "meeting.problem.past") }
            if first.start >= now + .days(reach) { form.refuse("on", "meeting.problem.far", ["limit": String(reach)]) }
        }
        return form.isAccepted && plan.isSound ? plan : nil
    }

    /// `14:30`
    static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }
}

extension Day {
    /// `2026-11-21`, and nothing that is no day of the calendar.
    init?(typed text: String) {
        self.init(text)
        guard self.text == text else { return nil }
    }
}
