import Foundation
package import Logging
package import Server
import ServiceLifecycle
package import Storage
import Synchronization
package import Vocabulary

/// A whole Sotto on a port of the machine's choice, with databases and root key of its own.
package final class TestHouse: Sendable {
    package let house: House
    /// What it was started with: start another with the same for a restart or a second node.
    package let settings: Settings
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Settings for a fresh Sotto on this engine that shares nothing with any other.
    package static func settings(on engine: Engine = .sqlite) async throws -> Settings {
        let folder = TemporaryFolder.make()
        var settings = Settings()
        settings.set(\.port, to: 0)
        settings.set(\.dataDirectory, to: folder + "/data")
        settings.set(\.rootKey, to: folder + "/root.key")
        settings.set(\.browserDirectory, to: Repository.path + "/Browser")
        settings.set(\.registration, to: .open)
        settings.set(\.mediaPort, to: 0)
        settings.set(\.mediaAddresses, to: ["127.0.0.1"])
        if engine == .postgres {
            settings.set(\.databaseURL, to: try await engine.temporaryAddress())
            settings.set(\.keysURL, to: try await engine.temporaryAddress())
        }
        return settings
    }

    /// Starts it and returns once it answers.
    package init(
        _ settings: Settings, clock: any WallClock = SystemClock(), logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws {
        self.settings = settings
        let house = try await House.build(settings, frontend: Repository.frontend(), clock: clock, logger: logger)
        let (starts, announce) = AsyncStream.makeStream(of: Void.self)
        let group = try house.group(signals: []) { announce.yield() }
        let running = Task {
            defer { announce.finish() }
            try await group.run()
        }
        self.house = house
        self.group = group
        self.running = running
        guard await starts.first(where: { _ in true }) != nil else {
            await house.close()
            try await running.value
            throw CancellationError()
        }
    }

    /// A fresh one on this engine.
    package convenience init(on engine: Engine = .sqlite) async throws {
        try await self.init(await Self.settings(on: engine))
    }

    /// As browsers write it.
    package var origin: String { house.site.origin }
    package var port: Int { house.settings.port }

    /// Stops it in good order.
    package func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        await house.close()
    }

    /// Starts one, runs `body`, and stops it whatever happens.
    package static func run<Value: Sendable>(
        on engine: Engine = .sqlite, _ change: @Sendable (inout Settings) -> Void = { _ in }, _ body: (TestHouse) async throws -> Value
    ) async throws -> Value {
        var settings = try await settings(on: engine)
        change(&settings)
        let server = try await TestHouse(settings)
        do {
            let value = try await body(server)
            try await server.stop()
            return value
        } catch {
            try? await server.stop()
            throw error
        }
    }
}
