import Storage
import TestKit
import Testing

@Suite(.enabled(if: SmallDisk.isPossible, "mounting a small file system needs root")) struct FullDiskTests {
    @Test func aFullDiskIsToldLosesNothingAcknowledgedAndIsGotOver() async throws {
        let disk = try await SmallDisk(megabytes: 4, ballast: 1)
        let path = disk.path + "/database.sqlite"
        let database = try Database.sqlite(at: path)
        try await database.migrate(Ledger.migrations)
        try await refuseAndRecover(database, disk)
        let written = try await Ledger.entries(of: database)
        await database.close()
        let again = try Database.sqlite(at: path)
        #expect(try await Ledger.entries(of: again) == written)
        await again.close()
    }

    @Test(.enabled(if: PostgresServer.programs != nil)) func aFullDiskUnderPostgreSQLToo() async throws {
        let disk = try await SmallDisk(megabytes: 48, ballast: 12)
        let server = try await PostgresServer(tablesOn: disk.path)
        let database = try await Database.postgres(server.url)
        try await database.migrate(Ledger.migrations)
        try await refuseAndRecover(database, disk)
        let written = try await Ledger.entries(of: database)
        await server.kill9()
        try await server.start()
        #expect(try await Ledger.entries(of: database) == written)
        await database.close()
    }

    private func refuseAndRecover(_ database: Database, _ disk: SmallDisk) async throws {
        let ledger = Ledger()
        #expect(await ledger.writeUntilRefused(20_000, to: database) == .full)
        #expect(ledger.acknowledged.count > 10)
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged, "reading goes on")
        // Concurrent writers are all refused, or kept: nothing in between.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try? await ledger.write(50_000, to: database) } }
        }
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged)
        try disk.makeRoom()
        try await ledger.write(20_000, to: database)
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged)
    }
}
