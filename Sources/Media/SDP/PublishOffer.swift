/// What a participant sends: the offer of its publishing connection, made once when it joins. Speaking, muting and sharing a screen
/// change nothing of it.
package struct PublishOffer: Sendable {
    /// One sound or picture that it may send.
    package struct Track: Sendable {
        package let mid: String
        package let isVideo: Bool
        /// Which of a participant's tracks it is, by its place in the offer.
        let name: TrackName?
        let payloadType: UInt8
        let repeatedType: UInt8?
        /// The names of its encodings, from the smallest to the largest; empty for one alone.
        let layers: [String]
        let sources: [UInt32]
        let repeats: [(source: UInt32, by: UInt32)]
    }

    /// A microphone, a camera, a screen and its sound; more is nobody's meeting.
    static let mostTracks = 4

    package let transport: RemoteTransport
    package let tracks: [Track]
    package let extensions: HeaderExtensionIDs
    /// Whether feedback about all packets together was agreed, which the browser's own estimate lives on.
    let hasTransportFeedback: Bool
    private let sections: [MediaSection]

    package init(parsing text: String) throws(SDPFault) {
        let description = try SessionDescription(parsing: text)
        var ids = HeaderExtensionIDs()
        var found: [(section: MediaSection, format: MediaSection.Format, again: UInt8?)] = []
        for section in description.sections where Self.takes(section) && found.count < Self.mostTracks {
            guard let (format, again) = Self.format(in: section) else { continue }
            for (number, meaning) in section.extensions where ids.meaning(of: number) != meaning {
                guard ids.agree(number, means: meaning) else { throw .extensions }
            }
            found.append((section, format, again))
        }
        let names = TrackName.names(of: found.map { $0.section.kind == .video })
        tracks = zip(found, names).map { one, name in
            Track(
                mid: one.section.mid, isVideo: one.section.kind == .video, name: name, payloadType: one.format.number,
                repeatedType: one.again, layers: one.section.layers.count > 1 ? one.section.layers : [], sources: one.section.sources,
                repeats: one.section.repeats)
        }
        transport = description.transport
        sections = description.sections
        extensions = ids
        hasTransportFeedback = description.sections.contains { $0.extensions.contains { $0.meaning == .transportSequence } }
    }

    private static func takes(_ section: MediaSection) -> Bool {
        section.isSealed && (section.direction == .sendonly || section.direction == .sendrecv)
    }

    private static func format(in section: MediaSection) -> (MediaSection.Format, UInt8?)? {
        switch section.kind {
        case .audio: section.format("opus", clock: 48_000).map { ($0.format, nil) }
        case .video: section.format("vp8", clock: 90_000).map { ($0.format, $0.repeated) }
        case .other: nil
        }
    }

    /// Our answer (RFC 8829 §5.3): each section taken or refused, in the order of the offer.
    package func answer(_ local: LocalTransport) -> String {
        let taken = Dictionary(tracks.map { ($0.mid, $0) }) { first, _ in first }
        var text = local.head(bundling: sections.map(\.mid).filter { taken[$0] != nil })
        for section in sections {
            let kind = section.kind == .other ? "application" : section.kind.rawValue
            if let track = taken[section.mid] {
                text += "m=\(kind) 9 UDP/TLS/RTP/SAVPF \(track.payloadType)\(track.repeatedType.map { " \($0)" } ?? "")\r\n"
                text += local.lines(setup: transport.isPassive ? "active" : "passive") + lines(of: track, section)
            } else {
                text += "m=\(kind) 0 UDP/TLS/RTP/SAVPF \(section.firstFormat)\r\nc=IN IP4 0.0.0.0\r\na=mid:\(section.mid)\r\na=inactive\r\n"
            }
        }
        return text
    }

    private func lines(of track: Track, _ section: MediaSection) -> String {
        let type = track.payloadType
        var lines = ["a=mid:\(track.mid)", "a=recvonly"]
        if track.isVideo {
            lines.append("a=rtpmap:\(type) VP8/90000")
            lines += ["nack", "nack pli", "ccm fir"].map { "a=rtcp-fb:\(type) \($0)" }
        } else {
            lines += ["a=rtpmap:\(type) opus/48000/2", "a=fmtp:\(type) \(track.name == .screenSound ? Self.music : Self.voice)"]
        }
        if hasTransportFeedback { lines.append("a=rtcp-fb:\(type) transport-cc") }
        if let again = track.repeatedType { lines += ["a=rtpmap:\(again) rtx/90000", "a=fmtp:\(again) apt=\(type)"] }
        for (number, meaning) in section.extensions where Self.read.contains(meaning) { lines.append("a=extmap:\(number) \(meaning.uri)") }
        if !track.layers.isEmpty {
            lines += track.layers.map { "a=rid:\($0) recv" }
            lines.append("a=simulcast:recv \(track.layers.joined(separator: ";"))")
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// How we would like sounds (RFC 7587 §6.1): a voice costs little while it is silent; what a screen sounds like is music and films.
    private static let (voice, music) = (
        "minptime=10;useinbandfec=1;usedtx=1", "minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000"
    )

    /// The extensions that are of use to us; what is not asked for is not sent.
    private static let read: Set<HeaderExtension> = [
        .mid, .streamID, .repairedStreamID, .transportSequence, .audioLevel, .videoOrientation,
    ]
}
