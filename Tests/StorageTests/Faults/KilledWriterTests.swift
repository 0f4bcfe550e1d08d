import Foundation
import Storage
import TestKit
import Testing

@Suite struct KilledWriterTests {
    @Test("What was acknowledged is there after the writer was killed, whenever it was killed", arguments: Engine.all, 0..<4)
    func acknowledgedIsPresent(on engine: Engine, round: Int) async throws {
        let address = try await engine.temporaryAddress()
        let before = try await Database.open(address)
        try await before.migrate(Ledger.migrations)
        await before.close()
        let delay = Int.random(in: 20...400)

        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            [address = address as String, delay = delay as Int] in
            let database = try await Database.open(address)
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(delay)) { kill(getpid(), SIGKILL) }
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<32 {
                    group.addTask {
                        for count in 0..<1_000_000 {
                            let n = writer * 1_000_000 + count
                            let body = [UInt8](repeating: 7, count: 100 + n % 4000)
                            guard (try? await database.write({ try $0.run("INSERT INTO entry (n, body) VALUES (\(n), \(body))") })) != nil
                            else { continue }
                            let line = Array("ack \(n)\n".utf8)
                            _ = write(STDOUT_FILENO, line, line.count)
                        }
                    }
                }
            }
        }

        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        // The last line may be cut.
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let acknowledged = Set(lines.compactMap { $0.hasPrefix("ack ") ? Int($0.dropFirst(4)) : nil })
        let after = try await Database.open(address)
        let entries = try await Ledger.entries(of: after)
        #expect(acknowledged.subtracting(entries) == [])
        // Each writer has at most one write of unknown fate.
        #expect(entries.subtracting(acknowledged).count <= 32)
        await after.close()
    }
}
