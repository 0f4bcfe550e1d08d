@testable import Media

/// A meeting on a network that loses, delays, repeats and reorders as its seed says, in simulated time.
final class Meeting {
    struct Line {
        /// Of a hundred datagrams, those that are lost and those that come twice.
        var loss = 0
        var duplicates = 0
        var delay: ClosedRange<Int> = 5...5
    }

    static let room = MediaRoomID(1)
    let engine: MediaEngine
    let server: DTLSIdentity
    private let browser: DTLSIdentity
    private(set) var people: [Participant] = []
    private(set) var events: [MediaEvent] = []
    private(set) var elapsed: Duration = .zero
    var line = Line()
    /// Whether who joins says when each packet arrives, or no more than a sum.
    var tellsArrivals = true
    /// Lines that carry less than enough, and which one leads to whom, and from whom.
    var narrow: [NarrowLine] = []
    var leadsTo: [Path: Int] = [:]
    var leadsFrom: [Path: Int] = [:]
    private var random: SeededGenerator
    private var onTheWay: [(due: Duration, toServer: Bool, path: Path, bytes: [UInt8])] = []
    /// Datagrams that the server sent, by where to.
    private(set) var sent: [Path: Int] = [:]
    private(set) var sentBytes: [Path: Int] = [:]
    /// What came where somebody looks closely.
    private(set) var came: [Path: [[UInt8]]] = [:]
    static let home = TransportAddress(ipv4: 0x7F00_0001, port: 3478)

    init(seed: UInt64 = 1, codecs: [Codec] = Codec.pictures) throws {
        guard let server = DTLSIdentity(secondsSince1970: 1_800_000_000), let browser = DTLSIdentity(secondsSince1970: 1_800_000_000) else {
            throw DTLSEnd.failed
        }
        (self.server, self.browser) = (server, browser)
        random = SeededGenerator(seed: seed)
        var dice = SeededGenerator(seed: seed &+ 1)
        engine = MediaEngine(
            identity: server, addresses: [Self.home], networkEpoch: 3_900_000_000 << 32, random: MediaRandom { dice.next() },
            codecs: codecs)
        engine.open(Self.room)
    }

    static func path(_ number: UInt32, port: UInt16) -> Path {
        Path(.udp, local: home, remote: TransportAddress(ipv4: 0x0A00_0000 | number, port: port))
    }

    /// Somebody joins with two exchanges and wants to see all others.
    @discardableResult
    func join(
        _ id: UInt64, room: MediaRoomID = Meeting.room, sounds: Int = 4, pictures: Int = 4, isPassive: Bool = false,
        hasScreen: Bool = false, accepts: Bool = true, decoding codecs: [Codec] = Codec.allCases
    ) throws -> Participant {
        let ends = try (0..<2).map { side in
            try BrowserEnd(
                browser, server: server, fragment: "peer\(id)\(side)", path: Self.path(UInt32(id), port: UInt16(5000 + side)),
                isPassive: isPassive)
        }
        let offer = BrowserOffer.text(
            fragment: ends[0].fragment, password: Self.password, fingerprint: fingerprint, screen: hasScreen, screenSound: hasScreen
        )
        .replacing("a=ssrc:100 cname:x\r\n", with: "a=ssrc:\(100 + id * 1000) cname:x\r\n")
        .replacing("a=setup:actpass", with: isPassive ? "a=setup:passive" : "a=setup:actpass")
        let welcome = try engine.join(room, MediaPeerID(id), offer: offer, sounds: sounds, pictures: pictures)
        ends[0].connect(welcome.answer ?? "")
        ends[1].connect(welcome.slots)
        let person = Participant(id, ends[0], ends[1])
        person.codec =
            Codec.pictures.first { welcome.answer?.contains("m=video 9 UDP/TLS/RTP/SAVPF \(BrowserOffer.types[$0]?[0] ?? 0) ") ?? false }
            ?? .vp8
        for line in welcome.slots.split(separator: "\r\n") where line.hasPrefix("a=ssrc-group:FID ") {
            let words = line.split(separator: " ").compactMap { UInt32($0) }
            person.repeats[words[1]] = words[0]
        }
        if accepts {
            let answer = answer(fragment: ends[1].fragment, sounds: sounds, pictures: pictures, isPassive, codecs)
            try engine.accept(room, MediaPeerID(id), answer: answer)
        }
        people.append(person)
        return person
    }

    static let password = String(repeating: "p", count: 24)
    private var fingerprint: String { String(browser.fingerprintText.dropFirst(8)) }

    /// A browser's answer to an offer of slots.
    private func answer(
        fragment: String, sounds: Int, pictures: Int, _ isPassive: Bool = false, _ codecs: [Codec] = Codec.allCases
    ) -> String {
        let head =
            "v=0\r\na=ice-ufrag:\(fragment)\r\na=ice-pwd:\(Self.password)\r\na=fingerprint:sha-256 \(fingerprint)\r\n"
            + "a=setup:\(isPassive ? "passive" : "active")\r\n"
        func types(_ isVideo: Bool) -> String { codecs.filter { $0.isVideo == isVideo }.map { " \($0.slotType)" }.joined() }
        let sections = (0..<sounds + pictures).map {
            "m=\($0 < sounds ? "audio" : "video") 9 UDP/TLS/RTP/SAVPF\(types($0 >= sounds))\r\na=mid:\($0)\r\na=recvonly\r\n"
                + (tellsArrivals ? "a=extmap:4 \(HeaderExtension.transportSequence.uri)\r\n" : "")
        }
        return head + sections.joined()
    }

