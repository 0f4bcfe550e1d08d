import Accounts
import ServiceLifecycle
import Storage
import Vocabulary
import Web

/// Tells those who watch the desk that something changed: once a second at most, however much happens. What it says now they ask for.
final class WallboardNews: Sendable {
    static let pause = Duration.seconds(1)

    private let marks: AsyncStream<Void>
    private let marker: AsyncStream<Void>.Continuation

    init() {
        (marks, marker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func mark() {
        marker.yield()
    }

    func run(_ desk: Desk) async {
        for await _ in marks {
            let watchers = try? await desk.ground.database.read { transaction in
                try transaction.people(withAnyOf: Desk.watchers)
            }
            if let watchers, !watchers.isEmpty { desk.ground.live.send(WallboardChanged(), to: watchers) }
            // What is marked meanwhile is told once, afterwards.
            try? await Task.sleep(for: Self.pause)
            guard !Task.isCancelled else { return }
        }
    }
}

struct WallboardChanged: Encodable, Sendable {
    let type = "wallboard.changed"
}
