import Calls
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Server

/// Credentials for the relay, checked by coturn itself (RFC 8656).
@Suite(
    .timeLimit(.minutes(2)), .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/turnserver"), "coturn is not installed"))
struct RelayTests {
    @Test func coturnAcceptsOurCredentialsAndNoOthers() async throws {
        let relay = try await TestRelay(secret: "the right secret")
        let address = try #require(RelayAddress("turn:127.0.0.1:\(relay.port)"))
        #expect(await RelayProbe(address, secret: "the right secret", clock: SystemClock()).run() == .works)
        #expect(await RelayProbe(address, secret: "another secret", clock: SystemClock()).run() == .refusesSecret)
        // Credentials whose time is over are none: coturn looks at the clock in the name.
        let yesterday = ManualClock(SystemClock().now - .days(1))
        #expect(await RelayProbe(address, secret: "the right secret", clock: yesterday).run() == .refusesSecret)
        await relay.stop()
        #expect(await RelayProbe(address, secret: "the right secret", clock: SystemClock()).run() == .silent)
    }

    @Test func relaysAreReadAsBrowsersReadThem() {
        #expect(RelayAddress("turn:talk.example.org")?.port == 3478)
        #expect(RelayAddress("turns:talk.example.org?transport=tcp")?.port == 5349)
        #expect(RelayAddress("turn:[2001:db8::1]:99?transport=udp")?.host == "2001:db8::1")
        #expect(RelayAddress("turn:[2001:db8::1]:99?transport=udp")?.port == 99)
        #expect(RelayAddress("https://talk.example.org") == nil)
        #expect(RelayAddress("turn:") == nil)
    }
}
