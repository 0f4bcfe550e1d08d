import TestKit
import Testing

@testable import Media

/// 1: whoever takes part can send a check that is right in all from a forged address. **The media go where somebody proved to be.**
@Suite struct ForgedAddressTests {
    static let victim = Meeting.path(66, port: 6)

    /// Mallory sees and hears Ben, from where she is.
    private static func meeting(delay: Int = 5) throws -> (Meeting, BrowserEnd) {
        let meeting = try Meeting()
        meeting.line.delay = delay...delay
        let mallory = try meeting.join(1)
        try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        meeting.look(at: victim)
        return (meeting, mallory.receiving)
    }

    @Test func aForgedAddressIsAskedAndSentNoMedia() throws {
        let (meeting, mallory) = try Self.meeting()
        let check = mallory.nomination()
        meeting.hand(check, on: Self.victim)
        let before = meeting.sent[mallory.path] ?? 0
        meeting.run(for: .seconds(10))
        // The answer to the check, and what asks whether she is there.
        #expect(meeting.sent[Self.victim] == 1 + PathRequest.mostTries && meeting.requests(at: Self.victim).count == PathRequest.mostTries)
        #expect((100...check.count * Connection.amplification).contains(meeting.sentBytes[Self.victim] ?? 0))
        #expect(meeting.sent[mallory.path] ?? 0 > before + 400, "they go on where she is")
    }

    /// Whoever goes on with it, with one address or many, makes us ask no more often than the limit says.
    @Test(arguments: [1, 30])
    func whoForgesAgainAndAgainIsLimited(addresses: Int) throws {
        let (meeting, mallory) = try Self.meeting()
        let victims = (0..<addresses).map { Meeting.path(66, port: UInt16(100 + $0)) }
        for victim in victims { meeting.look(at: victim) }
        func asked() -> Int { victims.reduce(0) { $0 + meeting.requests(at: $1).count } }
        var turn = 0
        func forge(for duration: Duration) {
            meeting.run(for: duration) { elapsed in
                guard Int(elapsed / .milliseconds(1)) % 20 == 0 else { return }
                meeting.hand(mallory.nomination(), on: victims[turn % addresses])
                turn += 1
            }
        }
        forge(for: .milliseconds(990))
        #expect(asked() == (addresses == 1 ? PathRequest.mostTries : PathRequestBudget.most))
        forge(for: .seconds(30))
        #expect((30...PathRequestBudget.most + 31).contains(asked()), "\(asked()) requests in 31 seconds")
        #expect(victims.allSatisfy { meeting.media(at: $0) == 0 })
    }

    /// A router gives somebody another port: what they are sent comes there after one round trip from their next check.
    @Test func whoReallyMovesIsFollowedAfterOneRoundTrip() throws {
        let (meeting, ana) = try Self.meeting(delay: 20)
        let new = Meeting.path(77, port: 9000)
        meeting.look(at: new)
        ana.path = new
        ana.hurry()
        // There, back, and there again.
        meeting.run(for: .milliseconds(60))
        #expect(meeting.requests(at: new).count == 1 && meeting.media(at: new) == 0)
        meeting.run(for: .milliseconds(60))
        #expect(meeting.requests(at: new).count == 1 && meeting.media(at: new) > 2)
        let before = meeting.media(at: new)
        meeting.run(for: .seconds(5))
        #expect(meeting.media(at: new) > before + 400 && meeting.requests(at: new).count == 1)
    }

    enum Spoilt: CaseIterable { case transaction, integrity, address, error, indication }

    @Test(arguments: Spoilt.allCases)
    func anAnswerThatIsNotRightMovesNothing(spoilt: Spoilt) throws {
        let (meeting, mallory) = try Self.meeting()
        mallory.isSilent = true
        meeting.hand(mallory.nomination(), on: Self.victim)
        let request = try #require(meeting.requests(at: Self.victim).first)
        let transaction = try STUNMessage(reading: request).transaction
        let right = try #require(mallory.answer(request))
        func message(_ type: UInt16, _ transaction: STUNTransaction, password: String = Meeting.password) -> [UInt8] {
            FullICEPeer.message(type: type, transaction, [], password: password)
        }
        switch spoilt {
        case .transaction:
            meeting.hand(message(0x0101, STUNTransaction(first: transaction.first, rest: transaction.rest ^ 1)), on: Self.victim)
        case .integrity: meeting.hand(message(0x0101, transaction, password: String(repeating: "q", count: 24)), on: Self.victim)
        case .address:
            meeting.hand(right, on: mallory.path)
            meeting.hand(right, on: Meeting.path(66, port: 7))
        case .error: meeting.hand(message(0x0111, transaction), on: Self.victim)
        case .indication: meeting.hand(message(0x0011, transaction), on: Self.victim)
        }
        meeting.run(for: .seconds(1))
        #expect(meeting.media(at: Self.victim) == 0)
        // The right one is taken still, from there.
        meeting.hand(right, on: Self.victim)
        meeting.run(for: .seconds(1))
        #expect(meeting.media(at: Self.victim) > 40)
    }

