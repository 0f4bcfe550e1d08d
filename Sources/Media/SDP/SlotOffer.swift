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

    static let audioType: UInt8 = 111
    static let videoType: UInt8 = 96
    static let repeatedType: UInt8 = 97
    package static let mostSlots = 48

    let lines: [Line]
    /// The same for all slots (RFC 3550 §6.5.1), or browsers keep nothing together.
    let name: String

    init(lines: [Line], name: String) {
        self.lines = lines
        self.name = name
    }

    func text(_ local: LocalTransport) -> String {
        var text = local.head(bundling: lines.map(\.mid))
        for line in lines {
            let types = line.isVideo ? "\(Self.videoType) \(Self.repeatedType)" : "\(Self.audioType)"
            text += "m=\(line.isVideo ? "video" : "audio") 9 UDP/TLS/RTP/SAVPF \(types)\r\n" + local.lines(setup: "actpass")
            text += self.text(of: line)
        }
        return text
    }

    private func text(of line: Line) -> String {
        var lines = ["a=mid:\(line.mid)", "a=sendonly", "a=msid:\(line.stream) \(line.mid)"]
        if line.isVideo {
            lines.append("a=rtpmap:\(Self.videoType) VP8/90000")
            lines += ["nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"].map { "a=rtcp-fb:\(Self.videoType) \($0)" }
            lines += ["a=rtpmap:\(Self.repeatedType) rtx/90000", "a=fmtp:\(Self.repeatedType) apt=\(Self.videoType)"]
        } else {
            lines += ["a=rtpmap:\(Self.audioType) opus/48000/2", "a=fmtp:\(Self.audioType) minptime=10;useinbandfec=1"]
            lines.append("a=rtcp-fb:\(Self.audioType) transport-cc")
        }
        for meaning in Self.written where meaning != (line.isVideo ? .audioLevel : .videoOrientation) {
            lines.append("a=extmap:\(meaning.rawValue) \(meaning.uri)")
        }
        if let repeats = line.repeats { lines.append("a=ssrc-group:FID \(line.source) \(repeats)") }
        for source in [line.source, line.repeats].compactMap(\.self) { lines.append("a=ssrc:\(source) cname:\(name)") }
        return lines.map { $0 + "\r\n" }.joined()
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
    }

    func accept(_ answer: String) throws(SDPFault) -> Acceptance {
        let description = try SessionDescription(parsing: answer)
        guard description.sections.map(\.mid) == lines.map(\.mid) else { throw .mismatch }
        let taken = description.sections.filter { $0.isSealed && ($0.direction == .recvonly || $0.direction == .sendrecv) }
        return Acceptance(
            transport: description.transport, taken: Set(taken.map(\.mid)),
            hasTransportFeedback: taken.contains { $0.extensions.contains { $0.meaning == .transportSequence } })
    }
}
