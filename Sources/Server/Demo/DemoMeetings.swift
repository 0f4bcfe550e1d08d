import Calls
import Foundation
import Vocabulary
import Web

/// Meetings as people have them: one that comes back every week, one tomorrow, and a room that stays.
struct DemoMeetings: Sendable {
    let house: House

    func fill(ana: PersonID, finn: PersonID) async throws {
        let own = TimeZone.current.identifier
        let name = own != "Etc/UTC" && MeetingPlan.isZone(own) ? own : "UTC"
        let zone = TimeZone(identifier: name) ?? .gmt
        let today = zone.wallClock(at: house.clock.now).day
        func plan(in days: Int, _ hour: Int, _ minute: Int, minutes: Int, weekly: Bool = false) -> MeetingWish.Life {
            // What comes back every week began a while ago.
            let day = today.advanced(by: weekly ? days - 21 : days)
            return .planned(
                MeetingPlan(
                    day: day, minute: hour * 60 + minute, zone: name, minutes: minutes,
                    repetition: weekly ? .weekly : .never, lastDay: weekly ? today.advanced(by: days + 84) : nil))
        }
        for (name, life, hasLobby, host) in [
            ("The team’s week", plan(in: 2, 9, 30, minutes: 30, weekly: true), false, finn),
            ("Stocktaking: who does what", plan(in: 1, 14, 0, minutes: 45), false, finn),
            ("The back office", .stays, false, finn),
            ("Quartet", plan(in: 3, 18, 30, minutes: 90, weekly: true), false, ana),
            ("The programme for spring", plan(in: 1, 17, 0, minutes: 60), true, ana),
            ("Family", .stays, false, ana),
        ] { _ = try await house.calls.makeMeeting(MeetingWish(name: name, life: life, hasLobby: hasLobby), for: host) }
    }
}
