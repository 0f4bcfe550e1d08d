import Vocabulary
import Web

/// One date of a series by itself: moved, cancelled, or as planned again.
extension MeetingPlan {
    /// What is different about a date; nil where nothing is.
    func change(of date: Day) -> Change? { changes.first { $0.date == date.number } }

    /// The same plan with one date at another time.
    func moving(_ date: Day, to moment: Change.Moment) -> MeetingPlan {
        // At its own time it is not moved.
        let isOwn = moment == Change.Moment(day: date.number, minute: minute)
        return restoring(date).with(isOwn ? [] : [Change(date: date.number, moved: moment)])
    }

    /// The same plan without one date. Nil where it is the last that is left: then the meeting is cancelled as a whole.
    func cancelling(_ date: Day) -> MeetingPlan? {
        let plan = restoring(date).with([Change(date: date.number)])
        return plan.sittings.isEmpty ? nil : plan
    }

    /// The same plan with one date as the series has it.
    func restoring(_ date: Day) -> MeetingPlan {
        var plan = self
        plan.changes.removeAll { $0.date == date.number }
        return plan
    }

    /// The same plan with what was different about dates that it still has.
    func keeping(_ changes: [Change]) -> MeetingPlan {
        let days = Set(repetition == .never ? [] : days.map(\.number))
        let plan = with(changes.filter { days.contains($0.date) })
        return plan.sittings.isEmpty ? self : plan
    }

    /// Whether it takes place at another of its dates while it would at this one.
    func overlaps(_ sitting: Sitting) -> Bool {
        sittings.contains { $0.date != sitting.date && $0.start < sitting.end && sitting.start < $0.end }
    }

    func areSound(_ changes: [Change]) -> Bool {
        guard !changes.isEmpty else { return true }
        let days = Set(days.map(\.number))
        return repetition != .never && Set(changes.map(\.date)).count == changes.count && !sittings.isEmpty
            && changes.allSatisfy { change in
                days.contains(change.date) && change.moved.map { (0..<Day.minutes).contains($0.minute) } ?? true
            }
    }

    private func with(_ more: [Change]) -> MeetingPlan {
        var plan = self
        plan.changes += more
        return plan
    }
}

extension MeetingPlan {
    /// What is to become of one date.
    enum DateWish: String, CaseIterable {
        case move, cancel, restore
    }

    static func dateForm(_ action: String) -> Form {
        Form(
            action,
            [
                .line("on", maximum: 10, isRequired: false), .line("at", maximum: 5, isRequired: false),
                .choice("act", DateWish.allCases.map(\.rawValue)),
            ])
    }

    /// The plan with what was typed of one date, or nil where something is wrong with it, which the form says then.
    func changed(_ date: Day, by form: inout Submission, at now: Timestamp) -> MeetingPlan? {
        switch DateWish(rawValue: form.text("act")) {
        case nil: return nil
        case .cancel:
            let plan = cancelling(date)
            if plan == nil { form.refuse("on", "meeting.problem.lastDate") }
            return plan
        case .restore: return check(restoring(date), date, &form, at: now)
        case .move:
            let (day, minute) = (Day(typed: form.text("on")), Self.minute(form.text("at")))
            if day == nil { form.refuse("on", "meeting.problem.date") }
            if minute == nil { form.refuse("at", "meeting.problem.time") }
            guard let day, let minute else { return nil }
            return check(moving(date, to: .init(day: day.number, minute: minute)), date, &form, at: now)
        }
    }

    private func check(_ plan: MeetingPlan, _ date: Day, _ form: inout Submission, at now: Timestamp) -> MeetingPlan? {
        guard let sitting = plan.sittings.first(where: { $0.date == date }) else { return nil }
        if sitting.start <= now { form.refuse("on", "meeting.problem.past") }
        if sitting.start >= now + .days(Self.reach) { form.refuse("on", "meeting.problem.far", ["limit": String(Self.reach)]) }
        if plan.overlaps(sitting) { form.refuse("on", "meeting.problem.taken") }
        return form.isAccepted ? plan : nil
    }
}
