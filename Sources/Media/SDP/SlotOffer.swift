/// What a participant receives: our offer of its receiving connection. It has a fixed number of **slots**, sounds and pictures, which are
/// filled with one person or another without a word of SDP.
package struct SlotOffer: Sendable {
    package struct Line: Sendable {
        package let mid: String
        package let isVideo: Bool
        let source: UInt32
        /// What repeats its packets; pictures alone have it.
        let repeats: UInt32?
        /// Sound and picture that stand in one stream are kept together by the browser.
        let stream: String
    }

    package static let mostSlots = 48

    let lines: [Line]
    /// The same for all slots (RFC 3550 §6.5.1), or browsers keep nothing together.
    let name: String
    /// What pictures may be in.
    private let codecs: [Codec]

    init(lines: [Line], name: String, codecs: [Codec] = Codec.pictures) {
        self.lines = lines
        self.name = name
        self.codecs = codecs
    }

    private func formats(of line: Line) -> [Codec] { line.isVideo ? codecs : [.opus, .red] }

    func text(_ local: LocalTransport) -> String {
        var text = local.head(bundling: lines.map(\.mid))
        for line in lines {
            let types = formats(of: line).flatMap { [$0.slotType, $0.slotRepeatedType].compactMap(\.self) }.map(String.init)
            text +=
                "m=\(line.isVideo ? "video" : "audio") 9 UDP/TLS/RTP/SAVPF \(types.joined(separator: " "))\r\n"
                + local.lines(setup: "actpass")
            text += self.text(of: line)
        }
        return text
    }

    private func text(of line: Line) -> String {
        var lines = ["a=mid:\(line.mid)", "a=sendonly", "a=msid:\(line.stream) \(line.mid)"]
        for codec in formats(of: line) { lines += Self.lines(of: codec) }
        for meaning in Self.written where meaning != (line.isVideo ? .audioLevel : .videoOrientation) {
            lines.append("a=extmap:\(meaning.rawValue) \(meaning.uri)")
        }
        if let repeats = line.repeats { lines.append("a=ssrc-group:FID \(line.source) \(repeats)") }
        for source in [line.source, line.repeats].compactMap(\.self) { lines.append("a=ssrc:\(source) cname:\(name)") }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private static func lines(of codec: Codec) -> [String] {
        let type = codec.slotType
        var lines = ["a=rtpmap:\(type) \(codec.name)/\(codec.clock)\(codec.isVideo ? "" : "/2")"]
        if let parameters = codec.parameters(of: Codec.opus.slotType) { lines.append("a=fmtp:\(type) \(parameters)") }
        if codec.isVideo { lines += ["nack", "nack pli", "ccm fir", "goog-remb"].map { "a=rtcp-fb:\(type) \($0)" } }
        lines.append("a=rtcp-fb:\(type) transport-cc")
        if let again = codec.slotRepeatedType { lines += ["a=rtpmap:\(again) rtx/90000", "a=fmtp:\(again) apt=\(type)"] }
        return lines
    }

    private static let written: [HeaderExtension] = [.mid, .transportSequence, .absoluteSendTime, .audioLevel, .videoOrientation]

    /// What of an answer counts.
    struct Acceptance {
        /// Who answers.
        let transport: RemoteTransport
        /// Which slots it takes.
        let taken: Set<String>
        /// Whether it tells when each packet arrives.
        let hasTransportFeedback: Bool
        /// What it can decode, in whichever slot.
        let codecs: CodecSet
    }

    func accept(_ answer: String) throws(SDPFault) -> Acceptance {
        let description = try SessionDescription(parsing: answer)
        guard description.sections.map(\.mid) == lines.map(\.mid) else { throw .mismatch }
        let taken = description.sections.filter { $0.isSealed && ($0.direction == .recvonly || $0.direction == .sendrecv) }
        return Acceptance(
            transport: description.transport, taken: Set(taken.map(\.mid)),
            hasTransportFeedback: taken.contains { $0.extensions.contains { $0.meaning == .transportSequence } },
            codecs: CodecSet(Codec.allCases.filter { codec in Self.accepts(codec, in: taken) }))
    }
    /// Whether all slots of its kind that were taken take this codec, **by the number that we gave it**.
    private static func accepts(_ codec: Codec, in taken: [MediaSection]) -> Bool {
        let kind = taken.filter { ($0.kind == .video) == codec.isVideo }
        return !kind.isEmpty && kind.allSatisfy { $0.formats.contains { $0.number == codec.slotType } }
    }
}
