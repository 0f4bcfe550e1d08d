import Synchronization
package import Vocabulary

/// A domain to the right in which a role opens something that has to be shut when the role is gone.
package protocol AppointmentListener: Sendable {
    /// The person has other roles now, or their account was suspended. Called after the commit, when every live link of before was told
    /// to end. **A server that is killed between the two calls nobody**: whoever listens also looks by themself now and then.
    func rightsChanged(of person: PersonID) async throws
}

/// Who listens; filled once, when the server is put together.
package final class AppointmentListeners: Sendable {
    private let listeners = Mutex<[any AppointmentListener]>([])

    package func add(_ listener: any AppointmentListener) {
        listeners.withLock { $0.append(listener) }
    }

    var all: [any AppointmentListener] { listeners.withLock { $0 } }
}
