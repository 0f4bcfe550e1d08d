import GRDB
import GRDBSQLite
import Synchronization

/// Brings the journal back into the database file beside the writer, so that no commit waits for it (sqlite.org/wal.html).
///
/// SQLite by itself does it within a commit, every 1,000 pages, and that commit and all behind it wait for the disk. Here a connection
/// of its own does the bulk while commits go on. As those write on meanwhile, it never reaches the end, and the journal would never
/// start anew: so the writer then does the little that is left, after its next commit.
final class Checkpoints: Sendable {
    /// Pages in the journal from which on it is brought back: 16 MB.
    static let pages = 4096

    private struct State {
        var isUnderWay = false
        /// The bulk is done, the writer does the rest.
        var isRestDue = false
        /// Pages at which the next begins. More than `pages` where a reader has held back the one before.
        var next = pages
    }

    private let beside: DatabaseQueue
    private let state = Mutex(State())

    init(path: String, configuration: Configuration) throws {
        beside = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// What is to be done after a commit on the writer's connection.
    ///
    /// - Parameter pages: how many the journal has now.
    func committed(on writer: OpaquePointer, pages: Int) {
        let step = state.withLock { state -> Step in
            if state.isRestDue {
                (state.isRestDue, state.isUnderWay) = (false, false)
                state.next = pages + Self.pages
                return .rest
            }
            if pages < Self.pages { state.next = Self.pages }
            guard pages >= state.next, !state.isUnderWay else { return .nothing }
            state.isUnderWay = true
            return .bulk
        }
        switch step {
        case .nothing: break
        case .rest: sqlite3_wal_checkpoint_v2(writer, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        case .bulk:
            beside.asyncWriteWithoutTransaction { [self] database in
                sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                state.withLock { $0.isRestDue = true }
            }
        }
    }

    func close() {
        try? beside.close()
    }

    private enum Step { case nothing, bulk, rest }
}

extension GRDB.Database {
    /// Tells `checkpoints` of every commit of this connection, in place of SQLite's own checkpoints.
    func follow(with checkpoints: Checkpoints) {
        let context = Unmanaged.passUnretained(checkpoints).toOpaque()
        sqlite3_wal_hook(
            sqliteConnection,
            { context, connection, _, pages in
                if let context, let connection {
                    Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().committed(on: connection, pages: Int(pages))
                }
                return SQLITE_OK
            }, context)
    }
}
