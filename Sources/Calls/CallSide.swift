package import Storage
package import Vocabulary
package import Web

/// Where a participant's media is: the one page, among all that person's, that joined the call.
package struct CallSide: Sendable, Equatable {
    package let person: PersonID
    /// The page's own random name, new with every load.
    package let device: String
    package let connection: ID<LiveSender>
    /// False while its live link is down.
    package let isPresent: Bool
    package let changedAt: Timestamp
}

extension Transaction {
    /// The page joins, instead of whichever page of that person was in the call before. Gives the connection that it replaced.
    package func join(_ side: CallSide, to call: ID<Call>) throws(StorageError) -> ID<LiveSender>? {
        let before = try first(
            "SELECT connection FROM call_side WHERE call_id = \(call) AND person_id = \(side.person) AND device <> \(side.device)")
        try run(
            """
            INSERT INTO call_side (call_id, person_id, device, connection, present, changed_at)
            VALUES (\(call), \(side.person), \(side.device), \(side.connection), 1, \(side.changedAt))
            ON CONFLICT (call_id, person_id) DO UPDATE SET
                device = excluded.device, connection = excluded.connection, present = 1, changed_at = excluded.changed_at
            """)
        return try before?.get("connection")
    }

    /// The sides that joined, by person.
    package func sides(of call: ID<Call>) throws(StorageError) -> [PersonID: CallSide] {
        var sides: [PersonID: CallSide] = [:]
        for row in try rows("SELECT * FROM call_side WHERE call_id = \(call)") {
            let side = CallSide(
                person: try row["person_id"], device: try row["device"], connection: try row["connection"], isPresent: try row["present"],
                changedAt: try row["changed_at"])
            sides[side.person] = side
        }
        return sides
    }

    /// The live link of a page went down. Gives the calls it was in.
    package func leave(_ connection: ID<LiveSender>, at now: Timestamp) throws(StorageError) -> [ID<Call>] {
        var calls: [ID<Call>] = []
        for row in try rows(
            "UPDATE call_side SET present = 0, changed_at = \(now) WHERE connection = \(connection) AND present = 1 RETURNING call_id")
        {
            calls.append(try row["call_id"])
        }
        return calls
    }
}
