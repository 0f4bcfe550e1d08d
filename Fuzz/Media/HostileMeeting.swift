@testable import Media

/// A meeting in which the first member means harm, with the keys of all in the hands of the input: Mallory, Ben, who watches her, Eve, who
/// asked for nothing, and Zoe, whose handshake is still to come. **What comes out is judged at each step.**
///
/// The handshakes are left out, as each takes longer than all the rest, and draws random numbers, so that nothing could be repeated.
final class HostileMeeting {
    /// One end of a connection, as its browser has it.
    private final class End {
        let path: Path
        let connection: Connection
        let name: String
        let mac: HMACSHA1
        var sender: SRTPSender

        init?(_ path: Path, _ connection: Connection, _ theirs: ICECredentials) {
            guard let mac = HMACSHA1(key: Array(theirs.password.utf8)), let sender = SRTPSender(HostileMeeting.key) else { return nil }
            (self.path, self.connection, self.name, self.mac) = (path, connection, theirs.fragment + ":them", mac)
            self.sender = sender
        }
    }

    enum Who: Int, CaseIterable { case mallory = 1, ben, eve, zoe }

    static let room = MediaRoomID(1)
    let engine: MediaEngine
    var now = Instant(nanoseconds: 1_000_000_000_000)
    private var publishing: [End] = []
    private var receiving: [End] = []
    /// The last datagrams that were handed over.
    private(set) var recorded: [[UInt8]] = []
    /// Who checked from where.
    private var owners: [Path: Who] = [:]
    /// Where somebody proved to be, and what was asked elsewhere.
    private(set) var proven: Set<Path> = []
    private var asked: [Path: [UInt8]] = [:]
    private var requests: [Who: Int] = [:]
    private let began: Instant
    /// Reads what all are sent, as all have the same keys: **no place may open twice**.
    private var reader: SRTPReceiver
    /// Bytes of pictures and sounds that each was sent, at first and again.
    private(set) var told: [Who: (first: Int, again: Int)] = [:]
    /// The last number of each stream.
    private(set) var last: [UInt32: UInt16] = [:]

    init?() {
        guard let identity = Self.identity, let reader = SRTPReceiver(Self.key) else { return nil }
        self.reader = reader
        began = now
        var dice: UInt64 = 1
        let random = MediaRandom {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return dice ^ dice >> 29
        }
        engine = MediaEngine(identity: identity, addresses: [Self.home], networkEpoch: 3_900_000_000 << 32, random: random)
        engine.open(Self.room)
        for who in Who.allCases {
            guard join(who) else { return nil }
        }
        watch(.ben, [PictureWish(Who.mallory.id, .camera), PictureWish(Who.mallory.id, .screen, encoding: 0)])
        watch(.mallory, [PictureWish(Who.ben.id, .camera)])
    }

    /// As the engine lets somebody join, but without reading their descriptions anew each time.
    private func join(_ who: Who) -> Bool {
        let place = UInt32(who.rawValue) * 100
        let sounds: UInt32 = who == .eve ? 0 : 2
        let lines = (0..<sounds + 2).map { number in
            SlotOffer.Line(
                mid: "\(number)", isVideo: number >= sounds, source: place + 10 + number,
                repeats: number >= sounds ? place + 20 + number : nil, stream: "s")
        }
        let names = ["p\(who)", "r\(who)"].map { ICECredentials(fragment: $0, password: Self.password) }
        guard let offer = Self.offer, let acceptance = Self.acceptance,
            let publisher = Publisher(
                names[0], offer: offer, source: place, timeOfDay: engine.timeOfDay, version: SessionVersion(session: 1),
                identity: engine.identity, batch: engine.outgoing),
            let subscriber = Subscriber(
                names[1], offer: SlotOffer(lines: lines, name: "n"), timeOfDay: engine.timeOfDay, version: SessionVersion(session: 1),
                identity: engine.identity, batch: engine.outgoing, using: &engine.random),
            subscriber.accept(acceptance), let one = End(Self.path(who, 0), publisher, names[0]),
            let other = End(Self.path(who, 1), subscriber, names[1])
        else { return false }
        for end in [one, other] { engine.add(end.connection) }
        engine.rooms[Self.room]?.add(Room.Member(who.id, publisher, subscriber))
        publishing.append(one)
        receiving.append(other)
        for isPublishing in [true, false] { check(who, publishing: isPublishing, on: Self.path(who, isPublishing ? 0 : 1), draw: 0) }
        guard who != .zoe else { return true }
        for end in [one, other] {
            end.connection.begin(DTLSKeys(ours: Self.key, theirs: Self.key), on: end.path, at: now)
            proven.insert(end.path)
        }
        return true
    }

