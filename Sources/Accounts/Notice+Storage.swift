import Storage
import Vocabulary

extension Transaction {
    func noticesRead(by person: PersonID) throws(StorageError) -> Int {
        try first("SELECT up_to FROM notice_read WHERE person_id = \(person)")?.get("up_to") ?? 0
    }

    func markNoticesRead(by person: PersonID, upTo sequence: Int) throws(StorageError) {
        try run(
            """
            INSERT INTO notice_read (person_id, up_to) VALUES (\(person), \(sequence))
            ON CONFLICT (person_id) DO UPDATE SET up_to = excluded.up_to WHERE notice_read.up_to < excluded.up_to
            """)
    }
}
