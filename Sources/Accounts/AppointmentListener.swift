import Synchronization
package import Vocabulary

/// A domain to the right in which a role opens something that has to be shut when the role is gone.
package protocol AppointmentListener: Sendable {
    /// The person has other roles now. Called after the commit, when every live link with the old ones was told to open anew.
    func appointed(_ person: PersonID) async throws
}

/// Who listens; filled once, when the server is put together.
package final class AppointmentListeners: Sendable {
    private let listeners = Mutex<[any AppointmentListener]>([])

    package func add(_ listener: any AppointmentListener) {
        listeners.withLock { $0.append(listener) }
    }

    var all: [any AppointmentListener] { listeners.withLock { $0 } }
}