    /// Whatever is lost is asked again, in the same words.
    @Test func aRequestThatIsLostComesAgain() throws {
        let (meeting, mallory) = try Self.meeting()
        mallory.isSilent = true
        meeting.hand(mallory.nomination(), on: Self.victim)
        meeting.run(for: PathRequest.firstPause - .milliseconds(10))
        #expect(meeting.requests(at: Self.victim).count == 1)
        meeting.run(for: Connection.pace + .milliseconds(20))
        let requests = meeting.requests(at: Self.victim)
        #expect(requests.count == 2 && Set(requests).count == 1)
        let last = try #require(requests.last)
        meeting.hand(try #require(mallory.answer(last)), on: Self.victim)
        meeting.run(for: .seconds(1))
        #expect(meeting.media(at: Self.victim) > 40)
    }

    /// Nobody answered, as the network was away; with a later check it is asked anew.
    @Test func whoDidNotAnswerIsAskedAgainWithALaterCheck() throws {
        let (meeting, mallory) = try Self.meeting()
        mallory.isSilent = true
        meeting.hand(mallory.nomination(), on: Self.victim)
        meeting.run(for: .seconds(3))
        #expect(meeting.requests(at: Self.victim).count == PathRequest.mostTries)
        meeting.hand(mallory.nomination(), on: Self.victim)
        let requests = meeting.requests(at: Self.victim)
        #expect(requests.count == PathRequest.mostTries + 1)
        let last = try #require(requests.last)
        meeting.hand(try #require(mallory.answer(last)), on: Self.victim)
        meeting.run(for: .seconds(1))
        #expect(meeting.media(at: Self.victim) > 40)
    }

    /// She reads our part of the handshake where she is, and says hers as if she were the victim: that proves nothing of the victim.
    @Test(arguments: [false, true])
    func theLastWordOfAHandshakeFromElsewhereProvesNothing(isPassive: Bool) throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1, isPassive: isPassive).receiving
        try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.look(at: Self.victim)
        // Our first words have been sent, and hers are not there yet.
        meeting.run(for: .milliseconds(isPassive ? 18 : 8))
        #expect(meeting.sent[mallory.path] ?? 0 > 1)
        mallory.pretends = Self.victim
        meeting.hand(mallory.nomination(), on: Self.victim)
        meeting.run(for: .seconds(3))
        #expect(mallory.isConnected && meeting.media(at: Self.victim) == 0)
        #expect(meeting.sent[mallory.path] ?? 0 > 100, "they are where she is")
    }

    /// Our first words went to the victim, and once more to where she is. She has read them there, so nothing is proven of the victim.
    @Test func aHandshakeThatWentToTwoPlacesProvesNeither() throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1).receiving
        try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.look(at: Self.victim)
        mallory.pretends = Self.victim
        meeting.run(for: .milliseconds(8))
        #expect(meeting.came[Self.victim, default: []].contains { Datagram($0.span.bytes) == .dtls })
        mallory.pretends = nil
        meeting.run(for: .seconds(2))
        #expect(mallory.isConnected && meeting.sent[mallory.path] ?? 0 > 50)
        meeting.hand(mallory.nomination(), on: Self.victim)
        meeting.run(for: .seconds(2))
        #expect(meeting.media(at: Self.victim) == 0 && meeting.requests(at: Self.victim).count == PathRequest.mostTries)
    }

    /// Somebody's network changes in the middle of the handshake, so it was sent to two places: they are asked, and miss nothing else. Nor
    /// is anybody told of a connection in doubt meanwhile, for all that it takes longer than people look away.
    @Test func whoMovesDuringTheHandshakeIsAsked() throws {
        let meeting = try Meeting()
        meeting.line.delay = 60...60
        let ana = try meeting.join(1)
        try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.run(for: .milliseconds(65))
        #expect(meeting.sent[ana.receiving.path] ?? 0 > 1)
        ana.receiving.path = Meeting.path(77, port: 9000)
        meeting.look(at: ana.receiving.path)
        meeting.run(for: .seconds(3))
        #expect(meeting.requests(at: ana.receiving.path).count == 1)
        #expect(ana.receiving.isConnected && meeting.media(at: ana.receiving.path) > 100)
        #expect(!meeting.events.contains(.connection(Meeting.room, ana.id, .receiving, .doubtful)))
    }

    /// Where nothing is forged and nobody moves nothing is asked.
    @Test func whoStaysIsNotAsked() throws {
        let meeting = try Meeting()
        let people = try [meeting.join(1), meeting.join(2, isPassive: true)]
        let paths = people.flatMap { [$0.publishing.path, $0.receiving.path] }
        for path in paths { meeting.look(at: path) }
        meeting.run(for: .seconds(5))
        for path in paths { #expect(meeting.media(at: path) > 0 && meeting.requests(at: path).isEmpty) }
    }
}
