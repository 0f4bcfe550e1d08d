import Desk
import Storage
import Vocabulary

/// Eight weeks of Harbour Books in figures, so that reports have something to say: more by day than by night, less on Sundays.
struct DemoFigures: Sendable {
    let house: House

    func fill(queues: [Queue], agents: [PersonID]) async throws {
        let now = house.clock.now
        let hour = now.milliseconds / 3_600_000
        try await house.stores.data.write { transaction in
            for queue in queues {
                var rules = QueueRules()
                rules.alertWaitSeconds = 240
                // Whoever waits while nobody is at the desk leaves a message: nobody waits for an hour, however long the demo runs.
                rules.overflow = .init(after: 300)
                try transaction.put(rules, for: queue.id)
            }
            for past in 1...(56 * 24) {
                let moment = hour - Int64(past)
                let (clock, weekday) = (Int(moment % 24), Int((moment / 24 + 3) % 7))
                guard (8..<19).contains(clock), weekday < 6 else { continue }
                for (place, queue) in queues.enumerated() {
                    // The same in every demo, and different from hour to hour.
                    let chance = Int(((moment &* 2_654_435_761) >> 13) & 7)
                    let visitors = (place == 0 ? 5 : 2) + chance / 2 + (clock == 11 ? 3 : 0)
                    try Self.count(
                        visitors, chance: chance, at: .init(milliseconds: moment * 3_600_000), queue.id,
                        agents[(past + place) % agents.count], in: transaction)
                }
            }
        }
    }

    private static func count(
        _ visitors: Int, chance: Int, at time: Timestamp, _ queue: ID<Queue>, _ agent: PersonID, in transaction: Transaction
    ) throws {
        let left = chance == 7 ? 1 : 0
        let taken = visitors - left
        try transaction.add(.arrived, bucket: 0, number: visitors, total: 0, at: time, in: queue)
        if left > 0 { try transaction.add(.abandoned, bucket: 5, number: left, total: 90_000, at: time, in: queue) }
        try transaction.add(.wait, bucket: 1 + chance / 3, number: taken, total: Int64(taken) * 14_000, at: time, in: queue, of: agent)
        try transaction.add(.inTime, bucket: 0, number: taken - chance / 5, total: 0, at: time, in: queue, of: agent)
        try transaction.add(
            .firstResponse, bucket: 3 + chance / 3, number: taken, total: Int64(taken) * 40_000, at: time, in: queue, of: agent)
        try transaction.add(
            .resolution, bucket: 7 + chance / 3, number: taken, total: Int64(taken) * 500_000, at: time, in: queue, of: agent)
        let rated = taken / 3
        guard rated > 0 else { return }
        try transaction.add(
            .rating, bucket: 4 + chance % 2, number: rated, total: Int64(rated * (4 + chance % 2)), at: time, in: queue, of: agent)
    }
}
