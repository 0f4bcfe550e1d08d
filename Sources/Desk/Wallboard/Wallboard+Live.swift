import Accounts
import Storage
import Web

extension Dispatcher {
    /// Tells those who watch the desk that something changed: once a second at most, however much happens. What it says now they ask for.
    func tellWatchers() {
        changes.note(()) { [ground] in
            let watchers = try? await ground.database.read { transaction in
                try transaction.people(withAnyOf: Desk.watchers)
            }
            if let watchers, !watchers.isEmpty { ground.live.send(WallboardChanged(), to: watchers) }
        }
    }
}

struct WallboardChanged: Encodable, Sendable {
    let type = "wallboard.changed"
}
