package import Foundation
package import Server

/// A command of `sotto` as a process of its own: to be killed where it says that it is.
package final class CommandProcess: Sendable {
    private let process: Process
    private let printed: Printed

    package init(_ arguments: [String]) throws {
        process = Process()
        process.executableURL = URL(filePath: ServerProcess.program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SOTTO_") }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        printed = Printed(output.fileHandleForReading)
        try process.run()
        // Our copy of the writing end would keep the pipe open after the process is gone.
        try output.fileHandleForWriting.close()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The first line it prints that begins so; nil when it ends before.
    package func line(beginning start: String) async -> String? { await printed.line(beginning: start) }

    /// `kill -9`, as a crash would.
    package func kill9() async {
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }

    /// Waits for its end: its exit status, and all that it printed.
    package func end() async -> (status: Int32, output: String) {
        // Nothing begins so: this waits for the end of what it prints.
        _ = await printed.line(beginning: "\0")
        await Shell.ended(process)
        return (process.terminationStatus, printed.text)
    }

    /// What leads a command to the place of a house with these settings.
    package static func arguments(for settings: Settings) -> [String] {
        var texts = [
            "data.directory": settings.dataDirectory, "keys.root": settings.rootKey, "browser.directory": settings.browserDirectory,
        ]
        if !settings.databaseURL.isEmpty { (texts["database.url"], texts["keys.url"]) = (settings.databaseURL, settings.keysURL) }
        return texts.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    }
}
