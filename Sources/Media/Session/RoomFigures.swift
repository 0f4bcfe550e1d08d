/// A room in numbers that say nothing about anybody, and not which meeting it is.
package struct RoomFigures: Sendable, Equatable {
    /// Which of the rooms since the start it is, counted from 1.
    package let number: Int
    package let people: Int
    /// Of them, who send something.
    package let senders: Int
    /// Of them, who receive: their connection stands.
    package let receivers: Int
    /// Of them, whose connection is told to be poor.
    package let poor: Int
    /// What goes out to all of them now.
    package let bitsPerSecond: UInt64
}

extension Room {
    func figures(at now: Instant) -> RoomFigures {
        RoomFigures(
            number: number, people: members.count, senders: members.count { $0.publisher?.publications.isEmpty == false },
            receivers: members.count { $0.told.receiving == .connected }, poor: members.count { $0.condition.told != nil },
            bitsPerSecond: members.reduce(0) { $0 &+ $1.subscriber.sentBitsPerSecond(at: now) })
    }
}

extension MediaEngine {
    /// Of all rooms, in the order in which they were opened.
    package func figures(at now: Instant) -> [RoomFigures] {
        rooms.values.map { $0.figures(at: now) }.sorted { $0.number < $1.number }
    }
}
