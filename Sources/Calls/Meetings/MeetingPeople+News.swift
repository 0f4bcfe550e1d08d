extension MeetingPeople {
    /// What has changed of who is there, by those who see it. Hosts see all of it.
    struct News: Equatable, Sendable {
        var isForEverybody: Bool
        /// Attendees of a webinar who look otherwise, by their seats: each of them is told.
        var selves: Set<UInt64> = []

        mutating func add(_ later: Self) {
            isForEverybody = isForEverybody || later.isForEverybody
            selves.formUnion(later.selves)
        }
    }

    /// All that is told of a gathering, to compare it with later.
    struct Sight: Equatable {
        private let faces: [MeetingFace]
        private let line: [MeetingWaiting]
        private let isShut: Bool
        private let isLocked: Bool
        private let isWebinar: Bool
        private let hasCaptions: Bool

        init(_ gathering: Gathering) {
            faces = gathering.faces
            line = gathering.line
            isShut = gathering.isShut
            isLocked = gathering.isLocked
            isWebinar = gathering.isWebinar
            hasCaptions = gathering.hasCaptions
        }

        /// What is new since an earlier one; nil for nothing.
        func news(since before: Self) -> News? {
            guard self != before else { return nil }
            let isForAll = isLocked != before.isLocked
            guard isWebinar else { return News(isForEverybody: isForAll || faces != before.faces || before.isWebinar) }
            guard before.isWebinar else { return News(isForEverybody: true, selves: Set(attendees.keys)) }
            guard faces != before.faces else { return News(isForEverybody: isForAll) }
            let (earlier, now) = (before.attendees, attendees)
            return News(
                isForEverybody: isForAll || earlier.count != now.count || before.stage != stage || before.hasCaptions != hasCaptions,
                selves: Set(now.filter { earlier[$0.key] != $0.value }.keys))
        }

        private var stage: [MeetingFace] { faces.filter { $0.role != .attendee } }

        private var attendees: [UInt64: MeetingFace] {
            Dictionary(faces.filter { $0.role == .attendee }.map { ($0.seat, $0) }) { one, _ in one }
        }
    }
}
