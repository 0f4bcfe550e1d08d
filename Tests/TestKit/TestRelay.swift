import Foundation

/// A coturn of one test's own, on the loopback interface.
package final class TestRelay: Sendable {
    package let port: Int
    private let process: Process

    package init(secret: String) async throws {
        port = FreePort.any()
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/turnserver")
        let folder = TemporaryFolder.make()
        let configuration = """
            listening-ip=127.0.0.1
            relay-ip=127.0.0.1
            listening-port=\(port)
            use-auth-secret
            static-auth-secret=\(secret)
            realm=test
            fingerprint
            no-cli
            no-tls
            no-dtls
            allow-loopback-peers
            no-multicast-peers
            min-port=49152
            max-port=65535
            userdb=\(folder)/turndb
            pidfile=\(folder)/turnserver.pid
            log-file=\(folder)/turnserver.log
            simple-log
            """
        try configuration.write(toFile: folder + "/turnserver.conf", atomically: true, encoding: .utf8)
        process.arguments = ["-c", folder + "/turnserver.conf"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    package func stop() async {
        kill(process.processIdentifier, SIGKILL)
        await Shell.ended(process)
    }
}
