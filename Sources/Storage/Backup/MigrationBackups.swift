import Foundation
package import Logging
package import Vocabulary

/// Copies made by themselves before a schema changes, so that an update that goes wrong can be taken back.
package struct MigrationBackups: Sendable {
    /// Copies kept. An older one goes when a new one is made.
    package static let kept = 3

    private let folder: String
    private let clock: any WallClock
    private let logger: Logger

    /// `folder` is made when it is missing, readable by nobody else.
    package init(in folder: String, clock: any WallClock, logger: Logger) {
        self.folder = folder
        self.clock = clock
        self.logger = logger
    }

    /// Copies the database before `pending` is applied. A copy that fails stops the migration; a missing `pg_dump` only warns.
    func save(_ database: Database, before pending: [Migration], named name: String) async throws {
        try PrivateFile.createFolder(folder)
        let path =
            "\(folder)/\(name)-before-\(pending[0].domain)-\(pending[0].number)-\(clock.now.milliseconds).\(database.engine.copyEnding)"
        do {
            try await database.copy(to: path)
            logger.notice("Copied the database before changing its schema", metadata: ["file": "\(path)"])
        } catch StorageError.toolMissing(let tool) {
            logger.warning("The schema changes without a copy of the database made first: \(tool) is not installed")
        }
        try removeOldest(named: name)
    }

    private func removeOldest(named name: String) throws {
        let files = FileManager.default
        let copies = try files.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("\(name)-before-") }
        func time(_ file: String) -> Int64 { Int64(file.split(separator: ".")[0].split(separator: "-").last ?? "") ?? 0 }
        for file in copies.sorted(by: { time($0) < time($1) }).dropLast(Self.kept) {
            try files.removeItem(atPath: "\(folder)/\(file)")
        }
    }
}

extension Database.Engine {
    /// How the names of copies end.
    package var copyEnding: String { self == .sqlite ? "sqlite" : "pgdump" }
}
