import CPostgres
import Foundation

extension PostgresDriver {
    func copy(to path: String) async throws {
        let schema = try await read { try $0.first("SELECT current_schema() AS name")?.get("name", as: String.self) } ?? "public"
        try await Self.run(
            "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--schema=\(schema)", "--file=\(path)"], on: url)
    }

    static func restore(_ path: String, to address: String) async throws {
        let driver = try await PostgresDriver(url: address, connections: 1)
        defer { Task { await driver.close() } }
        guard try await driver.schema().columns.isEmpty else { throw StorageError.exists("the database") }
        let schema = try await driver.read { try $0.first("SELECT current_schema() AS name")?.get("name", as: String.self) } ?? "public"
        try await run(
            "pg_restore", ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--schema=\(schema)", path],
            on: address)
    }

    /// Runs one of PostgreSQL's own programs on the database. The password goes by the environment: others can read arguments.
    private static func run(_ program: String, _ arguments: [String], on url: String) async throws {
        guard let place = place(of: program) else { throw StorageError.toolMissing(program) }
        let (connection, password) = split(url)
        let process = Process()
        process.executableURL = URL(filePath: place)
        process.arguments = arguments + ["--dbname=\(connection)", "--no-password"]
        var environment = ProcessInfo.processInfo.environment
        environment["PGPASSWORD"] = password ?? environment["PGPASSWORD"]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = try? complaints.fileHandleForReading.readToEnd()
                process.waitUntilExit()
                continuation.resume(returning: String(decoding: data ?? Data(), as: UTF8.self))
            }
        }
        guard process.terminationStatus == 0 else {
            let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
            throw text.contains("No space left on device") ? StorageError.full : StorageError.unavailable("\(program): \(line)")
        }
    }

    /// Where the program is: on the path, or in the newest version that Debian installed.
    private static func place(of program: String) -> String? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.max { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { ["/usr/lib/postgresql/\($0)/bin"] } ?? []
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (newest + path).map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The connection string as keywords without its password, and the password.
    private static func split(_ url: String) -> (connection: String, password: String?) {
        guard let options = PQconninfoParse(url, nil) else { return (url, nil) }
        defer { PQconninfoFree(options) }
        var words: [String] = []
        var password: String?
        var option = options
        while let keyword = option.pointee.keyword {
            defer { option += 1 }
            guard let value = option.pointee.val.map({ String(cString: $0) }) else { continue }
            if String(cString: keyword) == "password" {
                password = value
            } else {
                let quoted = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
                words.append("\(String(cString: keyword))='\(quoted)'")
            }
        }
        return (words.joined(separator: " "), password)
    }
}
