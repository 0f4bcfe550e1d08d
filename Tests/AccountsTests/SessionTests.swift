import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("C08 a person's sessions") struct SessionTests {
    @Test("VZO-25 the token has 128 random bits, and the database cannot open anything with what it keeps", arguments: Engine.all)
    func tokensAreNotStored(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let session = try await door.signIn("Ana")
        #expect(CrockfordBase32.decode(session.token.text.value, count: 16) != nil)
        let kept = try await door.database.read { try $0.first("SELECT token_hash FROM session")?.get("token_hash", as: [UInt8].self) }
        #expect(kept == session.token.hash)
        let stolen = BearerToken(CrockfordBase32.encode(try #require(kept).prefix(16)))
        #expect(try await door.accounts.principal(bearing: try #require(stolen)) == nil)
        #expect("\(session)".contains(session.token.text.value) == false)
    }

    @Test("a session ends when it is not used, and in any case after its time", arguments: Engine.all)
    func sessionsEnd(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let idle = try await door.signIn("Ana")
        door.clock.advance(by: .days(30))
        #expect(try await door.accounts.principal(bearing: idle.token) == nil)
        let used = try await door.signIn("Ana")
        for _ in 0..<17 {
            door.clock.advance(by: .days(10))
            #expect(try await door.accounts.principal(bearing: used.token) != nil)
        }
        door.clock.advance(by: .days(10))
        #expect(try await door.accounts.principal(bearing: used.token) == nil)
        try await door.accounts.sweep()
        #expect(try await door.count("session") == 0)
    }

    @Test("a person sees their devices and ends each of them, nobody else's", arguments: Engine.all)
    func eachDeviceCanBeEnded(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (ana, ben) = (try await door.register("Ana"), try await door.register("Ben"))
        let laptop = try await door.signIn("Ana")
        let phone = try await door.signIn("Ana", from: Door.visit(on: Agents.safari))
        let devices = try await door.accounts.sessions(of: ana)
        #expect(Set(devices.map(\.device.stored)) == ["Firefox/128/Linux", "Safari/18/iOS"])
        try await door.accounts.end(phone.id, of: ben)
        #expect(try await door.accounts.principal(bearing: phone.token) != nil)
        try await door.accounts.end(phone.id, of: ana)
        #expect(try await door.accounts.principal(bearing: phone.token) == nil)
        let third = try await door.signIn("Ana", from: Door.visit(on: Agents.chrome))
        try await door.accounts.endSessions(of: ana, except: laptop.id)
        #expect(try await door.accounts.principal(bearing: third.token) == nil)
        #expect(try await door.accounts.principal(bearing: laptop.token) != nil)
    }

    @Test("signing in again in the same browser replaces its session")
    func oneBrowserHasOneSession() async throws {
        let door = try await Door()
        let ana = try await door.register("Ana")
        let first = try await door.signIn("Ana")
        let second = try await door.signIn("Ana", from: Door.visit(bearing: first.token))
        #expect(first.token != second.token)
        #expect(try await door.accounts.sessions(of: ana).count == 1)
    }
}

@Suite("C38 what is kept of a browser's description") struct DeviceLabelTests {
    @Test(arguments: [
        (Agents.firefox, "Firefox/128/Linux"), (Agents.chrome, "Chrome/131/Windows"), (Agents.edge, "Edge/131/Windows"),
        (Agents.safari, "Safari/18/iOS"), ("curl/8.5.0", "//"), ("", "//"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
            "Safari/17/macOS"
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet/25/Android"
        ),
    ])
    func onlyFamiliesAndTheMajorVersionStay(agent: String, kept: String) {
        let label = DeviceLabel(userAgent: agent)
        #expect(label.stored == kept)
        #expect(DeviceLabel(stored: kept) == label)
    }
}