    func watch(_ who: Who, _ wishes: [PictureWish]) { engine.watch(Self.room, who.id, wishes, at: now) }

    func slots(of who: Who) -> [Slot] { engine.rooms[Self.room]?.member(who.id)?.subscriber.slots ?? [] }

    /// Which slots show what somebody sends.
    private func showing(_ who: Who) -> [Slot] { Who.allCases.flatMap(slots).filter { $0.owner == who.id } }
}

// MARK: - What goes in

extension HostileMeeting {
    /// A datagram as it is, from wherever it seems to come.
    func hand(_ datagram: [UInt8], on path: Path) {
        recorded = recorded.suffix(15) + [datagram]
        var bytes = datagram
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let failures = engine.outgoing.failures
        let named = (try? STUNMessage(parsing: datagram.span.bytes))?.localFragment(in: datagram.span.bytes)
        engine.receive(&raw, on: path, at: now)
        // Whoever checked is there from now on, if the check was taken.
        if owners[path] == nil, engine.knows(path) { owners[path] = Who.allCases.first { who in named.map { names(who, $0) } ?? false } }
        guard let who = owners[path] else {
            precondition(engine.outgoing.count == 0, "a stranger got something")
            return
        }
        precondition(engine.outgoing.failures == failures, "something could not be sealed")
        switch Datagram(datagram.span.bytes) {
        case .rtp: judge(once: true) { source in self.showing(who).contains { $0.line.source == source } }
        case .rtcp: judge { source in self.slots(of: who).contains { $0.line.repeats == source } }
        default: judge { _ in false }
        }
    }

    /// A packet of somebody's, sealed; as it is if it is none.
    func send(_ packet: [UInt8], by who: Who, from path: Path? = nil) {
        let place = who.rawValue - 1
        let path = path ?? publishing[place].path
        guard let head = try? RTPHeader(parsing: packet.span.bytes) else { return hand(packet, on: path) }
        let sealed = Fuzzer.written { output in
            output.append(copying: packet.span.bytes.extracting(0..<head.length))
            let payload = packet.span.bytes.extracting(head.length..<packet.count)
            if (try? publishing[place].sender.seal(payload, into: &output)) == nil { output.removeAll() }
        }
        if !sealed.isEmpty { hand(sealed, on: path) }
    }

    func control(_ compound: [UInt8], by who: Who, publishing isPublishing: Bool) {
        let end = isPublishing ? publishing[who.rawValue - 1] : receiving[who.rawValue - 1]
        let sealed = Fuzzer.written { output in
            _ = try? end.sender.sealControl(compound.span.bytes, into: &output)
        }
        if !sealed.isEmpty { hand(sealed, on: end.path) }
    }

    private func names(_ who: Who, _ fragment: String) -> Bool {
        [publishing, receiving].contains { $0.count >= who.rawValue && $0[who.rawValue - 1].connection.fragment == fragment }
    }

    /// Somebody checks from there, with what was drawn for it: browsers draw another for each way.
    func check(_ who: Who, publishing isPublishing: Bool, on path: Path, draw: UInt8, nominating: Bool = true) {
        hand(checkBytes(who, publishing: isPublishing, draw: draw, nominating: nominating), on: path)
    }

    /// A check that is right in all.
    func checkBytes(_ who: Who, publishing isPublishing: Bool = true, draw: UInt8, nominating: Bool = true) -> [UInt8] {
        let end = isPublishing ? publishing[who.rawValue - 1] : receiving[who.rawValue - 1]
        return Fuzzer.check(naming: end.name, by: end.mac, nominating: nominating, transaction: draw)
    }

