/// What a participant sends: the offer of its publishing connection, made once when it joins. Speaking, muting and sharing a screen
/// change nothing of it.
package struct PublishOffer: Sendable {
    /// One sound or picture that it may send.
    package struct Track: Sendable {
        package let mid: String
        package let isVideo: Bool
        /// Which of a participant's tracks it is, by its place in the offer.
        let name: TrackName?
        /// What it may be in, the first of which it is sent in.
        let formats: [Format]
        /// The names of its encodings, from the smallest to the largest; empty for one alone.
        let layers: [String]
        let sources: [UInt32]
        let repeats: [(source: UInt32, by: UInt32)]

        /// A codec, and the numbers that its packets and what repeats them bear.
        struct Format: Equatable, Sendable {
            let codec: Codec
            let payloadType: UInt8
            let repeatedType: UInt8?
        }

        /// Whether packets that are missing may be asked for.
        var isRepeated: Bool { formats.contains { $0.repeatedType != nil } }

        /// What a packet with this number is.
        func format(of payloadType: UInt8) -> (format: Format, isRepeat: Bool)? {
            for format in formats {
                if format.payloadType == payloadType { return (format, false) }
                if format.repeatedType == payloadType { return (format, true) }
            }
            return nil
        }
    }

    /// A microphone, a camera, a screen and its sound; more is nobody's meeting.
    static let mostTracks = 4

    package let transport: RemoteTransport
    package let tracks: [Track]
    package let extensions: HeaderExtensionIDs
    /// Whether feedback about all packets together was agreed, which the browser's own estimate lives on.
    let hasTransportFeedback: Bool
    /// In which order its pictures are wanted.
    let codecs: [Codec]
    private let sections: [MediaSection]
    private let mixesExtensions: Bool

    /// - Parameter codecs: what pictures may be in. The first that the other side has is what it sends; the others it may go over to.
    package init(parsing text: String, codecs: [Codec] = Codec.pictures) throws(SDPFault) {
        let description = try SessionDescription(parsing: text)
        var ids = HeaderExtensionIDs()
        var found: [(section: MediaSection, formats: [Track.Format])] = []
        for section in description.sections where Self.takes(section) && found.count < Self.mostTracks {
            let formats = Self.formats(in: section, codecs)
            guard !formats.isEmpty else { continue }
            for (number, meaning) in section.extensions where ids.meaning(of: number) != meaning {
                guard ids.agree(number, means: meaning) else { throw .extensions }
            }
            found.append((section, formats))
        }
        let names = TrackName.names(of: found.map { $0.section.kind == .video })
        tracks = zip(found, names).map { one, name in
            Track(
                mid: one.section.mid, isVideo: one.section.kind == .video, name: name,
                // A film takes enough when it goes once.
                formats: name == .screenSound ? one.formats.filter { $0.codec != .red } : one.formats,
                layers: one.section.layers.count > 1 ? one.section.layers : [], sources: one.section.sources, repeats: one.section.repeats)
        }
        transport = description.transport
        sections = description.sections
        mixesExtensions = description.mixesExtensions
        self.codecs = codecs
        extensions = ids
        hasTransportFeedback = description.sections.contains { $0.extensions.contains { $0.meaning == .transportSequence } }
    }

    private static func takes(_ section: MediaSection) -> Bool {
        section.isSealed && (section.direction == .sendonly || section.direction == .sendrecv)
    }

    private static func formats(in section: MediaSection, _ codecs: [Codec]) -> [Track.Format] {
        func format(_ codec: Codec) -> Track.Format? {
            section.format(codec).map {
                Track.Format(codec: codec, payloadType: $0.number, repeatedType: codec.isVideo ? $0.repeated : nil)
            }
        }
        switch section.kind {
        case .audio:
            guard let opus = format(.opus) else { return [] }
            // First, or browsers do not use it; and only of the Opus that was taken.
            return [format(.red).flatMap { section.repeatsOpus($0.payloadType, opus.payloadType) ? $0 : nil }, opus].compactMap(\.self)
        case .video: return codecs.compactMap(format)
        case .other: return []
        }
    }

    /// Our answer (RFC 8829 §5.3): each section taken or refused, in the order of the offer.
    package func answer(_ local: LocalTransport) -> String {
        let taken = Dictionary(tracks.map { ($0.mid, $0) }) { first, _ in first }
        let mids = sections.map(\.mid).filter { taken[$0] != nil }
        var text = local.head(bundling: mids, mixingExtensions: mixesExtensions && tracks.contains(where: \.describesPictures))
        for section in sections {
            let kind = section.kind == .other ? "application" : section.kind.rawValue
            if let track = taken[section.mid] {
                let types = track.formats.flatMap { [$0.payloadType, $0.repeatedType].compactMap(\.self) }
                text += "m=\(kind) 9 UDP/TLS/RTP/SAVPF \(types.map(String.init).joined(separator: " "))\r\n"
                text += local.lines(setup: transport.isPassive ? "active" : "passive") + lines(of: track, section)
            } else {
                text += "m=\(kind) 0 UDP/TLS/RTP/SAVPF \(section.firstFormat)\r\nc=IN IP4 0.0.0.0\r\na=mid:\(section.mid)\r\na=inactive\r\n"
            }
        }
        return text
    }

    private func lines(of track: Track, _ section: MediaSection) -> String {
        var lines = ["a=mid:\(track.mid)", "a=recvonly"]
        let opus = track.formats.last?.payloadType ?? 0
        for format in track.formats { lines += self.lines(of: format, opus: opus, isMusic: track.name == .screenSound) }
        for (number, meaning) in section.extensions
        where Self.read.contains(meaning) || meaning == .dependencyDescriptor && track.describesPictures {
            lines.append("a=extmap:\(number) \(meaning.uri)")
        }
        if !track.layers.isEmpty {
            lines += track.layers.map { "a=rid:\($0) recv" }
            lines.append("a=simulcast:recv \(track.layers.joined(separator: ";"))")
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// How we would like sounds (RFC 7587 §6.1): a voice costs little while it is silent; what a screen sounds like is music and films.
    private static let (voice, music) = (";usedtx=1", ";stereo=1;maxaveragebitrate=128000")

    private func lines(of format: Track.Format, opus: UInt8, isMusic: Bool) -> [String] {
        let (codec, type) = (format.codec, format.payloadType)
        var lines = ["a=rtpmap:\(type) \(codec.name)/\(codec.clock)\(codec.isVideo ? "" : "/2")"]
        if codec.isVideo { lines += ["nack", "nack pli", "ccm fir"].map { "a=rtcp-fb:\(type) \($0)" } }
        if hasTransportFeedback { lines.append("a=rtcp-fb:\(type) transport-cc") }
        if let parameters = codec.parameters(of: opus) {
            lines.append("a=fmtp:\(type) \(parameters)\(codec == .opus ? isMusic ? Self.music : Self.voice : "")")
        }
        if let again = format.repeatedType { lines += ["a=rtpmap:\(again) rtx/90000", "a=fmtp:\(again) apt=\(type)"] }
        return lines
    }

    /// The extensions that are of use to us; what is not asked for is not sent.
    private static let read: Set<HeaderExtension> = [
        .mid, .streamID, .repairedStreamID, .transportSequence, .audioLevel, .videoOrientation,
    ]
}

extension PublishOffer.Track {
    /// Whether its packets are to say beside them what picture they are of: where they would not say it themselves.
    fileprivate var describesPictures: Bool { formats.first?.codec == .av1 }
}

extension MediaSection {
    /// Whether this format repeats that one, once or more (RFC 2198 §5): `a=fmtp:63 111/111`.
    fileprivate func repeatsOpus(_ red: UInt8, _ opus: UInt8) -> Bool {
        let types = formats.first { $0.number == red }?.parameters.split(separator: "/", maxSplits: 8) ?? []
        return types.count > 1 && types.allSatisfy { UInt8($0) == opus }
    }
}
