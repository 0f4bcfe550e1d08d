import Foundation

/// A NATS server of one test's own, to be killed, paused and started again.
package actor NATSServer {
    private let port = FreePort.any()
    private var process: Process?

    /// The program: `SOTTO_TEST_NATS_SERVER`, or where Debian puts it.
    package static let program: String? = {
        let named = ProcessInfo.processInfo.environment["SOTTO_TEST_NATS_SERVER"].map { [$0] } ?? []
        return (named + ["/usr/sbin/nats-server", "/usr/bin/nats-server"]).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    package struct Missing: Error {}

    package init(running: Bool = true) async throws {
        if running { try await start() }
    }

    deinit { if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    package nonisolated var url: String { "nats://127.0.0.1:\(port)" }

    /// Starts it and waits until its port answers.
    package func start() async throws {
        guard let program = Self.program else { throw Missing() }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--addr", "127.0.0.1", "--port", "\(port)"]
        process.currentDirectoryURL = URL(filePath: TemporaryFolder.make())
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        try await Eventually.holds { FreePort.answers(self.port) }
    }

    package func kill9() async {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }

    /// From now on it neither reads nor answers, as a machine that hangs.
    package func pause() { if let process { kill(process.processIdentifier, SIGSTOP) } }

    package func resume() { if let process { kill(process.processIdentifier, SIGCONT) } }
}
