import Foundation
import TestKit
import Testing

@testable import Server

/// A server that is killed starts again with everything it had acknowledged.
@Suite(.timeLimit(.minutes(2))) struct CrashTests {
    @Test func anOwnerRegisteredBeforeAKillIsThereAfterIt() async throws {
        let settings = ServerProcess.freshSettings()
        let server = try await ServerProcess(settings)
        let link = try #require(await server.line(beginning: "  http")).drop { $0 == " " }
        let form = ["name=Hugo", "email=hugo@example.org", "password=harbour-lights-42"].flatMap {
            ["--data-urlencode", $0]
        }
        let status = try await Shell.run(
            "/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Origin: \(server.origin)"] + form + [String(link)])
        #expect(status == "303")
        await server.kill9()
        let again = try await ServerProcess(settings)
        #expect(!again.output.contains("Nobody owns it yet"))
        let signIn = try await Shell.run(
            "/usr/bin/curl",
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Origin: \(again.origin)"] + form[2...] + [again.origin + "/sign-in"])
        #expect(signIn == "303")
        await again.stop()
    }
}
