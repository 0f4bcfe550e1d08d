import Storage
import Vocabulary

/// A kind of device a person has signed in on before, as a keyed fingerprint: so that only what is new is told by mail.
enum KnownDevice {
    static let column = SealedColumn("known_device", "device_index")
    /// Forgotten after this long without use.
    static let memory: Duration = .days(180)
}

extension Transaction {
    func isKnown(_ device: [UInt8], of person: PersonID) throws(StorageError) -> Bool {
        try exists("SELECT 1 FROM known_device WHERE person_id = \(person) AND device_index = \(device)")
    }

    func hasKnownDevices(_ person: PersonID) throws(StorageError) -> Bool {
        try exists("SELECT 1 FROM known_device WHERE person_id = \(person)")
    }

    func remember(_ device: [UInt8], of person: PersonID, at time: Timestamp) throws(StorageError) {
        try run(
            """
            INSERT INTO known_device (person_id, device_index, used_at) VALUES (\(person), \(device), \(time))
            ON CONFLICT (person_id, device_index) DO UPDATE SET used_at = excluded.used_at
            """)
    }
}
