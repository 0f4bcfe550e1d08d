import TestKit
import Testing

@testable import Media

/// After the handshake a way must be proven before it is used.
@Suite struct PathProofTests {
    static let home = ICEAgentTests.home
    static let mobile = ICEAgentTests.mobile

    let credentials: ICECredentials

    init() {
        var random = SeededGenerator(seed: 8)
        credentials = ICECredentials(using: &random)
    }

    /// An agent whose browser shook hands at home.
    private func settled() throws -> (agent: AgentHolder, browser: FullICEPeer) {
        var browser = FullICEPeer(checking: credentials)
        let agent = try AgentHolder(credentials)
        #expect(agent.expect(browser))
        _ = agent.hear(browser.check(nominating: true), from: Self.home)
        agent.settle(on: Self.home)
        #expect(agent.destination(at: .at(.zero)) == Self.home && agent.asks().isEmpty)
        return (agent, browser)
    }

    @Test func theRequestIsOneThatAFullAgentAnswers() throws {
        var (agent, browser) = try settled()
        let check = browser.check(nominating: true)
        _ = agent.hear(check, from: Self.mobile)
        #expect(agent.destination(at: .at(.zero)) == Self.home)
        let (path, request) = try #require(agent.asks().first)
        #expect(path == Self.mobile)
        let message = try STUNMessage(reading: request)
        #expect(message.username.map { String(decoding: request[$0], as: UTF8.self) } == "\(browser.fragment):\(credentials.fragment)")
        #expect(message.isWhole(request) && message.isAuthentic(request, password: browser.password))
        #expect(message.claimsControl == false && !message.nominates && message.priority == 0x6EFF_FFFF)
        // Longer than the shortest check by no more than what all have in it.
        #expect(request.count <= check.count)
        #expect(agent.hear(try #require(browser.answer(request)), from: Self.mobile).verdict == .proved)
        #expect(agent.destination(at: .at(.zero)) == Self.mobile && agent.asks().isEmpty)
    }

    /// What one check brings to a forged address stays below five times its bytes, however short it is.
    @Test func theShortestCheckIsWorthNoMoreThanBeforeTheHandshake() throws {
        let agent = try AgentHolder(credentials)
        var browser = FullICEPeer(checking: credentials)
        browser.fragment = "them"
        #expect(agent.expect(browser))
        _ = agent.hear(browser.check(nominating: true), from: Self.home)
        agent.settle(on: Self.home)
        let attributes =
            FullICEPeer.attribute(STUNAttribute.username, Array("\(credentials.fragment):them".utf8))
            + FullICEPeer.attribute(STUNAttribute.useCandidate, [])
        let check = FullICEPeer.message(type: 0x0001, transaction: 1, attributes, password: credentials.password)
        let (verdict, answer) = agent.hear(check, from: Self.mobile)
        #expect(verdict == .answered(forgot: nil))
        let requests = (0..<100).flatMap { agent.asks(at: .at(.milliseconds(50 * $0))) }
        #expect(requests.count == PathRequest.mostTries)
        let sent = answer.count + requests.reduce(0) { $0 + $1.bytes.count }
        #expect(sent < Connection.amplification * check.count, "\(sent) bytes for \(check.count)")
    }

