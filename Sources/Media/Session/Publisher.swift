/// The connection on which a participant sends.
package final class Publisher: Connection {
    /// Three layers, their repetitions, a screen and two sounds, and once more after a change of device.
    static let mostSources = 24
    /// Browsers measure every 5 s; until one of ours knows better.
    static let roundTrip: Duration = .milliseconds(100)

    private struct Route {
        let publication: Int
        let encoding: Int
        /// What its packets may call themselves (RFC 9143, RFC 8852); without a layer that is not looked at.
        let mid: [UInt8]
        let layer: [UInt8]?

        /// Whether a packet says nothing else than at first: **a source never goes over to another m-line or layer**.
        func agrees(_ extensions: HeaderExtensions, in packet: RawSpan) -> Bool {
            if let said = extensions.mid, !packet.holds(mid, in: said) { return false }
            guard let layer, let said = extensions.streamID ?? extensions.repairedStreamID else { return true }
            return packet.holds(layer, in: said)
        }
    }

    let publications: [Publication]
    let offer: PublishOffer
    /// Who is behind a source, once a packet said so by its extensions (RFC 9143 §9.2) or the offer did.
    private var routes: [UInt32: Route] = [:]
    /// Who we are in our feedback.
    let source: UInt32
    private var arrivals = ArrivalLog()
    private(set) var clock = PublisherClock()
    private var nextFeedback: Instant?
    private var nextReport: Instant?
    private let timeOfDay: NetworkClock
    /// Of what it sends, by the numbers of its whole way.
    var loss = LossWindow()
    private var numbers = Unwrapper<UInt16>()

    init?(
        _ local: ICECredentials, offer: PublishOffer, source: UInt32, timeOfDay: NetworkClock, version: SessionVersion,
        identity: DTLSIdentity, batch: OutgoingBatch
    ) {
        self.offer = offer
        self.source = source
        self.timeOfDay = timeOfDay
        publications = offer.tracks.compactMap { track in track.name.map { Publication($0, track) } }
        super.init(local, version: version, identity: identity, batch: batch)
        expect(offer.transport)
        for (place, publication) in publications.enumerated() where publication.track.layers.isEmpty {
            let repeats = Set(publication.track.repeats.map(\.by))
            for source in publication.track.sources {
                bind(source, to: route(to: place, 0), again: repeats.contains(source))
            }
        }
    }

    func publication(_ name: TrackName) -> Publication? { publications.first { $0.name == name } }

    // MARK: What comes in

    override func take(_ head: RTPHeader, _ packet: RawSpan, at now: Instant) {
        let extensions = HeaderExtensions(of: head, in: packet, as: offer.extensions)
        if let number = extensions.transportSequence {
            arrivals.note(number, at: now)
            let before = numbers.highest
            let place = numbers.unwrap(number)
            loss.note(expected: before.map { place > $0 ? place - $0 : 0 } ?? 1, arrived: 1, at: now)
        }
        guard let payload = try? head.payload(in: packet) else { return count(.foreign) }
        guard let route = route(of: head, extensions, in: packet) else { return count(.stranger) }
        let publication = publications[route.publication]
        guard let format = publication.track.format(of: head.payloadType) else { return count(.foreign) }
        var read = Publication.Packet(
            codec: format.format.codec, sequence: head.sequence, timestamp: head.timestamp, marker: head.marker,
            level: extensions.audioLevel.map { $0 | (extensions.isVoice ? 0x80 : 0) }, orientation: extensions.videoOrientation,
            isFirst: true)
        var bytes = payload
        if format.isRepeat {
            // One without a number probes how much the way carries.
            guard let original = Retransmission.original(of: packet.extracting(payload)) else { return }
            (read.sequence, read.isFirst) = (original, false)
            bytes = payload.lowerBound + Retransmission.headLength..<payload.upperBound
        }
        let encoding = publication.encodings[route.encoding]
        // A repetition means nothing of a source that has not begun.
        guard read.isFirst || encoding.source != nil else { return count(.stranger) }
        if read.codec == .av1, let place = extensions.dependencyDescriptor {
            read.dependencies = DependencyDescriptor(parsing: packet.extracting(place), by: &encoding.dependencies)
        }
        if let drop = publication.take(read, of: encoding, packet.extracting(bytes), at: now) { count(drop) }
    }

    private func route(of head: RTPHeader, _ extensions: HeaderExtensions, in packet: RawSpan) -> Route? {
        if let known = routes[head.source] { return known.agrees(extensions, in: packet) ? known : nil }
        guard routes.count < Self.mostSources, let mid = extensions.mid else { return nil }
        guard let place = publications.firstIndex(where: { packet.holds(Array($0.track.mid.utf8), in: mid) }) else { return nil }
        let publication = publications[place]
        var encoding = 0
        if !publication.track.layers.isEmpty {
            guard let name = extensions.streamID ?? extensions.repairedStreamID,
                let found = publication.track.layers.firstIndex(where: { packet.holds(Array($0.utf8), in: name) })
            else { return nil }
            encoding = found
        }
        let route = route(to: place, encoding)
        bind(head.source, to: route, again: publication.track.format(of: head.payloadType)?.isRepeat ?? false)
        return route
    }

    private func route(to place: Int, _ encoding: Int) -> Route {
        let track = publications[place].track
        let layer = track.layers.isEmpty ? nil : Array(track.layers[encoding].utf8)
        return Route(publication: place, encoding: encoding, mid: Array(track.mid.utf8), layer: layer)
    }

    private func bind(_ source: UInt32, to route: Route, again isRepeat: Bool) {
        guard routes[source] == nil, routes.count < Self.mostSources else { return }
        routes[source] = route
        guard !isRepeat else { return }
        let publication = publications[route.publication]
        let encoding = publication.encodings[route.encoding]
        if encoding.begin(source) { publication.restart(encoding) }
    }

    override func control(_ bytes: RawSpan, at now: Instant) {
        guard var compound = try? RTCPCompound(parsing: bytes) else { return count(.foreign) }
        while let block = compound.next(in: bytes) {
            guard let report = Report(block, in: bytes), let sent = report.sent, let route = routes[report.source] else { continue }
            let encoding = publications[route.publication].encodings[route.encoding]
            guard encoding.source == report.source else { continue }
            encoding.report = (sent, now)
            clock.note(sent.networkTime, arrivedAt: timeOfDay.time(at: now))
        }
    }

    // MARK: What is due

    override var ticksOften: Bool { true }

    override func tickOften(at now: Instant) {
        if nextFeedback.map({ $0 <= now }) ?? true {
            nextFeedback = now + .milliseconds(50)
            var most = 4
            while offer.hasTransportFeedback, arrivals.hasNews, most > 0 {
                most -= 1
                guard let heard = publications.lazy.flatMap(\.encodings).compactMap(\.source).first else { break }
                sendControl { _ = arrivals.write(of: heard, from: source, into: &$0) }
            }
        }
        for publication in publications where publication.track.isVideo {
            for encoding in publication.encodings { repair(encoding, publication.track, at: now) }
        }
        guard nextReport.map({ $0 <= now }) ?? true else { return }
        nextReport = now + .seconds(1)
        let reports = publications.flatMap(\.encodings).compactMap { $0.receptionReport(at: now) }
        guard !reports.isEmpty else { return }
        sendControl { _ = Report.write(source, sent: nil, about: reports.prefix(Report.most), into: &$0) }
    }

    private func repair(_ encoding: Encoding, _ track: PublishOffer.Track, at now: Instant) {
        guard let theirs = encoding.source else { return }
        if track.isRepeated, encoding.missing.deadline.map({ $0 <= now }) ?? false {
            var lost: [UInt16] = []
            if !encoding.missing.ask(at: now, roundTrip: Self.roundTrip, into: &lost) { encoding.want(at: now) }
            if !lost.isEmpty { sendControl { _ = NACK.write(lost[...], of: theirs, from: source, into: &$0) } }
        }
        if encoding.isDemanded(at: now) {
            sendControl { _ = KeyframeRequest.writePictureLoss(of: theirs, from: source, into: &$0) }
        }
    }
}
