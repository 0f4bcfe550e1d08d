import Foundation
import Logging
import Storage
import Synchronization
import TestKit
import Testing

@testable import Server

/// Nothing about a person is in the logs, at any level and in either form.
@Suite(.timeLimit(.minutes(2))) struct LogPrivacyTests {
    private static let markers = [
        "marker-name", "marker-mail", "marker-word", "marker-query", "marker-agent", "marker-path", "marker-cookie", "203.0.113.77",
    ]

    @Test(arguments: ["text", "json"]) func markersPlantedThroughHTTPAreNotInTheLogs(_ format: String) async throws {
        var settings = ServerProcess.freshSettings()
        settings["log.level"] = "debug"
        settings["log.format"] = format
        settings["trustedProxies"] = "127.0.0.1"
        let server = try await ServerProcess(settings)
        let common =
            ["-s", "-o", "/dev/null", "-A", "marker-agent", "-H", "Origin: \(server.origin)", "-H", "X-Forwarded-For: 203.0.113.77"]
            + ["-b", "__Host-session=marker-cookie"]
        @discardableResult func curl(_ more: String...) async throws -> Int? {
            Int(try await Shell.run("/usr/bin/curl", common + ["-w", "%{http_code}"] + more))
        }
        let person = ["name=marker-name", "email=marker-mail@example.org", "password=marker-word-long-enough", "ageBand=adult"]
        let signedUp = try await curl(
            "--data-urlencode", person[0], "--data-urlencode", person[1], "--data-urlencode", person[2], "-d", person[3],
            server.origin + "/sign-up")
        let signedIn = try await curl("--data-urlencode", person[1], "--data-urlencode", person[2], server.origin + "/sign-in")
        try await curl("--data-urlencode", person[1], server.origin + "/recover")
        try await curl(server.origin + "/directory?q=marker-query")
        try await curl(server.origin + "/people/marker-path")
        try await curl(server.origin + "/join/marker-path")
        try await curl("-H", "Content-Type: application/json", "-d", "{\"marker-word\": ", server.origin + "/sign-in")
        try await curl(
            "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: bWFya2Vy",
            "--max-time", "5", server.origin + "/live")
        #expect((200..<400).contains(try #require(signedUp)) && signedIn == 303, "the markers were really taken in")
        #expect(await server.stop() == 0)
        #expect(server.output.contains("/sign-up"), "requests are logged by their route")
        for marker in Self.markers { #expect(!server.output.contains(marker), "\(marker) is in the log") }
    }
}

extension LogPrivacyTests {
    private struct Mistyped: Error { let typed = "marker-word" }

    @Test("an error is logged as what it is, without what it says") func errors() {
        let lines = Mutex("")
        var logger = Logger(label: "test") { LineLog(label: $0, format: .text, level: .debug) { line in lines.withLock { $0 += line } } }
        logger.logLevel = .debug
        logger.error("something failed", error: Mistyped())
        logger.error("something failed", error: StorageError.unavailable("the disk is full"))
        #expect(lines.withLock { $0 }.contains("error=Mistyped"))
        #expect(lines.withLock { $0 }.contains("the disk is full"), "storage never repeats a value")
        #expect(!lines.withLock { $0 }.contains("marker-word"))
    }
}
