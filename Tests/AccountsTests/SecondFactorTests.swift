import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("the second factor") struct SecondFactorTests {
    /// RFC 6238 appendix B, SHA-1, eight digits.
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func theCodesOfTheStandardComeOut(second: Int64, code: String) {
        #expect(TOTP(secret: Array("12345678901234567890".utf8)).code(step: TOTP.step(atSecond: second), digits: 8) == code)
    }

    /// RFC 4226 appendix D.
    @Test func theCountedCodesOfTheStandardComeOut() {
        let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
        #expect((0..<10).map { TOTP(secret: Array("12345678901234567890".utf8)).code(step: $0) } == codes)
    }

    @Test func secretsAreWrittenAsAppsReadThem() {
        // RFC 4648 §10, without padding.
        for (text, encoded) in [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
        ] {
            #expect(Base32.encode(Array(text.utf8)) == encoded)
            #expect(Base32.decode(encoded) == Array(text.utf8))
        }
        for neverWritten in ["A", "MZ7", "MZXW6A", "my", "MY======"] { #expect(Base32.decode(neverWritten) == nil) }
        let address = TOTP(secret: Array("12345678901234567890".utf8)).address(issuer: "Sotto & co", account: "ana@example.org")
        #expect(
            address == "otpauth://totp/Sotto%20%26%20co:ana%40example%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sotto%20%26%20co"
        )
    }

    /// Ana with the second factor on.
    private func ana(_ door: Door) async throws -> (Principal.Member, TOTP, [Redacted<String>]) {
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let offer = try door.accounts.offerTOTP(to: "ana@example.org")
        let code = offer.totp.code(step: step(door))
        let codes = try await door.accounts.enableTOTP(offer, code: code, of: ana.person, proof: try await door.proof(ana))
        return (ana, offer.totp, codes)
    }

    private func step(_ door: Door) -> Int64 { TOTP.step(atSecond: door.clock.now.milliseconds / 1000) }

    @Test("after the password nobody is signed in before the code", arguments: Engine.all)
    func theCodeIsNeeded(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (ana, totp, _) = try await ana(door)
        door.clock.advance(by: .seconds(30))
        let half = try await door.signIn("Ana")
        #expect(!half.isOpen)
        #expect(try await door.accounts.principal(bearing: half.token) == nil)
        let visit = Door.visit(bearing: half.token)
        await #expect(throws: Refusal.self) { try await door.accounts.completeSignIn(code: "000000", from: visit) }
        let session = try await door.accounts.completeSignIn(code: totp.code(step: step(door)), from: visit)
        #expect(session.token != half.token)
        #expect(try await door.accounts.principal(bearing: session.token)?.person == ana.person)
        await #expect(throws: Problem.self) { try await door.accounts.completeSignIn(code: totp.code(step: step(door)), from: visit) }
    }

    @Test("a code is taken once, also by two at the same moment", arguments: Engine.all)
    func aCodeIsTakenOnce(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (_, totp, _) = try await ana(door)
        door.clock.advance(by: .seconds(30))
        let code = totp.code(step: step(door))
        let halves = [try await door.signIn("Ana"), try await door.signIn("Ana")]
        let entered = await withTaskGroup(of: Bool.self) { group in
            for half in halves {
                group.addTask { (try? await door.accounts.completeSignIn(code: code, from: Door.visit(bearing: half.token))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(entered == 1)
    }

    @Test("six digits cannot be tried through", arguments: Engine.all)
    func codesCannotBeTriedThrough(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (_, totp, _) = try await ana(door)
        door.clock.advance(by: .seconds(30))
        let half = try await door.signIn("Ana")
        for number in 0..<5 {
            await #expect(throws: Refusal.self) {
                try await door.accounts.completeSignIn(code: "00000\(number)", from: Door.visit(bearing: half.token))
            }
        }
        await #expect(throws: Problem.self) {
            try await door.accounts.completeSignIn(code: totp.code(step: step(door)), from: Door.visit(bearing: half.token))
        }
    }

    @Test("the half-way house ends after ten minutes")
    func theHalfWayHouseEnds() async throws {
        let door = try await Door()
        let (_, totp, _) = try await ana(door)
        let half = try await door.signIn("Ana")
        door.clock.advance(by: .minutes(10))
        await #expect(throws: Problem.signInRequired) {
            try await door.accounts.completeSignIn(code: totp.code(step: step(door)), from: Door.visit(bearing: half.token))
        }
    }

    @Test("a recovery code stands in for the app once, however it is typed", arguments: Engine.all)
    func aRecoveryCodeStandsIn(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (ana, _, codes) = try await ana(door)
        #expect(codes.count == 10 && Set(codes).count == 10)
        let typed = codes[0].value.uppercased().replacing("-", with: " ").replacing("0", with: "o").replacing("1", with: "L")
        let half = try await door.signIn("Ana")
        #expect(try await door.accounts.completeSignIn(code: typed, from: Door.visit(bearing: half.token)).isOpen)
        #expect(try await door.accounts.recoveryCodesLeft(of: ana.person) == 9)
        let again = try await door.signIn("Ana")
        await #expect(throws: Refusal.self) { try await door.accounts.completeSignIn(code: typed, from: Door.visit(bearing: again.token)) }
        _ = try await door.accounts.renewRecoveryCodes(of: ana.person, proof: try await door.proof(ana))
        await #expect(throws: Refusal.self) {
            try await door.accounts.completeSignIn(code: codes[1].value, from: Door.visit(bearing: again.token))
        }
    }

    @Test("nothing is turned on without the app's code, and turning off is told")
    func turningOnAndOff() async throws {
        let door = try await Door()
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let offer = try door.accounts.offerTOTP(to: "ana@example.org")
        let proof = try await door.proof(ana)
        await #expect(throws: Refusal.self) { try await door.accounts.enableTOTP(offer, code: "000000", of: ana.person, proof: proof) }
        #expect(try await door.accounts.hasSecondFactor(ana.person) == false)
        _ = try await door.accounts.enableTOTP(offer, code: offer.totp.code(step: step(door)), of: ana.person, proof: proof)
        #expect(try await door.accounts.hasSecondFactor(ana.person))
        try await door.accounts.disableTOTP(ana.person, proof: proof)
        #expect(try await door.signIn("Ana").isOpen)
        #expect(try await door.count("recovery_code") == 0)
        #expect(try await door.letters("settingChanged", to: "Ana").count == 2)
    }
}
