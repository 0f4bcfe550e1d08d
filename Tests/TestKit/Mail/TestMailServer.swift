package import Foundation

/// A mail server of one test's own: aiosmtpd in a process beside it.
package final class TestMailServer: Sendable {
    /// A mail it took.
    package struct Received: Sendable, Decodable {
        package let sender: String
        package let recipients: [String]
        package let text: Data
        package let encrypted: Bool
        package let user: String?

        /// Header and body, lines ended by LF.
        package var words: String { String(decoding: text, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n") }
    }

    package enum Mode: String, Sendable {
        case startTLS = "starttls"
        case implicit, plain
    }

    package struct DidNotStart: Error {}

    package let port: Int
    private let process: Process
    private let mails: AsyncStream<Received>

    /// - Parameter port: 0 for any; a number to come back where another one was.
    package init(
        _ mode: Mode, certificate: TestAuthority.Certificate? = nil, port: Int = 0, user: String? = nil, password: String? = nil
    ) async throws {
        process = Process()
        process.executableURL = URL(filePath: Python.path)
        var arguments = [Repository.path + "/Tests/TestKit/Mail/mail_server.py", mode.rawValue, "--port", "\(port)"]
        if let certificate { arguments += ["--certificate", certificate.certificate, "--key", certificate.key] }
        if let user, let password { arguments += ["--user", user, "--password", password] }
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let (mails, mailed) = AsyncStream.makeStream(of: Received.self)
        self.mails = mails
        let file = output.fileHandleForReading
        Thread.detachNewThread {
            Self.read(file) { line in
                if let mail = try? JSONDecoder().decode(Received.self, from: line) { mailed.yield(mail) }
                if let start = try? JSONDecoder().decode([String: Int].self, from: line) { started.yield(start["port"] ?? 0) }
            }
            mailed.finish()
            started.finish()
        }
        var first = ports.makeAsyncIterator()
        guard let number = await first.next() else { throw DidNotStart() }
        self.port = number
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The next mail that comes in; nil when none did before the deadline.
    package func next(within deadline: Duration = .seconds(20)) async -> Received? {
        let mails = mails
        return await withTaskGroup(of: Received?.self) { group in
            group.addTask {
                for await mail in mails { return mail }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    package func stop() async {
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }

    private static func read(_ file: FileHandle, line: (Data) -> Void) {
        var pending = Data()
        while true {
            let data = file.availableData
            guard !data.isEmpty else { return }
            pending += data
            while let end = pending.firstIndex(of: 0x0A) {
                line(pending[..<end])
                pending = Data(pending[(end + 1)...])
            }
        }
    }
}
