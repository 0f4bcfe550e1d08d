import GRDB
import Synchronization

/// Lets concurrent writers share one `fsync`.
///
/// Writers queue; whoever finds the queue idle starts a drain. Each drain takes what has gathered, runs every writer in a
/// savepoint of its own and commits once. A writer that throws takes back only its own work. **A writer is answered after
/// the commit it is part of is durable**, never before.
final class GroupCommit: Sendable {
    /// Most writers that one commit may carry, so that the first does not wait without bound.
    static let most = 256

    /// A writer that has run: whether its work is to be kept, and how to tell it the fate of the commit.
    private struct Ran {
        let keeps: Bool
        let answer: @Sendable (StorageError?) -> Void
    }

    private typealias Job = @Sendable (Result<SQLiteConnection, StorageError>) -> Ran

    private struct Queue {
        var jobs: [Job] = []
        var isDraining = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let writer: DatabaseQueue
    /// Kept for as long as anything may commit.
    private let checkpoints: Checkpoints
    private let queue = Mutex(Queue())

    /// Tells `checkpoints` of every commit.
    init(_ writer: DatabaseQueue, checkpoints: Checkpoints) {
        (self.writer, self.checkpoints) = (writer, checkpoints)
        writer.writeWithoutTransaction { $0.follow(with: checkpoints) }
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { access in
                do {
                    let value = try access.get().transaction(body)
                    return Ran(keeps: true) { commitError in
                        if let commitError { continuation.resume(throwing: commitError) } else { continuation.resume(returning: value) }
                    }
                } catch {
                    // The writer's own error is more telling than the fate of a commit it was no part of.
                    return Ran(keeps: false) { _ in continuation.resume(throwing: error) }
                }
            }
        }
    }

    /// Returns when nothing is queued or under way.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isIdle = queue.withLock { queue in
                if queue.isDraining { queue.waiting.append(continuation) }
                return !queue.isDraining
            }
            if isIdle { continuation.resume() }
        }
    }

    private func enqueue(_ job: @escaping Job) {
        let mustStart = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isDraining = true }
            return !queue.isDraining
        }
        if mustStart { startDrain() }
    }

    private func startDrain() {
        writer.asyncWriteWithoutTransaction { [self] database in
            while let batch = nextBatch() {
                commit(batch, in: database)
            }
        }
    }

    private func nextBatch() -> [Job]? {
        let (batch, idle) = queue.withLock { queue -> ([Job]?, [CheckedContinuation<Void, Never>]) in
            guard !queue.jobs.isEmpty else {
                queue.isDraining = false
                defer { queue.waiting = [] }
                return (nil, queue.waiting)
            }
            let batch = Array(queue.jobs.prefix(Self.most))
            queue.jobs.removeFirst(batch.count)
            return (batch, [])
        }
        for waiter in idle { waiter.resume() }
        return batch
    }

    private func commit(_ batch: [Job], in database: GRDB.Database) {
        var done: [Ran] = []
        var failure: StorageError?
        do {
            try database.rows(of: "BEGIN IMMEDIATE")
            for job in batch {
                done.append(try runInSavepoint(job, in: database))
            }
            try commit(database)
        } catch {
            failure = StorageError(error, sql: "BEGIN")
            if database.isInsideTransaction { try? database.rows(of: "ROLLBACK") }
        }
        for job in batch.dropFirst(done.count) {
            done.append(job(.failure(failure ?? .unavailable("the transaction ended early"))))
        }
        for ran in done { ran.answer(failure) }
    }

    private func commit(_ database: GRDB.Database) throws {
        do {
            try database.rows(of: "COMMIT")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            // The journal holds the commit, but nobody knows whether the disk does.
            throw StorageError.outcomeUnknown
        }
    }

    private func runInSavepoint(_ job: Job, in database: GRDB.Database) throws -> Ran {
        try database.rows(of: "SAVEPOINT writer")
        let ran = job(.success(SQLiteConnection(database)))
        // A full disk makes SQLite end the whole transaction by itself.
        guard database.isInsideTransaction else { throw StorageError.full }
        if !ran.keeps { try database.rows(of: "ROLLBACK TO writer") }
        try database.rows(of: "RELEASE writer")
        return ran
    }
}