    /// The answer to what was asked at one place, from another or from there, with one byte changed or as it is.
    func answer(at place: Path, from path: Path, changing byte: Int) {
        guard let request = asked[place], let mac = HMACSHA1(key: Array(Self.passwordOfAll.utf8)) else { return }
        var answer = Fuzzer.answer(to: request, by: mac)
        if byte > 0 { answer[byte % answer.count] ^= 1 }
        if byte == 0, path == place { proven.insert(path) }
        hand(answer, on: path)
    }

    func wait(_ milliseconds: Int) {
        now = now + .milliseconds(milliseconds)
        engine.poll(at: now)
        // Padding, and reports.
        judge { source in Who.allCases.contains { self.slots(of: $0).contains { $0.line.repeats == source } } }
        for path in owners.keys where !engine.knows(path) {
            owners[path] = nil
            asked[path] = nil
            proven.remove(path)
        }
    }

    /// All goes, and nothing stays.
    func close() {
        engine.closeAll()
        engine.outgoing.removeAll()
        precondition(engine.isIdle && engine.rooms.isEmpty, "something stayed when all had gone")
    }
}

// MARK: - What comes out

extension HostileMeeting {
    /// Looks at all that is sent: it goes where somebody proved to be, is sealed at a place of its own, and is what was asked for.
    private func judge(once: Bool = false, _ isMeant: (UInt32) -> Bool) {
        defer { engine.outgoing.removeAll() }
        _ = engine.takeEvents()
        var sources: Set<UInt32> = []
        for place in 0..<engine.outgoing.count {
            guard let owner = owners[engine.outgoing.path(place)] else { preconditionFailure("something went where nobody proved to be") }
            let datagram = Array(engine.outgoing.datagram(place))
            switch Datagram(datagram.span.bytes) {
            case .stun where datagram[1] == 1 && datagram[0] == 0: note(datagram, to: engine.outgoing.path(place), of: owner)
            case .rtcp:
                precondition(proven.contains(engine.outgoing.path(place)), "a report went where nobody proved to be")
                openControl(datagram)
            case .rtp:
                precondition(proven.contains(engine.outgoing.path(place)), "media went where nobody proved to be")
                let source = open(datagram, for: owner)
                precondition(isMeant(source), "somebody was sent what is nobody's business")
                precondition(sources.insert(source).inserted || !once, "one packet became several of a stream")
            default: break
            }
        }
    }

    /// What asks where somebody is: few, and to where nobody proved to be.
    private func note(_ request: [UInt8], to path: Path, of owner: Who) {
        asked[path] = request
        requests[owner, default: 0] += 1
        let most = 2 * (PathRequestBudget.most + Int((now - began) / PathRequestBudget.pause))
        precondition(requests[owner, default: 0] <= most && request.count < 350, "there is no end of requests")
    }

    private func openControl(_ datagram: [UInt8]) {
        var bytes = datagram
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        guard let length = try? reader.openControl(&raw) else { preconditionFailure("our report cannot be opened") }
        precondition((try? RTCPCompound(parsing: raw.bytes.extracting(0..<length))) != nil, "our report cannot be read")
    }

    private func open(_ datagram: [UInt8], for owner: Who) -> UInt32 {
        var bytes = datagram
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        guard let head = try? RTPHeader(parsing: raw.bytes) else { preconditionFailure("our packet cannot be read") }
        precondition(owner != .eve && owner != .zoe, "somebody was sent what they never asked for")
        do { _ = try reader.open(&raw, head: head) } catch { preconditionFailure("our packet cannot be opened: \(error)") }
        guard let slot = slots(of: owner).first(where: { $0.line.source == head.source || $0.line.repeats == head.source }) else {
            preconditionFailure("somebody was sent what is another's")
        }
        last[head.source] = head.sequence
        var told = told[owner] ?? (0, 0)
        if slot.line.source == head.source { told.first += datagram.count } else if !head.hasPadding { told.again += datagram.count }
        self.told[owner] = told
        precondition(told.again <= told.first + RepeatBudget.most + OutgoingBatch.longest, "asking again multiplies what is sent")
        return head.source
    }
}
