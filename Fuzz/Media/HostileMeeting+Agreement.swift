@testable import Media

extension HostileMeeting.Who {
    var id: MediaPeerID { MediaPeerID(UInt64(rawValue)) }
}

extension HostileMeeting {
    static let home = TransportAddress(ipv4: 0x7F00_0001, port: 3478)
    nonisolated(unsafe) static let identity = DTLSIdentity(secondsSince1970: 1_800_000_000)
    static let key: SRTPMasterKey = {
        guard let key = SRTPMasterKey(.galois128, key: [UInt8](repeating: 1, count: 16), salt: [UInt8](repeating: 2, count: 12)) else {
            preconditionFailure("the key has the wrong length")
        }
        return key
    }()

    static func path(_ who: Who, _ side: UInt16) -> Path {
        Path(.udp, local: home, remote: TransportAddress(ipv4: 0x0A00_0000 | UInt32(who.rawValue), port: 5000 + side))
    }

    /// Where each of them is, and some where nobody is yet.
    static let paths =
        Who.allCases.flatMap { [path($0, 0), path($0, 1)] }
        + (0..<4 as Range<UInt32>).map { Path(.udp, local: home, remote: TransportAddress(ipv4: 0x0A09_0000 | $0, port: 9)) }

    /// By which all of them know requests.
    static let passwordOfAll = "a-password-of-more-than-22"

    static let head = [
        "v=0", "a=ice-ufrag:them", "a=ice-pwd:\(passwordOfAll)",
        "a=fingerprint:sha-256 " + [String](repeating: "AB", count: 32).joined(separator: ":"),
    ]

    static let pictureFormats = [
        "a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=rtpmap:98 VP9/90000", "a=rtpmap:99 AV1/90000",
        "a=rtpmap:100 H264/90000", "a=fmtp:100 packetization-mode=1;profile-level-id=42e01f",
        "a=extmap:1 \(HeaderExtension.mid.uri)", "a=extmap:2 \(HeaderExtension.streamID.uri)",
        "a=extmap:3 \(HeaderExtension.repairedStreamID.uri)", "a=extmap:4 \(HeaderExtension.transportSequence.uri)",
        "a=extmap:8 \(HeaderExtension.dependencyDescriptor.uri)",
    ]

    static let password = "our-password-long-enough"

    /// A microphone, a camera in three sizes, and a screen.
    static let offer = try? PublishOffer(
        parsing: (head + [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=mid:0", "a=sendonly", "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2",
            "a=fmtp:63 111/111", "a=extmap:1 \(HeaderExtension.mid.uri)", "a=extmap:4 \(HeaderExtension.transportSequence.uri)",
            "a=extmap:6 \(HeaderExtension.audioLevel.uri)", "a=ssrc:10 cname:x", "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100", "a=mid:1",
            "a=sendonly", "a=rid:q send", "a=rid:h send", "a=rid:f send", "a=simulcast:send q;h;f",
        ] + pictureFormats + [
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100", "a=mid:2", "a=sendonly", "a=ssrc-group:FID 16 17", "a=ssrc:16 cname:x",
            "a=ssrc:17 cname:x",
        ] + pictureFormats).joined(separator: "\r\n"))

    /// All slots, all codecs, and word of each packet.
    static let acceptance = offer.map {
        SlotOffer.Acceptance(transport: $0.transport, taken: ["0", "1", "2", "3"], hasTransportFeedback: true, codecs: .all)
    }
}
