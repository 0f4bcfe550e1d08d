import CAllocations
import Testing

@testable import Media

/// Two ends of a handshake on a bad network, in simulated time.
private final class Handshake {
    let server: DTLSSession
    let client: DTLSSession
    private(set) var elapsed: Duration = .zero
    private(set) var sent = 0

    init(server: DTLSIdentity, client: DTLSIdentity, serverExpects: [UInt8]? = nil, clientExpects: [UInt8]? = nil) throws {
        guard let serverSession = DTLSSession(.server, as: server, expecting: serverExpects ?? client.fingerprint),
            let clientSession = DTLSSession(.client, as: client, expecting: clientExpects ?? server.fingerprint)
        else { throw DTLSEnd.failed }
        self.server = serverSession
        self.client = clientSession
    }

    /// Goes on until both are done, or for this long. The closure says which of the datagrams, counted from zero, arrive.
    func run(for limit: Duration = .seconds(60), arrives: (Int) -> Bool = { _ in true }) {
        client.begin(at: .at(elapsed))
        while elapsed < limit, !(isDone(server) && isDone(client)) {
            for (from, to) in [(client, server), (server, client)] {
                from.poll(at: .at(elapsed))
                for datagram in from.takeDatagrams() {
                    if arrives(sent) { to.handle(datagram.span.bytes, at: .at(elapsed)) }
                    sent += 1
                }
            }
            elapsed += .milliseconds(10)
        }
    }

    private func isDone(_ session: DTLSSession) -> Bool {
        if case .handshaking = session.state { false } else { true }
    }
}

extension DTLSSession.State {
    fileprivate var keys: DTLSKeys? { if case .established(let keys) = self { keys } else { nil } }
    fileprivate var end: DTLSEnd? { if case .ended(let end) = self { end } else { nil } }
}

@Suite struct DTLSSessionTests {
    private let server: DTLSIdentity
    private let client: DTLSIdentity

    init() throws {
        guard let server = DTLSIdentity(secondsSince1970: 1_800_000_000), let client = DTLSIdentity(secondsSince1970: 1_800_000_000) else {
            throw DTLSEnd.failed
        }
        self.server = server
        self.client = client
    }

    @Test func anIdentityHasAFingerprintOfItsOwn() {
        #expect(server.fingerprint != client.fingerprint && server.fingerprint.count == 32)
        #expect(server.fingerprintText.count == 8 + 32 * 3 - 1 && server.fingerprintText.hasPrefix("sha-256 "))
    }

    @Test func bothEndsGetTheSameKeysAndUseThem() throws {
        let handshake = try Handshake(server: server, client: client)
        handshake.run()
        let ours = try #require(handshake.server.state.keys)
        let theirs = try #require(handshake.client.state.keys)
        #expect(ours.ours.profile == .galois128)
        #expect(ours.ours.key == theirs.theirs.key && ours.ours.salt == theirs.theirs.salt && ours.theirs.key == theirs.ours.key)
        #expect(ours.ours.key != ours.theirs.key)
        guard let sender = SRTPSender(ours.ours), let receiver = SRTPReceiver(theirs.theirs) else { throw DTLSEnd.failed }
        let line = SealedLine(sender, receiver)
        let plain = packet(sequence: 1, payload: [1, 2, 3])
        #expect(try line.open(line.seal(plain)) == plain)
    }

    /// §4.13 of the threat list, 5: who is not announced in the description gets no keys.
    @Test func aStrangerIsRefused() throws {
        let handshake = try Handshake(server: server, client: client, serverExpects: server.fingerprint)
        handshake.run()
        #expect(handshake.server.state.end == .wrongCertificate && handshake.server.state.keys == nil)
        // It is told, so that nobody sees a connection that is none.
        let unannounced = try Handshake(server: server, client: client, serverExpects: [])
        unannounced.run()
        #expect(unannounced.server.state.end == .wrongCertificate)
    }

    @Test func whoeverIsRefusedHearsGoodbye() throws {
        let handshake = try Handshake(server: server, client: client, serverExpects: server.fingerprint)
        handshake.run()
        for datagram in handshake.server.takeDatagrams() { handshake.client.handle(datagram.span.bytes, at: .at(handshake.elapsed)) }
        #expect(handshake.client.state.end == .closed)
    }

