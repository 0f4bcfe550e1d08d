package import Storage
package import Vocabulary

extension StreamStore {
    /// Answers of commands are kept this long for a browser that asks again.
    static let answersKept = Duration.days(1)

    /// Deletes events older than their kind is kept, and old answers. Their numbers are not given again.
    package func trim(_ kinds: [StreamKind]) async throws {
        let now = clock.now
        for kind in kinds {
            guard let retention = kind.retention else { continue }
            try await database.write { transaction in
                try transaction.run("DELETE FROM stream_event WHERE name = \(kind.name) AND at < \(now - retention)")
            }
        }
        try await database.write { transaction in
            try transaction.run("DELETE FROM live_command WHERE at < \(now - Self.answersKept)")
        }
    }
}

extension Transaction {
    /// Removes shared streams as a whole: nothing of them is left, and they begin again at 1.
    package func erase(_ stream: StreamID) throws(StorageError) {
        try run("DELETE FROM stream_event WHERE owner = \(stream.owner) AND name = \(stream.name)")
        try run("DELETE FROM stream WHERE owner = \(stream.owner) AND name = \(stream.name)")
    }

    /// Removes what is in a shared stream. Its numbers are not given again, so that whoever listens hears what follows.
    package func eraseEvents(of stream: StreamID) throws(StorageError) {
        try run("DELETE FROM stream_event WHERE owner = \(stream.owner) AND name = \(stream.name)")
    }

    /// Removes everything the live link keeps about a person: own streams, answers, chosen presence. What is sealed for them in a shared
    /// stream goes with that stream (`erase`): looking for it among all that was ever said would hold everybody up.
    package func eraseLiveTraces(of person: PersonID) throws(StorageError) {
        try run("DELETE FROM stream_event WHERE owner = \(person)")
        try run("DELETE FROM stream WHERE owner = \(person)")
        try run("DELETE FROM live_command WHERE person_id = \(person)")
        try run("DELETE FROM presence_choice WHERE person_id = \(person)")
    }
}
