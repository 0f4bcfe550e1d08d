package import Foundation
package import Server
import Synchronization

/// `sotto serve` as a process of its own: to be killed, or to be looked at from outside.
package final class ServerProcess: Sendable {
    package struct DidNotStart: Error {
        package let output: String
    }

    /// The program under test: `SOTTO_TEST_SERVER`, or what `swift build` made beside the tests.
    package static let program =
        ProcessInfo.processInfo.environment["SOTTO_TEST_SERVER"] ?? Bundle.main.bundleURL.appending(path: "sotto").path

    package let origin: String
    private let process: Process
    private let printed: Printed

    /// Starts it and returns once it says where it is.
    package init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["serve"] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SOTTO_") }.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        printed = Printed(output.fileHandleForReading)
        try process.run()
        // Our copy of the writing end would keep the pipe open after the process is gone.
        try output.fileHandleForWriting.close()
        guard let line = await printed.line(beginning: "Sotto is at ") else {
            process.waitUntilExit()
            throw DidNotStart(output: printed.text)
        }
        origin = String(line.dropFirst("Sotto is at ".count))
    }

    /// Starts it with these settings, as `--set` gives them.
    package convenience init(_ settings: [String: String], environment: [String: String] = [:]) async throws {
        try await self.init(settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }, environment: environment)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Settings for a fresh Sotto that shares nothing with any other.
    package static func freshSettings() -> [String: String] {
        let folder = TemporaryFolder.make()
        return [
            "port": "0", "data.directory": folder + "/data", "keys.root": folder + "/root.key",
            "browser.directory": Repository.path + "/Browser", "registration": "open",
        ]
    }

    package var number: Int32 { process.processIdentifier }

    /// All it printed so far, to standard output and standard error.
    package var output: String { printed.text }

    /// The first line it prints that begins so; nil when it ends before.
    package func line(beginning start: String) async -> String? { await printed.line(beginning: start) }

    /// `kill -9`, as a crash would.
    package func kill9() async {
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }

    /// Asks it to stop and returns its exit status.
    @discardableResult
    package func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
        kill(process.processIdentifier, signal)
        await Shell.ended(process)
        return process.terminationStatus
    }

    package func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }
}

/// What a process prints, line by line.
final class Printed: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
        var waiting: [(start: String, continuation: CheckedContinuation<String?, Never>)] = []

        var lines: [String] { String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
    }

    private let state = Mutex(State())

    init(_ file: FileHandle) {
        Thread.detachNewThread { [self] in
            while case let data = file.availableData, !data.isEmpty {
                state.withLock { $0.bytes += data }
                settle()
            }
            state.withLock { $0.isOver = true }
            settle()
        }
    }

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    func line(beginning start: String) async -> String? {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append((start, continuation)) }
            settle()
        }
    }

    private func settle() {
        let ready = state.withLock { state in
            let whole = state.bytes.last == 0x0A ? state.lines : state.lines.dropLast()
            var ready: [(CheckedContinuation<String?, Never>, String?)] = []
            state.waiting.removeAll { start, continuation in
                let found = whole.first { $0.hasPrefix(start) }
                guard found != nil || state.isOver else { return false }
                ready.append((continuation, found))
                return true
            }
            return ready
        }
        for (continuation, line) in ready { continuation.resume(returning: line) }
    }
}