    /// Each datagram of a handshake may be the one that is lost, once.
    @Test(arguments: 0..<12)
    func anyOneDatagramMayBeLost(place: Int) throws {
        let handshake = try Handshake(server: server, client: client)
        handshake.run(for: .seconds(5)) { $0 != place }
        #expect(handshake.server.state.keys != nil && handshake.client.state.keys != nil)
        #expect(handshake.elapsed < .milliseconds(500), "\(handshake.elapsed)")
    }

    @Test(arguments: 0..<15 as Range<UInt64>)
    func aHandshakeSurvivesABadNetwork(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let handshake = try Handshake(server: server, client: client)
        handshake.run { _ in Int.random(in: 0..<100, using: &random) >= 30 }
        #expect(handshake.server.state.keys != nil && handshake.client.state.keys != nil)
    }

    @Test func whoeverHearsNothingGivesUp() throws {
        let handshake = try Handshake(server: server, client: client)
        handshake.run { _ in false }
        #expect(handshake.client.state.end == .silence && handshake.sent == DTLSSession.mostTries)
        #expect(handshake.client.deadline == nil)
    }

    @Test func datagramsFitTheirWay() throws {
        let handshake = try Handshake(server: server, client: client)
        handshake.client.begin(at: .at(.zero))
        for _ in 0..<10 {
            for (from, to) in [(handshake.client, handshake.server), (handshake.server, handshake.client)] {
                for datagram in from.takeDatagrams() {
                    #expect(datagram.count <= DTLSSession.longest)
                    to.handle(datagram.span.bytes, at: .at(.zero))
                }
            }
        }
        #expect(handshake.server.state.keys != nil)
    }

    @Test func aGoodbyeEndsBoth() throws {
        let handshake = try Handshake(server: server, client: client)
        handshake.run()
        handshake.server.close()
        for datagram in handshake.server.takeDatagrams() { handshake.client.handle(datagram.span.bytes, at: .at(.zero)) }
        #expect(handshake.server.state.end == .closed && handshake.client.state.end == .closed)
    }

    /// Rubbish between the datagrams of a handshake neither ends nor crashes it.
    @Test(arguments: 0..<10 as Range<UInt64>)
    func rubbishIsPassedOver(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let handshake = try Handshake(server: server, client: client)
        handshake.run { _ in
            let rubbish = [UInt8.random(in: 20...63, using: &random)] + random.bytes(.random(in: 0...200, using: &random))
            handshake.server.handle(rubbish.span.bytes, at: .at(handshake.elapsed))
            return true
        }
        #expect(handshake.server.state.keys != nil && handshake.client.state.keys != nil)
    }

    @Test("Room for records is there only while one is read or written: neither while a handshake waits nor once it is done")
    func aConnectionHoldsNoBuffers() throws {
        // What all of them share is made with the first.
        try Handshake(server: server, client: client).run()
        func held(_ arrives: @escaping (Int) -> Bool) throws -> Int {
            let before = bytes_of_this_thread()
            let handshakes = try (0..<8).map { _ in
                let handshake = try Handshake(server: server, client: client)
                handshake.run(for: .milliseconds(90), arrives: arrives)
                return handshake
            }
            return withExtendedLifetime(handshakes) { (bytes_of_this_thread() - before) / 16 }
        }
        // 22 kB of each are of OpenSSL's for the whole time: messages that may come again are put together there.
        let (waiting, done) = (try held { $0 < 3 }, try held { _ in true })
        #expect(waiting < 50_000 && done < 50_000, "\(waiting) and \(done)")
    }

    @Test("Who heard the last word does not hear it again, but who did not does, and goodbye is understood after a long silence")
    func theLastWordIsRepeatedWithoutBuffers() throws {
        let handshake = try Handshake(server: server, client: client)
        var lost = false
        // The server's last word.
        handshake.run(for: .seconds(5)) { _ in
            guard !lost, handshake.server.state.keys != nil else { return true }
            lost = true
            return false
        }
        #expect(lost && handshake.client.state.keys != nil && handshake.server.state.keys != nil)
        // Rubbish under the keys of nobody is passed over.
        for _ in 0..<20 {
            handshake.server.handle(([23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 4] + [1, 2, 3, 4]).span.bytes, at: .at(.seconds(9)))
        }
        #expect(handshake.server.state.keys != nil && handshake.server.takeDatagrams().isEmpty)
        handshake.client.close()
        for datagram in handshake.client.takeDatagrams() { handshake.server.handle(datagram.span.bytes, at: .at(.seconds(99))) }
        #expect(handshake.server.state.end == .closed)
    }
}