    /// Both connections of somebody begin ICE anew, from another address.
    func restart(_ person: Participant, at number: UInt32) throws {
        let offer = BrowserOffer.text(fragment: "new0", password: Self.password, fingerprint: fingerprint)
        person.publishing.begin("new0", at: Self.path(number, port: 7000), try engine.restartPublishing(Self.room, person.id, offer: offer))
        person.receiving.begin("new1", at: Self.path(number, port: 7001), try engine.restartReceiving(Self.room, person.id))
        try engine.accept(Self.room, person.id, answer: answer(fragment: "new1", sounds: 4, pictures: 4))
    }

    /// The answer of somebody who joined without one.
    func accept(_ person: Participant, as fragment: String? = nil, isPassive: Bool = false) throws {
        let answer = answer(fragment: fragment ?? person.receiving.fragment, sounds: 4, pictures: 4, isPassive)
        try engine.accept(Self.room, person.id, answer: answer)
    }

    /// Says once more what somebody's browser can decode.
    func acceptAgain(_ person: Participant, decoding codecs: [Codec]) throws {
        let answer = answer(fragment: "peer\(person.id.number)1", sounds: 4, pictures: 4, false, codecs)
        try engine.accept(Self.room, person.id, answer: answer)
    }

    func everybodyWatchesAll(encoding: UInt8 = 2) {
        for person in people {
            let wishes = people.filter { $0 !== person }.map { PictureWish($0.id, .camera, encoding: encoding) }
            engine.watch(Self.room, person.id, wishes, at: .at(elapsed))
        }
    }

    func run(for duration: Duration, _ each: (Duration) -> Void = { _ in }) {
        let end = elapsed + duration
        while elapsed < end {
            each(elapsed)
            for person in people {
                person.tick(elapsed)
                for browser in [person.publishing, person.receiving] {
                    for bytes in browser.waiting { post(bytes, browser.pretends ?? browser.path, toServer: true) }
                    browser.recorded = browser.waiting
                    browser.waiting = []
                }
            }
            deliver()
            if Int(elapsed / .milliseconds(1)) % 10 == 0 { engine.poll(at: .at(elapsed)) }
            collect()
            for person in people {
                person.heed()
                person.look(elapsed)
            }
            elapsed += .milliseconds(1)
        }
    }

    /// Looks closely at what is sent there.
    func look(at path: Path) { came[path] = [] }

    /// The server's requests among what came there.
    func requests(at path: Path) -> [[UInt8]] { came[path, default: []].filter { $0.starts(with: [0, 1]) } }

    /// Packets of media, sealed or not, among what came there.
    func media(at path: Path) -> Int {
        came[path, default: []].count { [.rtp, .rtcp].contains(Datagram($0.span.bytes)) }
    }

    /// Gives the server a datagram as it is.
    func hand(_ bytes: [UInt8], on path: Path) {
        var bytes = bytes
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        engine.receive(&raw, on: path, at: .at(elapsed))
        collect()
    }

    private func collect() {
        for place in 0..<engine.outgoing.count {
            sent[engine.outgoing.path(place), default: 0] += 1
            sentBytes[engine.outgoing.path(place), default: 0] += engine.outgoing.length(place)
            came[engine.outgoing.path(place)]?.append(Array(engine.outgoing.datagram(place)))
            post(Array(engine.outgoing.datagram(place)), engine.outgoing.path(place), toServer: false)
        }
        engine.outgoing.removeAll()
        events += engine.takeEvents()
    }

    private func post(_ bytes: [UInt8], _ path: Path, toServer: Bool) {
        let draw = Int.random(in: 0..<100, using: &random)
        guard draw >= line.loss else { return }
        var through = elapsed
        if let place = toServer ? leadsFrom[path] : leadsTo[path] {
            guard Int.random(in: 0..<100, using: &random) >= narrow[place].loss,
                let passed = narrow[place].pass(bytes.count, at: elapsed)
            else { return }
            through = passed
        }
        for _ in 0...(draw >= 100 - line.duplicates ? 1 : 0) {
            onTheWay.append((through + .milliseconds(Int.random(in: line.delay, using: &random)), toServer, path, bytes))
        }
    }

    private func deliver() {
        let due = onTheWay.filter { $0.due <= elapsed }
        onTheWay.removeAll { $0.due <= elapsed }
        for (_, toServer, path, bytes) in due {
            if toServer {
                hand(bytes, on: path)
            } else {
                for person in people {
                    for browser in [person.publishing, person.receiving] where browser.path == path { browser.hear(bytes, elapsed) }
                }
            }
        }
    }
}
