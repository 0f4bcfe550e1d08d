import Storage
import Synchronization
import TestKit
import Testing

@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed")) struct LostDatabaseTests {
    @Test func aKilledServerLosesNothingAcknowledgedAndComesBackByItself() async throws {
        let server = try await PostgresServer()
        let database = try await Database.postgres(server.url)
        try await database.migrate(Ledger.migrations)
        let ledger = Ledger()
        let writing = Task { await ledger.writeForEver(writers: 8, to: database) }
        for round in 1...3 {
            let before = ledger.acknowledged.count
            try await Eventually.holds { ledger.acknowledged.count > before + 50 }
            await server.kill9()
            try await Eventually.holds { ledger.errors.count >= round }
            try await server.start()
        }
        let after = ledger.acknowledged.count
        try await Eventually.holds { ledger.acknowledged.count > after + 50 }
        writing.cancel()
        await writing.value
        let entries = try await Ledger.entries(of: database)
        #expect(ledger.acknowledged.subtracting(entries) == [])
        #expect(entries.subtracting(ledger.acknowledged).subtracting(ledger.unknown) == [])
        for error in ledger.errors {
            switch error {
            case .unavailable, .outcomeUnknown: break
            default: Issue.record("not a clear error: \(error)")
            }
            #expect(error.isTemporary)
        }
        await database.close()
    }

    @Test func aServerThatIsAwayAtTheStartIsTold() async throws {
        let error = await #expect(throws: StorageError.self) {
            _ = try await Database.postgres("postgresql://sotto:secret@127.0.0.1:\(FreePort.any())/postgres")
        }
        guard case .unavailable(let reason) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(!reason.contains("secret"))
    }

    @Test func connectionsEndedByTheAdministratorAreReplacedUnseen() async throws {
        let server = try await PostgresServer()
        let database = try await Database.postgres(server.url)
        let administrator = try await Database.postgres(server.url, connections: 1)
        try await database.migrate(Ledger.migrations)
        let ledger = Ledger()
        for _ in 0..<20 {
            try await ledger.write(to: database)
            try await Self.endEveryOther(administrator)
        }
        #expect(try await Ledger.entries(of: database).count == 20)
        // In the middle of a transaction: it is run again, and counts once.
        let runs = Mutex(0)
        try await database.write { transaction in
            try transaction.run("INSERT INTO entry (n, body) VALUES (100, \([UInt8]()))")
            let isFirst = runs.withLock { runs in
                runs += 1
                return runs == 1
            }
            if isFirst { try transaction.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(runs.withLock { $0 } == 2)
        #expect(try await Ledger.entries(of: database).count == 21)
        await administrator.close()
        await database.close()
    }

    private static func endEveryOther(_ administrator: Database) async throws {
        _ = try await administrator.read { transaction in
            try transaction.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sotto' AND pid <> pg_backend_pid()
                """)
        }
    }

    @Test(arguments: [CuttingProxy.Cut.before, .after]) func aLineCutDuringTheCommitLeavesTheOutcomeUnknown(cut: CuttingProxy.Cut)
        async throws
    {
        let server = try await PostgresServer()
        let proxy = CuttingProxy(to: server.port, word: "COMMIT")
        let direct = try await Database.postgres(server.url)
        try await direct.migrate(Ledger.migrations)
        let database = try await Database.postgres(server.url(port: proxy.port))
        let ledger = Ledger()
        try await ledger.write(to: database)
        proxy.cutNext(cut)
        await #expect(throws: StorageError.outcomeUnknown) { try await ledger.write(to: database) }
        let count = cut == .before ? 1 : 2
        try await Eventually.holds { try await Ledger.entries(of: direct).count == count }
        try await ledger.write(to: database)
        #expect(try await Ledger.entries(of: database).count == count + 1)
        await database.close()
        await direct.close()
    }

    @Test func aLineCutInTheMiddleOfATransactionIsMendedUnseen() async throws {
        let server = try await PostgresServer()
        let proxy = CuttingProxy(to: server.port, word: "INSERT INTO entry")
        let direct = try await Database.postgres(server.url)
        try await direct.migrate(Ledger.migrations)
        let database = try await Database.postgres(server.url(port: proxy.port))
        let ledger = Ledger()
        for cut in [CuttingProxy.Cut.before, .after] {
            proxy.cutNext(cut)
            try await ledger.write(to: database)
        }
        #expect(try await Ledger.entries(of: direct) == ledger.acknowledged)
        await database.close()
        await direct.close()
    }

    @Test func moreWritersThanConnectionsWaitTheirTurn() async throws {
        let server = try await PostgresServer()
        let database = try await Database.postgres(server.url, connections: 2, patience: .seconds(60))
        try await database.migrate(Ledger.migrations)
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 { group.addTask { try await ledger.write(to: database) } }
            try await group.waitForAll()
        }
        #expect(try await Ledger.entries(of: database).count == 300)
        await database.close()
    }

    @Test func whoWaitsTooLongForAConnectionIsTold() async throws {
        let server = try await PostgresServer()
        let database = try await Database.postgres(server.url, connections: 1, patience: .milliseconds(50))
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let long = Task {
            _ = try await database.read { transaction in
                try transaction.rows("SELECT 1")
                start.finish()
                try transaction.rows("SELECT pg_sleep(2) IS NULL")
            }
        }
        for await _ in started {}
        await #expect(throws: StorageError.busy) { try await database.read { _ = try $0.rows("SELECT 1") } }
        try await long.value
        #expect(try await database.read { try $0.exists("SELECT 1") })
        await database.close()
    }
}
