import TestKit
import Testing

@testable import Media

@Suite struct ICEAgentTests {
    static let server = TransportAddress(ipv4: 0xC633_6401, port: 3478)
    static let home = Path(.udp, local: server, remote: .init(ipv4: 0xC000_0201, port: 50_000))
    static let mobile = Path(.udp, local: server, remote: .init(ipv6: 0x2001_0DB8_0000_0000, 7, port: 40_000))

    let credentials: ICECredentials

    init() {
        var random = SeededGenerator(seed: 4)
        credentials = ICECredentials(using: &random)
    }

    /// An agent that knows the browser's name, and the browser.
    private func meeting() throws -> (agent: AgentHolder, browser: FullICEPeer) {
        let browser = FullICEPeer(checking: credentials)
        let agent = try AgentHolder(credentials)
        #expect(agent.expect(browser))
        return (agent, browser)
    }

    @Test func credentialsHaveTheCharactersAndTheLengthThatTheRFCAsksFor() {
        var random = SeededGenerator(seed: 5)
        let others = (0..<100).map { _ in ICECredentials(using: &random) }
        for one in others {
            #expect(one.fragment.count >= 4 && one.password.count >= 22)
            #expect((one.fragment + one.password).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") })
            #expect(!"\(one)".contains(one.password))
        }
        #expect(Set(others.map(\.fragment)).count == 100)
    }

    @Test func anAuthenticCheckIsAnsweredAndOpensTheWay() throws {
        var (agent, browser) = try meeting()
        #expect(agent.destination(at: .at(.zero)) == nil && !agent.isValidated(Self.home))
        let check = browser.check(nominating: true)
        let (verdict, bytes) = agent.hear(check, from: Self.home)
        #expect(verdict == .answered(forgot: nil))
        let answer = try STUNMessage(reading: bytes)
        #expect(answer.kind == .success && answer.isAuthentic(bytes, password: credentials.password))
        #expect(answer.seenAddress(in: bytes) == Self.home.remote)
        #expect(bytes.count <= check.count)
        #expect(agent.destination(at: .at(.zero)) == Self.home && agent.isValidated(Self.home))
    }

    /// §4.13 of the threat list, 1: nothing goes to an address that proved nothing, not even an error.
    @Test(arguments: ICEDrop.allCases.filter { $0 != .noRoom && $0 != .replayed })
    func whatIsNotAuthenticGetsNoAnswerAndChangesNothing(drop: ICEDrop) throws {
        var (agent, browser) = try meeting()
        let unknown = FullICEPeer.attribute(0x0A0B, [])
        let bytes =
            switch drop {
            case .malformed: Array(browser.check().dropLast(4))
            case .noCheck: FullICEPeer.message(type: 0x0011, transaction: 1, [], password: credentials.password)
            case .fingerprint: browser.check(hasFingerprint: false)
            case .unknownAttribute: browser.check(extra: unknown)
            default: browser.check(password: "not the password of this peer")
            }
        let (verdict, answer) = agent.hear(bytes, from: Self.home)
        #expect(verdict == .dropped(drop) && answer.isEmpty)
        #expect(agent.drops[drop] == 1 && agent.drops.total == 1)
        #expect(!agent.isValidated(Self.home) && agent.destination(at: .at(.zero)) == nil)
    }

    @Test(arguments: ["ana7", ":ana7", "other:ana7", "", "ana7:"])
    func bothHalvesOfTheNameMustFit(username: String) throws {
        var (agent, browser) = try meeting()
        #expect(agent.hear(browser.check(username: username), from: Self.home).verdict == .dropped(.notAuthentic))
        #expect(agent.hear(browser.check(username: "\(credentials.fragment):eve"), from: Self.home).verdict == .dropped(.notAuthentic))
    }

    @Test func aPeerInTheWrongRoleIsToldSo() throws {
        var (agent, browser) = try meeting()
        browser.isControlling = false
        let (verdict, bytes) = agent.hear(browser.check(nominating: true), from: Self.home)
        let answer = try STUNMessage(reading: bytes)
        #expect(verdict == .refused && answer.kind == .failure && answer.errorCode == 487)
        #expect(answer.isAuthentic(bytes, password: credentials.password) && answer.isWhole(bytes))
        #expect(!agent.isValidated(Self.home))
    }

