/// One peer connection: ICE, DTLS and SRTP put together. What it carries is the business of its two kinds, `Publisher` and `Subscriber`.
///
/// **Nothing is read of a way that ICE does not know, nothing of media before the certificate was the announced one**, and nothing is
/// sent where consent has run out.
package class Connection {
    package enum State: Equatable, Sendable {
        case waiting, connected
        /// Nothing was heard for a while: people should know.
        case doubtful
        case ended
    }

    let batch: OutgoingBatch
    /// Which description of it was written last.
    final var version: SessionVersion
    private let identity: DTLSIdentity
    private var ice: ICEAgent
    private var dtls: DTLSSession?
    private var channel: SealedChannel?
    private var theirs: RemoteTransport?
    /// The beginning of a handshake that came before the other side's description, from whoever was answered by ICE.
    private var early: [[UInt8]] = []
    /// A greeting is one datagram, or two with large keys, and may come twice.
    static let mostEarly = 4
    private var isOver = false
    /// Before the handshake has proved that the other side is where its checks come from it is sent so many times the bytes that came from
    /// there, at the most: sources can be forged, and a certificate that is said again and again would be somebody else's flood. One check
    /// and the shortest greeting are worth our first answer; each further check is worth it again.
    static let amplification = 5
    /// What may be saved up: enough for the whole handshake several times over.
    static let mostAllowed = 16 << 10
    private var allowance = 0
    /// Where our part of the handshake went.
    private var handshake = HandshakePath.nowhere
    /// How often ways and what is due are looked after once the handshake is done; terms shorter than this are the publisher's. Of a
    /// hundred who listen to one voice, twice as often was a tenth of all work.
    static let pace: Duration = .milliseconds(100)
    private var nextLook: Instant?
    /// What was sent of late, to which more is coupled.
    private var train = OutgoingBatch.Train()
    /// Where to send, as of the last check or look.
    private(set) var destination: Path? { didSet { hasBegun = hasBegun || isReady } }
    /// Whether anything could ever be sent.
    private var hasBegun = false
    private(set) var drops = Tally<MediaDrop>()

    /// Nil when there is no memory.
    init?(_ local: ICECredentials, version: SessionVersion, identity: DTLSIdentity, batch: OutgoingBatch) {
        guard let ice = ICEAgent(local: local) else { return nil }
        self.ice = ice
        self.version = version
        self.identity = identity
        self.batch = batch
    }

    var fragment: String { ice.local.fragment }

    /// Whether something can be sent.
    final var isReady: Bool { destination != nil && channel != nil }

    /// What the other side says of itself, at first or after a restart. **Its certificate counts once**: false for another, which would be
    /// another person.
    @discardableResult
    func expect(_ transport: RemoteTransport) -> Bool {
        guard theirs == nil || theirs?.fingerprint == transport.fingerprint, ice.expect(transport.credentials) else {
            return false
        }
        theirs = transport
        return true
    }

    /// Begins a new generation of ICE, as after a change of network; keys
    /// and media stay (RFC 8839 §4.4.3.1.1). False when there is no memory.
    func restart(_ local: ICECredentials) -> Bool {
        guard !isOver, ice.restart(local: local) else { return false }
        version.next()
        return true
    }

    func state(at now: Instant) -> State {
        if isOver { return .ended }
        guard channel != nil, hasBegun else { return .waiting }
        switch ice.consent(at: now) {
        case .given: return .connected
        case .doubtful, .none: return .doubtful
        }
    }

    /// A packet of RTP that was opened, and the head that was read of it.
    func take(_ head: RTPHeader, _ packet: RawSpan, at now: Instant) {}
    /// A compound of RTCP that was opened.
    func control(_ compound: RawSpan, at now: Instant) {}
    /// What is due by time, every `pace`.
    func tick(at now: Instant) {}
    /// What cannot wait that long, at each poll.
    func tickOften(at now: Instant) {}
    /// Whether there may be something for `tickOften`.
    var ticksOften: Bool { false }

    func count(_ drop: MediaDrop) { drops.count(drop) }
}

// MARK: - What comes in

extension Connection {
    /// Takes a check, or the answer to a request of ours.
    func hearCheck(_ bytes: RawSpan, on path: Path, at now: Instant, using random: inout MediaRandom) -> ICEVerdict {
        guard !isOver else { return .dropped(.noCheck) }
        var verdict = ICEVerdict.dropped(.noRoom)
        var answer = 0
        batch.write(to: path) { output in
            verdict = ice.handle(bytes, from: path, at: now, answer: &output)
            answer = output.byteCount
            return true
        }
        ask(at: now, using: &random)
        destination = ice.destination(at: now)
        if case .answered = verdict { allow(bytes.byteCount, less: answer) }
        if destination != nil, theirs?.isPassive == true { shakeHands(at: now) }
        return verdict
    }

    /// Asks where the other side chose to be whether it is there.
    private func ask(at now: Instant, using random: inout MediaRandom) {
        while let path = ice.nextToAsk(at: now) {
            batch.write(to: path) { ice.ask(path, at: now, using: &random, into: &$0) }
        }
    }

    func hearHandshake(_ bytes: RawSpan, at now: Instant) {
        guard !isOver else { return count(.tooEarly) }
        guard theirs != nil else {
            // Nothing else is kept, as it would be taken for the beginning: an alert would end a handshake that has not begun.
            guard early.count < Self.mostEarly, Datagram.greets(bytes) else { return count(.tooEarly) }
            return early.append(bytes.withUnsafeBytes { Array($0) })
        }
        takeUp(at: now)
        allow(bytes.byteCount)
        shakeHands(at: now)
        dtls?.handle(bytes, at: now)
        flushHandshake(at: now)
    }