    /// Each waits twice as long as the last, and there are three.
    @Test func requestsStandBack() throws {
        var (agent, browser) = try settled()
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile)
        for (time, count) in [(0, 1), (199, 0), (200, 1), (599, 0), (600, 1), (1399, 0), (1400, 0), (9000, 0)] {
            #expect(agent.asks(at: .at(.milliseconds(time))).count == count, "after \(time) ms")
        }
    }

    @Test func theLimitOfRequestsIsFilledWithOneEachSecond() {
        var budget = PathRequestBudget()
        func spent(at now: Instant) -> Int {
            var count = 0
            while budget.isLeft(at: now) {
                budget.spend(at: now)
                count += 1
            }
            return count
        }
        #expect(spent(at: .at(.zero)) == PathRequestBudget.most)
        #expect(spent(at: .at(.milliseconds(999))) == 0)
        #expect(spent(at: .at(.seconds(1))) == 1)
        #expect(spent(at: .at(.milliseconds(1999))) == 0)
        #expect(spent(at: .at(.seconds(4))) == 3)
        #expect(spent(at: .at(.seconds(60))) == PathRequestBudget.most)
    }

    /// Many ways at once cost no more than one, and the one in use is not forgotten for them.
    @Test func noMoreThanTheLimitGoesToManyWaysAtOnce() throws {
        var (agent, browser) = try settled()
        let others = (1...7).map { Path(.udp, local: ICEAgentTests.server, remote: .init(ipv4: 0xC000_0200, port: $0)) }
        for path in others { _ = agent.hear(browser.check(nominating: true), from: path) }
        #expect(agent.asks().count == others.count)
        #expect(agent.asks(at: .at(.milliseconds(200))).count == PathRequestBudget.most - others.count)
        #expect(agent.asks(at: .at(.milliseconds(999))).isEmpty)
        #expect(agent.asks(at: .at(.seconds(1))).count == 1)
        #expect(agent.destination(at: .at(.seconds(1))) == Self.home)
    }

    /// Whoever goes to and fro is followed at once where they were a moment ago.
    @Test func aWayRemainsProvenForAWhile() throws {
        var (agent, browser) = try settled()
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile)
        let request = try #require(agent.asks().first)
        _ = agent.hear(try #require(browser.answer(request.bytes)), from: Self.mobile)
        _ = agent.hear(browser.check(nominating: true), from: Self.home, at: .at(.seconds(1)))
        #expect(agent.destination(at: .at(.seconds(1))) == Self.home && agent.asks(at: .at(.seconds(1))).isEmpty)
        // Both are checked all the time, and one is used.
        func checkBoth(from first: Int, to last: Int) {
            for second in stride(from: first, through: last, by: 5) {
                for path in [Self.home, Self.mobile] { _ = agent.hear(browser.check(), from: path, at: .at(.seconds(second))) }
            }
        }
        checkBoth(from: 5, to: 30)
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile, at: .at(.milliseconds(30_999)))
        #expect(agent.destination(at: .at(.milliseconds(30_999))) == Self.mobile)
        _ = agent.hear(browser.check(nominating: true), from: Self.home, at: .at(.seconds(31)))
        checkBoth(from: 35, to: 60)
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile, at: .at(.seconds(61)))
        #expect(agent.destination(at: .at(.seconds(61))) == Self.home)
        #expect(agent.asks(at: .at(.seconds(61))).map(\.path) == [Self.mobile])
    }

    /// Whoever chose another way before the end of the handshake is asked there with its end, and not with their next check.
    @Test(arguments: [home, nil])
    func aChoiceDuringTheHandshakeIsAskedAboutAtItsEnd(proven: Path?) throws {
        var browser = FullICEPeer(checking: credentials)
        let agent = try AgentHolder(credentials)
        #expect(agent.expect(browser))
        for path in [Self.home, Self.mobile] { _ = agent.hear(browser.check(nominating: true), from: path) }
        #expect(agent.destination(at: .at(.zero)) == Self.mobile && agent.asks().isEmpty)
        agent.settle(on: proven)
        #expect(agent.destination(at: .at(.zero)) == proven)
        let request = try #require(agent.asks().first)
        _ = agent.hear(try #require(browser.answer(request.bytes)), from: Self.mobile)
        #expect(agent.destination(at: .at(.zero)) == Self.mobile)
    }

    /// Nobody answers in a connection of TCP who is not at its end.
    @Test func aConnectionOfTCPProvesItself() throws {
        var (agent, browser) = try settled()
        let stream = Path(.tcp, local: Self.home.local, remote: Self.mobile.remote)
        _ = agent.hear(browser.check(nominating: true), from: stream)
        #expect(agent.destination(at: .at(.zero)) == stream && agent.asks().isEmpty)
    }

    /// Of two ways that were chosen one after the other the later is used, whichever answers first.
    @Test func theLastChoiceCounts() throws {
        var (agent, browser) = try settled()
        let third = Path(.udp, local: ICEAgentTests.server, remote: .init(ipv4: 0xC000_0203, port: 3))
        _ = agent.hear(browser.check(nominating: true), from: Self.mobile)
        _ = agent.hear(browser.check(nominating: true), from: third)
        let answers = try agent.asks().map { ($0.path, try #require(browser.answer($0.bytes))) }
        for (path, answer) in answers.reversed() { #expect(agent.hear(answer, from: path).verdict == .proved) }
        #expect(answers.count == 2 && agent.destination(at: .at(.zero)) == third)
    }

    /// Behind a router that gave it another port a browser checks on as if nothing had happened, and may choose nothing
    /// again. As long as the old way is checked that means nothing.
    @Test func whoIsSilentWhereTheyWereIsLookedForWhereTheyCheck() throws {
        var (agent, browser) = try settled()
        let time = Instant.at(ICEAgent.doubt - .milliseconds(1))
        _ = agent.hear(browser.check(), from: Self.mobile, at: time)
        #expect(agent.asks(at: time).isEmpty)
        let later = Instant.at(ICEAgent.doubt)
        _ = agent.hear(browser.check(), from: Self.mobile, at: later)
        let request = try #require(agent.asks(at: later).first)
        #expect(agent.destination(at: later) == Self.home)
        _ = agent.hear(try #require(browser.answer(request.bytes)), from: Self.mobile, at: later)
        #expect(agent.destination(at: later) == Self.mobile)
    }

    /// After a silence of thirty seconds nothing is left, and the first check that comes is asked about.
    @Test func whoComesBackIsAskedWhereTheyAre() throws {
        var (agent, browser) = try settled()
        #expect(agent.expire(at: .at(.seconds(30))) == [Self.home])
        _ = agent.hear(browser.check(), from: Self.home, at: .at(.seconds(60)))
        #expect(agent.destination(at: .at(.seconds(60))) == nil)
        let request = try #require(agent.asks(at: .at(.seconds(60))).first)
        _ = agent.hear(try #require(browser.answer(request.bytes)), from: Self.home, at: .at(.seconds(60)))
        #expect(agent.destination(at: .at(.seconds(60))) == Self.home)
    }

    /// ICE began anew, and a check of it overtook the answer in which its password stands.
    @Test func whoseDescriptionIsOnItsWayIsWaitedFor() throws {
        let (agent, _) = try settled()
        var random = SeededGenerator(seed: 9)
        let renewed = ICECredentials(using: &random)
        #expect(agent.restart(local: renewed))
        var after = FullICEPeer(checking: renewed)
        (after.fragment, after.password) = ("ana8", "another password of the browser")
        #expect(agent.hear(after.check(nominating: true), from: Self.mobile).verdict == .answered(forgot: nil))
        #expect(agent.asks().isEmpty && agent.destination(at: .at(.zero)) == Self.home)
        #expect(agent.expect(after))
        let request = try #require(agent.asks(at: .at(.milliseconds(50))).first)
        _ = agent.hear(try #require(after.answer(request.bytes)), from: Self.mobile, at: .at(.milliseconds(60)))
        #expect(agent.destination(at: .at(.milliseconds(60))) == Self.mobile)
    }

    /// Somebody who is known to two servers has the one ask the other, whose address it gives for its own. The other refuses the role.
    @Test func twoServersCannotBeSetUponEachOther() throws {
        let (agent, browser) = try settled()
        // Mallory's own names are those of her connection at the other server, and the other way round.
        let other = try AgentHolder(browser.ours)
        var mirrored = FullICEPeer(checking: browser.ours)
        (mirrored.fragment, mirrored.password) = (credentials.fragment, credentials.password)
        #expect(other.expect(mirrored))
        var mallory = browser
        _ = agent.hear(mallory.check(nominating: true), from: Self.mobile)
        let request = try #require(agent.asks().first)
        let (verdict, answer) = other.hear(request.bytes, from: Self.home)
        #expect(verdict == .refused)
        #expect(agent.hear(answer, from: Self.mobile).verdict == .dropped(.noCheck))
        #expect(agent.destination(at: .at(.zero)) == Self.home)
    }
}
