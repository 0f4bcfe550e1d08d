import Foundation
import TestKit
import Testing

@testable import Server

/// Starting and stopping.
@Suite(.timeLimit(.minutes(2))) struct LifeTests {
    @Test(arguments: Engine.all) func aFreshServerIsReadyAndAnOldOneStartsAgain(on engine: Engine) async throws {
        let settings = try await TestHouse.settings(on: engine)
        for _ in 0..<2 {
            let server = try await TestHouse(settings)
            let answer = try await Shell.run("/usr/bin/curl", ["-s", "\(server.origin)/health/ready"])
            #expect(answer.contains("\"status\":\"ready\""))
            try await server.stop()
        }
    }

    @Test func sigtermEndsItWithinFiveSecondsAndWithoutAnError() async throws {
        let server = try await ServerProcess(ServerProcess.freshSettings())
        // A connection that is kept alive must not hold it up.
        let browser = Task {
            try await Shell.run(
                "/bin/sh",
                [
                    "-c",
                    "(printf 'GET /health/live HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; sleep 20) | nc -q 20 localhost \(server.origin.split(separator: ":").last ?? "") || true",
                ])
        }
        let began = ContinuousClock.now
        #expect(await server.stop() == 0)
        #expect(ContinuousClock.now - began < .seconds(5))
        browser.cancel()
    }

    @Test func aPortThatIsTakenIsToldInOneLine() async throws {
        let first = try await ServerProcess(ServerProcess.freshSettings())
        var settings = ServerProcess.freshSettings()
        settings["port"] = String(first.origin.split(separator: ":").last ?? "")
        let error = await #expect(throws: ServerProcess.DidNotStart.self) { _ = try await ServerProcess(settings) }
        let told = try #require(error?.output.split(separator: "\n").last)
        for words in ["is taken by another program", "bin/serve -- --set port=8081", "SOTTO_PORT=8081"] { #expect(told.contains(words)) }
        await first.stop()
    }

    @Test func foldersAndKeysAreReadableByNobodyElse() async throws {
        let server = try await TestHouse(on: .sqlite)
        defer { Task { try await server.stop() } }
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(server.settings.dataDirectory) == 0o700)
        #expect(try mode(server.settings.rootKey) == 0o600)
        for file in try FileManager.default.subpathsOfDirectory(atPath: server.settings.dataDirectory) {
            let mode = try mode(server.settings.dataDirectory + "/" + file) ?? 0o777
            #expect(mode & 0o077 == 0, "\(file)")
        }
    }

    @Test func aRootKeyThatOthersCanReadStopsTheStart() async throws {
        let settings = try await TestHouse.settings()
        try await TestHouse(settings).stop()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: settings.rootKey)
        let problem = await #expect(throws: RootKeyProblem.self) { _ = try await TestHouse(settings) }
        #expect(problem?.description == "Others can read the root key \(settings.rootKey). Run: chmod 600 '\(settings.rootKey)'")
    }

    @Test func theRootKeyMayComeFromACommand() async throws {
        let settings = try await TestHouse.settings()
        try await TestHouse(settings).stop()
        var other = settings
        other.set(\.rootKeyCommand, to: "cat '\(settings.rootKey)'")
        try await TestHouse(other).stop()
        other.set(\.rootKeyCommand, to: "exit 3")
        let problem = await #expect(throws: RootKeyProblem.self) { _ = try await TestHouse(other) }
        #expect(problem?.description == "keys.rootCommand ended with status 3 instead of printing the root key.")
    }
}
