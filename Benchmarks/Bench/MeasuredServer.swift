import Foundation
import NIOCore
import Server
import Vocabulary
import Web

/// A whole server whose members may have the mechanism of the live link do its work on command. Nobody needs a second factor there.
struct MeasuredServer {
    func run() async throws {
        let settings = try await Settings.load()
        var house = try await House.build(settings, isDemo: true, logger: settings.logger)
        house.measuring = [notice(house), broadcast(house)] + MeasuredShop(house: house).handlers
        try await house.run()
    }

    private struct To: Decodable {
        let person: PersonID
        let mark: Int
    }

    private struct Committed: Encodable, Sendable {
        /// Nanoseconds of the clock that all processes of the machine share.
        let committed: UInt64
    }

    private struct Marked: Encodable, Sendable {
        let mark: Int
    }

    /// Appends a durable notice to somebody's stream, as every domain does, and says when it was committed.
    private func notice(_ house: House) -> LiveHandler {
        let (streams, live, database) = (house.link.store, house.link, house.stores.data)
        return LiveHandler("bench.notice", .members) { command in
            let to = try command.decode(To.self)
            let event = try await streams.prepare(
                "bench.notice", Marked(mark: to.mark), in: StreamID("notices", of: to.person), for: to.person)
            try await database.write { try streams.append(event, in: $0) }
            let now = NIODeadline.now().uptimeNanoseconds
            live.wake(event.stream)
            return Committed(committed: now)
        }
    }

    private struct Everybody: Decodable {
        let people: [PersonID]
        let mark: Int
    }

    private struct Told: Encodable, Sendable {
        let type = "bench.told"
        let mark: Int
        /// About as long as a line somebody wrote.
        let text = "Shall we meet at the fountain at seven? The others come a little later, after the rehearsal."
    }

    /// Sends a transient event to many people.
    private func broadcast(_ house: House) -> LiveHandler {
        LiveHandler("bench.broadcast", .members, isRemembered: false) { [live = house.link] command in
            let everybody = try command.decode(Everybody.self)
            live.send(Told(mark: everybody.mark), to: everybody.people)
            return nil
        }
    }
}