    private func allow(_ bytes: Int, less answer: Int = 0) {
        if channel == nil { allowance = min(allowance + bytes * Self.amplification - answer, Self.mostAllowed) }
    }

    /// Begins the handshake, once: as whoever has the first word when the other side waits for it.
    private func shakeHands(at now: Instant) {
        guard !isOver, dtls == nil, let theirs else { return }
        dtls = DTLSSession(theirs.isPassive ? .client : .server, as: identity, expecting: theirs.fingerprint)
        dtls?.begin(at: now)
        flushHandshake(at: now)
    }

    /// Goes on with what came before it was known who it is from.
    private func takeUp(at now: Instant) {
        guard destination != nil else { return }
        let all = early
        early = []
        // Who waits for our greeting has sent none that could be meant.
        guard theirs?.isPassive != true else { return shakeHands(at: now) }
        for bytes in all { hearHandshake(bytes.span.bytes, at: now) }
    }

    func hearMedia(_ packet: inout MutableRawSpan, isControl: Bool, at now: Instant) {
        guard !isOver, let channel else { return count(.tooEarly) }
        if isControl {
            guard let length = try? channel.receiver.openControl(&packet) else { return count(.sealed) }
            control(packet.bytes.extracting(0..<length), at: now)
        } else {
            guard let head = try? RTPHeader(parsing: packet.bytes), let length = try? channel.receiver.open(&packet, head: head) else {
                return count(.sealed)
            }
            take(head, packet.bytes.extracting(0..<length), at: now)
        }
    }

    /// Forgets ways that are not checked any more and returns them.
    func poll(at now: Instant, using random: inout MediaRandom) -> [Path] {
        if channel == nil, !isOver {
            if theirs != nil { takeUp(at: now) }
            dtls?.poll(at: now)
            flushHandshake(at: now)
        }
        if channel != nil, !isOver {
            ask(at: now, using: &random)
            tickOften(at: now)
        }
        guard nextLook.map({ $0 <= now }) ?? true else { return [] }
        nextLook = now + Self.pace
        let forgotten = ice.expire(at: now)
        destination = ice.destination(at: now)
        if destination == nil { early = [] }
        if channel != nil, !isOver { tick(at: now) }
        return forgotten
    }

    /// When `poll` has something to do again: handshakes, publishers and who is asked each time.
    func nextPoll(after now: Instant) -> Instant {
        channel == nil || ticksOften || ice.isAsking ? now : nextLook ?? now
    }

    /// Says goodbye. Nothing is read or sent any more.
    func close() {
        dtls?.close()
        sendHandshake()
        end()
    }

    private func flushHandshake(at now: Instant) {
        sendHandshake()
        switch dtls?.state {
        case .established(let keys) where channel == nil: begin(keys, on: handshake.path, at: now)
        case .ended: end()
        case .handshaking, .established, nil: break
        }
    }

    private func sendHandshake() {
        guard let dtls else { return }
        for datagram in dtls.takeDatagrams() {
            guard let destination else { continue }
            if channel == nil {
                // It is sent again when its time comes.
                guard datagram.count <= allowance else {
                    count(.unproved)
                    continue
                }
                allowance -= datagram.count
                // Our last word is not what keys are made of.
                if case .handshaking = dtls.state { handshake.note(destination) }
            }
            batch.write(to: destination) { output in
                guard output.freeCapacity >= datagram.count else { return false }
                output.append(copying: datagram.span.bytes)
                return true
            }
        }
    }

    /// Media may come and go from now on, sealed with these, on the way that the handshake proved or on one that will be.
    final func begin(_ keys: DTLSKeys, on path: Path?, at now: Instant) {
        channel = SealedChannel(keys)
        if channel == nil { return end() }
        ice.settle(on: path, at: now)
        destination = ice.destination(at: now)
    }

    private func end() {
        isOver = true
        channel = nil
        dtls = nil
        early = []
    }
}

// MARK: - What goes out

extension Connection {
    @discardableResult
    func send(_ head: OutgoingHeader, _ payload: RawSpan) -> Bool {
        guard let destination, let channel else { return false }
        return batch.write(to: destination, behind: &train) { output in
            head.write(into: &output) && (try? channel.sender.seal(payload, into: &output)) != nil
        }
    }

    /// Sends one compound; nothing when the closure writes nothing.
    func sendControl(_ write: (inout OutputRawSpan) -> Void) {
        guard let destination, let channel else { return }
        batch.compose(write) { compound in
            guard compound.byteCount > 0 else { return }
            batch.write(to: destination) { (try? channel.sender.sealControl(compound, into: &$0)) != nil }
        }
    }
}

/// Where our part of a handshake went. **Nobody can complete it who did not see that**, as its random numbers are part of the keys; so
/// whoever completes it is where all of it went, wherever they say they are. Of several ways none is proven.
private enum HandshakePath {
    case nowhere, several
    case one(Path)

    var path: Path? { if case .one(let path) = self { path } else { nil } }

    mutating func note(_ path: Path) {
        switch self {
        case .nowhere: self = .one(path)
        case .one(path), .several: break
        case .one: self = .several
        }
    }
}
