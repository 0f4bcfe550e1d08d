import Foundation
import Storage

/// Which record stands where, in a file of its own that goes with the import: so that a conversation finds its messages in an export of
/// any size without holding it in memory. **Ids and places only**, nothing that anybody said.
final class ExportIndex: Sendable {
    enum Kind: String, Sendable, SQLConvertible {
        case conversation, message, agent, contact, reply
    }

    struct Entry: Sendable {
        var number: Int64 = 0
        let kind: Kind
        let id: String
        /// The conversation of a message.
        let parent: String
        let file: Int
        /// Its number in the file.
        let record: Int
        let place: RecordPlace
    }

    private let folder: String
    private let database: Database

    init() async throws {
        folder = FileManager.default.temporaryDirectory.path + "/sotto-import-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        database = try Database.sqlite(at: folder + "/index.sqlite", readers: 1)
        try await database.write { transaction in
            try transaction.run(
                """
                CREATE TABLE entry (
                    number INTEGER PRIMARY KEY NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, file INTEGER NOT NULL,
                    record INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, UNIQUE (kind, parent, id)
                ) STRICT
                """)
        }
    }

    func close() async {
        await database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Adds entries; gives back those that were there before.
    func add(_ entries: [Entry]) async throws -> [Entry] {
        guard !entries.isEmpty else { return [] }
        return try await database.write { transaction in
            try entries.filter { entry in
                try !transaction.exists(
                    """
                    INSERT INTO entry (kind, id, parent, file, record, start, length)
                    VALUES (\(entry.kind), \(entry.id), \(entry.parent), \(entry.file), \(entry.record), \(entry.place.start), \(entry.place.length))
                    ON CONFLICT DO NOTHING RETURNING number
                    """)
            }
        }
    }

    /// The next entries of a kind, in the order of the export.
    func entries(_ kind: Kind, after number: Int64) async throws -> [Entry] {
        try await database.read { transaction in
            try transaction.rows("SELECT * FROM entry WHERE kind = \(kind) AND number > \(number) ORDER BY number LIMIT 256").map(
                Entry.init)
        }
    }

    func messages(of conversation: String, limit: Int) async throws -> [Entry] {
        try await database.read { transaction in
            try transaction.rows(
                "SELECT * FROM entry WHERE kind = 'message' AND parent = \(conversation) ORDER BY file, start LIMIT \(limit)"
            ).map(Entry.init)
        }
    }

    func entry(_ kind: Kind, _ id: String) async throws -> Entry? {
        try await database.read { transaction in
            try transaction.first("SELECT * FROM entry WHERE kind = \(kind) AND parent = '' AND id = \(id)").map(Entry.init)
        }
    }

    /// Messages whose conversation is not there.
    func orphans(after number: Int64) async throws -> [Entry] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT * FROM entry WHERE kind = 'message' AND number > \(number) AND NOT EXISTS (
                    SELECT 1 FROM entry AS other WHERE other.kind = 'conversation' AND other.parent = '' AND other.id = entry.parent)
                ORDER BY number LIMIT 256
                """
            ).map(Entry.init)
        }
    }
}

extension ExportIndex.Entry {
    fileprivate init(_ row: Row) throws {
        self.init(
            number: try row["number"], kind: try row["kind"], id: try row["id"], parent: try row["parent"], file: try row["file"],
            record: try row["record"], place: RecordPlace(start: try row["start"], length: try row["length"]))
    }
}