    @Test func theBrowserChoosesAndMayChooseAgain() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home)
        _ = agent.hear(browser.check(), from: Self.mobile)
        #expect(agent.destination(at: .at(.zero)) == Self.home && agent.isValidated(Self.mobile))
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile)
        #expect(agent.destination(at: .at(.zero)) == Self.mobile)
    }

    /// The source of a datagram is not signed: what somebody recorded must not pour the media over somebody else.
    @Test func aRecordedCheckFromElsewhereMovesNothing() throws {
        var (agent, browser) = try meeting()
        let check = browser.check(nominating: true)
        _ = agent.hear(check, from: Self.home)
        let (verdict, answer) = agent.hear(check, from: Self.mobile)
        #expect(verdict == .dropped(.replayed) && answer.isEmpty)
        #expect(agent.destination(at: .at(.zero)) == Self.home && !agent.isValidated(Self.mobile))
        // The same check again where it was made is a retransmission.
        #expect(agent.hear(check, from: Self.home).verdict == .answered(forgot: nil))
    }

    @Test func consentRunsOutAfterThirtySecondsAndEachCheckRenewsIt() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home, at: .at(.zero))
        _ = agent.hear(browser.check(), from: Self.home, at: .at(.seconds(5)))
        #expect(agent.consent(at: .at(.seconds(12.9))) == .given)
        #expect(agent.deadline(after: .at(.seconds(5))) == .at(.seconds(13)))
        #expect(agent.consent(at: .at(.seconds(13))) == .doubtful)
        #expect(agent.destination(at: .at(.seconds(34.9))) == Self.home)
        #expect(agent.destination(at: .at(.seconds(35))) == nil)
        #expect(agent.consent(at: .at(.seconds(35))) == .none)
        #expect(agent.expire(at: .at(.seconds(35))) == [Self.home])
        #expect(!agent.isValidated(Self.home))
        // A machine that slept comes back with its next check.
        _ = agent.hear(browser.check(), from: Self.mobile, at: .at(.seconds(60)))
        #expect(agent.destination(at: .at(.seconds(60))) == Self.mobile)
    }

    @Test func consentIsForOneWayAlone() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home, at: .at(.zero))
        _ = agent.hear(browser.check(), from: Self.mobile, at: .at(.seconds(29)))
        #expect(agent.destination(at: .at(.seconds(30))) == nil)
    }

    @Test func aWayThatIsNoLongerCheckedIsForgotten() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home, at: .at(.zero))
        _ = agent.hear(browser.check(), from: Self.mobile, at: .at(.zero))
        #expect(agent.expire(at: .at(.seconds(14.9))) == [])
        #expect(agent.expire(at: .at(.seconds(15))) == [Self.mobile])
        #expect(agent.isValidated(Self.home) && !agent.isValidated(Self.mobile))
    }

    @Test func theOldestWayGivesUpItsPlaceButNeverTheOneInUse() throws {
        var (agent, browser) = try meeting()
        let paths = (1...9).map { Path(.udp, local: Self.server, remote: .init(ipv4: 0xC000_0200, port: $0)) }
        for (second, path) in paths.enumerated() {
            let (verdict, _) = agent.hear(browser.check(nominating: second == 0), from: path, at: .at(.milliseconds(second)))
            #expect(verdict == .answered(forgot: second == 8 ? paths[1] : nil))
        }
        #expect(agent.isValidated(paths[0]) && !agent.isValidated(paths[1]) && agent.isValidated(paths[8]))
    }

    @Test func aRestartIsNotHeardAndEndsTheOldName() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home)
        var random = SeededGenerator(seed: 6)
        let renewed = ICECredentials(using: &random)
        #expect(agent.restart(local: renewed) && agent.local.fragment == renewed.fragment)
        #expect(agent.destination(at: .at(.zero)) == Self.home)
        var after = FullICEPeer(checking: renewed)
        after.fragment = "ana8"
        #expect(agent.expect(after))
        // The old name holds the media where it is until the new one is heard for the first time.
        #expect(agent.hear(browser.check(), from: Self.home).verdict == .answered(forgot: nil))
        #expect(agent.hear(after.check(nominating: true), from: Self.mobile).verdict == .answered(forgot: nil))
        #expect(agent.destination(at: .at(.zero)) == Self.mobile)
        #expect(agent.hear(browser.check(), from: Self.home).verdict == .dropped(.notAuthentic))
    }

    @Test func aCheckBeforeTheDescriptionIsAnsweredToWhoKnowsTheKey() throws {
        let agent = try AgentHolder(credentials)
        var browser = FullICEPeer(checking: credentials)
        var other = FullICEPeer(checking: .init(fragment: credentials.fragment, password: "guessed"))
        #expect(agent.hear(other.check(nominating: true), from: Self.mobile).verdict == .dropped(.notAuthentic))
        #expect(agent.hear(browser.check(nominating: true), from: Self.home).verdict == .answered(forgot: nil))
        #expect(agent.destination(at: .at(.zero)) == Self.home)
        // From then on it is theirs alone, and the description must say so.
        var third = FullICEPeer(checking: credentials)
        third.fragment = "ana9"
        #expect(agent.hear(third.check(), from: Self.mobile).verdict == .dropped(.notAuthentic))
        #expect(!agent.expect(third))
        #expect(agent.expect(browser))
        #expect(agent.hear(browser.check(), from: Self.home).verdict == .answered(forgot: nil))
    }

    @Test func twoRestartsInARowLeaveTheOneInUseAlone() throws {
        var (agent, browser) = try meeting()
        _ = agent.hear(browser.check(nominating: true), from: Self.home)
        var random = SeededGenerator(seed: 7)
        #expect(agent.restart(local: ICECredentials(using: &random)) && agent.restart(local: ICECredentials(using: &random)))
        #expect(agent.hear(browser.check(), from: Self.home).verdict == .answered(forgot: nil))
    }

    @Test func addressesAreNotPrinted() {
        #expect("\(Self.home)".contains("•") && !"\(Self.home)".contains("50000"))
    }
}
