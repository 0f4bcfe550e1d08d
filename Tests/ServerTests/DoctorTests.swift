import Foundation
import NIOPosix
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

/// The doctor says what is wrong and how to mend it.
@Suite(.timeLimit(.minutes(3))) struct DoctorTests {
    private func findings(_ settings: Settings) async -> [String: Finding] {
        var findings: [String: Finding] = [:]
        await Checkup(settings).run { findings[$0.subject] = $0 }
        return findings
    }

    @Test func aFreshMachineIsToldWhatWillBeMade() async throws {
        var settings = try await TestHouse.settings()
        settings.set(\.port, to: FreePort.any())
        let found = await findings(settings)
        #expect(found.values.allSatisfy { $0.state != .wrong })
        #expect(found["Database"]?.words == "will be made at the first start")
        #expect(!FileManager.default.fileExists(atPath: settings.dataDirectory), "looking makes nothing")
    }

    @Test func aRunningServerIsFoundWell() async throws {
        try await TestHouse.run { server async throws in
            let found = await findings(server.house.settings)
            #expect(found.values.allSatisfy { $0.state != .wrong })
            #expect(found["Database"]?.words == "SQLite, whole")
            #expect(found["Root key"]?.words == "opens people's keys")
            #expect(found["Port"]?.words.contains("in use") == true)
        }
    }

    @Test("where meetings are found is told: a port that another has, a router in between")
    func meetings() async throws {
        var settings = try await TestHouse.settings()
        let socket = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "0.0.0.0", port: 0).get()
        settings.set(\.mediaPort, to: try #require(socket.localAddress?.port))
        #expect(await Checkup(settings).meetings().words.contains("in use"))
        try await socket.close()
        #expect(await Checkup(settings).meetings().state == .well)
        settings.set(\.origin, to: "https://203.0.113.9")
        settings.set(\.mediaAddresses, to: [])
        let behind = await Checkup(settings).meetings()
        #expect(behind.state == .warning && behind.words.contains("passed on to this machine from 203.0.113.9"))
        settings.set(\.mediaAddresses, to: ["203.0.113.10"])
        let told = await Checkup(settings).meetings()
        #expect(told.state == .well && told.words.hasSuffix("browsers are told 203.0.113.10"))
    }

    @Test("what the line carries is told, and by whom it is said") func line() async throws {
        var settings = try await TestHouse.settings()
        #expect(Checkup(settings).line(nil).words.hasPrefix("nobody says"))
        settings.set(\.mediaBandwidth, to: 200)
        #expect(Checkup(settings).line().words == "200 Mbit/s, as media.bandwidth says")
    }

    @Test func aLostRootKeyIsTold() async throws {
        let settings = try await TestHouse.settings()
        try await TestHouse(settings).stop()
        try FileManager.default.removeItem(atPath: settings.rootKey)
        #expect(await findings(settings)["Root key"]?.state == .wrong)
        try (RootKeys.newLine() + "\n").write(toFile: settings.rootKey, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: settings.rootKey)
        #expect(await findings(settings)["Root key"]?.words.contains("is not in") == true)
    }

    @Test func aDamagedDatabaseIsTold() async throws {
        let settings = try await TestHouse.settings()
        try await TestHouse(settings).stop()
        let path = settings.dataDirectory + "/sotto.sqlite"
        // The journal would mend what is damaged in the file itself.
        let settle = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.close()"
        try await Shell.run(Python.path, ["-c", settle, path])
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 8192)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 65536))
        try file.close()
        let found = await findings(settings)["Database"]
        #expect(found?.state == .wrong)
        #expect(found?.mending?.contains("sotto restore") == true)
    }

    @Test func aCertificateForAnotherNameOrNearlyOverIsTold() async throws {
        let authority = try await TestAuthority()
        let pair = try await authority.certificate(for: ["DNS:*.example.org"])
        var settings = try await TestHouse.settings()
        settings.set(\.tlsCertificate, to: pair.certificate)
        settings.set(\.tlsKey, to: pair.key)
        settings.set(\.origin, to: "https://talk.example.org")
        #expect(
            Checkup(settings).certificate().words == "it ends in 1 days" || Checkup(settings).certificate().words == "it ends in 2 days")
        settings.set(\.origin, to: "https://example.org")
        #expect(Checkup(settings).certificate().words == "it is not for example.org")
        let clock = ManualClock(SystemClock().now + .days(3))
        #expect(Checkup(settings, clock: clock).certificate().words == "it has expired")
    }

    @Test("VEL-41 an untrusted mail server is told before a mail is lost") func anUntrustedMailServerIsTold() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        var settings = Settings()
        settings.set(\.mailURL, to: "smtp://127.0.0.1:\(server.port)")
        settings.set(\.mailFrom, to: "sotto@example.org")
        #expect(await Checkup(settings).mail().state == .wrong)
        settings.set(\.mailAuthority, to: authority.certificate)
        #expect(await Checkup(settings).mail().state == .well)
    }

    @Test func theProgramEndsWithOneWhenSomethingIsWrong() async throws {
        let settings = ServerProcess.freshSettings()
        let arguments =
            ["doctor", "--set", "data.directory=\(settings["data.directory"] ?? "")", "--set", "keys.root=\(settings["keys.root"] ?? "")"]
            + ["--set", "browser.directory=\(Repository.path)/Browser", "--set", "port=\(FreePort.any())"]
        let text = try await Shell.run(ServerProcess.program, arguments)
        #expect(text.contains("Nothing is wrong"))
        let failed = await #expect(throws: Shell.Failed.self) {
            try await Shell.run(
                ServerProcess.program, arguments + ["--set", "turn.urls=turn:127.0.0.1:\(FreePort.any())", "--set", "turn.secret=x"])
        }
        #expect(failed?.status == 1)
        #expect(failed?.output.contains("does not answer") == true)
    }
}
