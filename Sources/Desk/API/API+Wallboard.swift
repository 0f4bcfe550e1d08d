import Vocabulary
import Web

/// How it stands at the desk right now, as on the page of those who look after it. How each of the agents is doing says `listAgents`.
struct WallboardShape: APIShape {
    struct Line: APIShape {
        let queue: ID<Queue>
        let name: String
        /// Within its hours.
        let isOpen: Bool
        let waiting: Int
        /// Since when whoever has waited the longest waits.
        let waitingSince: Timestamp?
        /// Conversations that somebody has.
        let open: Int
        /// Written while nobody was there, and not answered yet.
        let messages: Int
        /// Since midnight in the queue's time zone.
        let today: FiguresShape
        let alerts: [Wallboard.Alert]

        static var limits: [String: APISchema] {
            ["alerts": .list(Wallboard.Alert.schema, longest: Wallboard.Alert.allCases.count)]
        }

        init(_ line: Wallboard.Line, at now: Timestamp) {
            (queue, name, isOpen) = (line.queue.id, line.queue.name, line.isOpen)
            (waiting, waitingSince, open, messages) = (line.waiting, line.waitingSince, line.open, line.messages)
            (today, alerts) = (FiguresShape(line.today), line.alerts(at: now))
        }
    }

    let at: Timestamp
    let queues: [Line]
    /// How many agents are in each state.
    let available: Int
    let busy: Int
    let away: Int
    let gone: Int

    init(_ board: Wallboard) {
        (at, queues) = (board.at, board.lines.map { Line($0, at: board.at) })
        (available, busy) = (board.number(.available), board.number(.busy))
        (away, gone) = (board.number(.away), board.number(.gone))
    }
}

extension Wallboard.Alert: APIWord {}

extension Desk {
    var wallboardOperations: [APIOperation] {
        [
            .get(
                "/wallboard", "readWallboard", .readReports,
                "Reads how it stands right now: who waits, how many answer, and how well it went since midnight. No figure of the day is "
                    + "about fewer than ten visitors.",
                or: Self.watchers
            ) { _ in WallboardShape(try await wallboard()) }
        ]
    }
}
