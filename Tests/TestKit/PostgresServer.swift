import Foundation
package import Storage

/// A PostgreSQL of one test's own, to be killed and started again.
package actor PostgresServer {
    private let folder: String
    package nonisolated let port: Int
    private var process: Process?

    /// The folder of PostgreSQL's programs: `SOTTO_TEST_POSTGRES_BIN`, or the newest that Debian installed.
    package static let programs: String? = {
        if let folder = ProcessInfo.processInfo.environment["SOTTO_TEST_POSTGRES_BIN"] { return folder }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.max { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    /// `disk`: where tables go, a small file system for instance; the journal stays elsewhere.
    package init(tablesOn disk: String? = nil) async throws {
        folder = TemporaryFolder.make()
        port = FreePort.any()
        if getuid() == 0 { try await Shell.run("/usr/bin/chown", ["postgres", folder]) }
        try await run("initdb", ["-D", data, "-U", "sotto", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        if let disk {
            try await Shell.run("/bin/cp", ["-a", data + "/base", disk + "/base"])
            try FileManager.default.removeItem(atPath: data + "/base")
            try FileManager.default.createSymbolicLink(atPath: data + "/base", withDestinationPath: disk + "/base")
        }
        try await start()
    }

    deinit { if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Everything it keeps, journal included.
    package nonisolated var data: String { folder + "/data" }

    package nonisolated var url: String { "postgresql://sotto@127.0.0.1:\(port)/postgres" }

    /// An empty schema there, as a database of its own.
    package nonisolated func schema(_ name: String) async throws -> String {
        let database = try await Database.postgres(url, connections: 1)
        try await database.write { transaction in try transaction.run(SQL(stringLiteral: "CREATE SCHEMA \(name)")) }
        await database.close()
        return "\(url)?options=-csearch_path%3D\(name)"
    }

    /// The same server by another port, a proxy's.
    package nonisolated func url(port: Int) -> String { "postgresql://sotto@127.0.0.1:\(port)/postgres" }

    /// Starts it and waits until it answers.
    package func start() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            // After a kill the old backends still hold the shared memory for a moment, and a new server gives up at once.
            if process?.isRunning != true { process = try launch() }
            if let database = try? await Database.postgres(url, connections: 1) {
                await database.close()
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw StorageError.unavailable("PostgreSQL did not start")
    }

    /// `kill -9`, as a crash would.
    package func kill9() async {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }

    /// A clean end, connections cut (`pg_ctl stop -m fast`).
    package func stop() async {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, SIGINT)
        await Shell.ended(process)
    }

    private func launch() throws -> Process {
        let process = prepare(
            "postgres",
            [
                "-D", data, "-p", "\(port)", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
                "-c", "logging_collector=off",
            ])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func run(_ program: String, _ arguments: [String]) async throws {
        try await Shell.run(prepare(program, arguments))
    }

    /// PostgreSQL refuses to run as root.
    private func prepare(_ program: String, _ arguments: [String]) -> Process {
        let command = "\(Self.programs ?? "")/\(program)"
        let process = Process()
        process.executableURL = URL(filePath: getuid() == 0 ? "/usr/bin/setpriv" : command)
        process.arguments = (getuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups", command] : []) + arguments
        process.currentDirectoryURL = URL(filePath: "/tmp")
        return process
    }
}
