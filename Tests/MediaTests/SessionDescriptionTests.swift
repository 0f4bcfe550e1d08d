import Foundation
import Testing

@testable import Media

/// What a browser offers to send: a microphone, a camera in three sizes, and a data channel that nobody takes.
enum BrowserOffer {
    static let fingerprint = (0..<32).map { _ in "AB" }.joined(separator: ":")

    /// The numbers of the codecs in it, and of what repeats them.
    static let types: [Codec: [UInt8]] = [.opus: [111], .red: [63], .vp8: [96, 97], .vp9: [98, 99], .av1: [45, 46], .h264: [104, 105]]

    static func text(
        fragment: String = "ana7", password: String = "a-password-of-more-than-22", fingerprint: String = fingerprint,
        layers: [String] = ["q", "h", "f"], screen: Bool = false, screenSound: Bool = false
    ) -> String {
        let transport = """
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:\(fragment)
            a=ice-pwd:\(password)
            a=ice-options:trickle
            a=fingerprint:sha-256 \(fingerprint)
            a=setup:actpass
            """
        var text = """
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1 2\(screen ? " 3" : "")\(screenSound ? " 4" : "")
            a=extmap-allow-mixed
            a=msid-semantic: WMS
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
            \(transport)
            a=mid:0
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=sendonly
            a=msid:- 0b1f
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=rtcp-fb:111 transport-cc
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=ssrc:100 cname:x

            """
        for mid in screen ? [1, 3] : [1] {
            text += """
                m=video 9 UDP/TLS/RTP/SAVPF 45 46 96 97 98 99 100 101 102 103 104 105
                \(transport)
                a=mid:\(mid)
                a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
                a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
                a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
                a=sendonly
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:45 AV1/90000
                a=rtpmap:46 rtx/90000
                a=fmtp:46 apt=45
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=rtcp-fb:96 nack pli
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                a=rtpmap:98 VP9/90000
                a=fmtp:98 profile-id=0
                a=rtpmap:99 rtx/90000
                a=fmtp:99 apt=98
                a=rtpmap:100 VP9/90000
                a=fmtp:100 profile-id=2
                a=rtpmap:101 rtx/90000
                a=fmtp:101 apt=100
                a=rtpmap:102 H264/90000
                a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
                a=rtpmap:103 H264/90000
                a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
                a=rtpmap:104 H264/90000
                a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
                a=rtpmap:105 rtx/90000
                a=fmtp:105 apt=104

                """
            if mid == 1, !layers.isEmpty {
                text += layers.map { "a=rid:\($0) send\n" }.joined() + "a=simulcast:send \(layers.joined(separator: ";"))\n"
            }
        }
        if screenSound {
            text += """
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                \(transport)
                a=mid:4
                a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
                a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                a=sendonly
                a=rtcp-mux
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 minptime=10;useinbandfec=1

                """
        }
        text += "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n\(transport)\na=mid:2\na=sctp-port:5000\n"
        return text.split(separator: "\n").map { $0 + "\r\n" }.joined()
    }
}

@Suite struct SessionDescriptionTests {
    private let local = LocalTransport(
        credentials: ICECredentials(fragment: "oursours", password: "our-password-long-enough"), fingerprint: "sha-256 01:02",
        addresses: [TransportAddress(ipv4: 0xC000_0201, port: 3478), TransportAddress(ipv6: 0x2001_0DB8 << 32, 1, port: 3478)],
        version: SessionVersion(session: 77))

    @Test func anOfferIsReadAndAnswered() throws {
        let offer = try PublishOffer(parsing: BrowserOffer.text())
        #expect(offer.transport.fragment == "ana7" && offer.transport.fingerprint == [UInt8](repeating: 0xAB, count: 32))
        #expect(offer.tracks.map(\.mid) == ["0", "1"])
        #expect(offer.tracks.map(\.layers) == [[], ["q", "h", "f"]])
        #expect(offer.tracks[0].formats.map(\.payloadType) == [63, 111] && offer.tracks[0].sources == [100])
        #expect(offer.tracks[1].formats.map(\.payloadType) == [96, 98, 45, 104] && offer.tracks[1].isRepeated)
        #expect(offer.extensions.meaning(of: 4) == .mid && offer.extensions.meaning(of: 1) == .audioLevel)

        let answer = offer.answer(local)
        #expect(answer.contains("a=ice-lite\r\n") && answer.contains("a=group:BUNDLE 0 1\r\n"))
        #expect(
            answer.contains("a=simulcast:recv q;h;f\r\n") && answer.contains("m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 45 46 104 105\r\n"))
        #expect(answer.contains("m=application 0 UDP/TLS/RTP/SAVPF webrtc-datachannel\r\n"))
        #expect(answer.contains("a=candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host\r\n"))
        #expect(answer.contains(" 2001:db8:0:0:0:0:0:1 3478 typ host\r\n"))
        #expect(!answer.contains("actpass") && answer.contains("a=setup:passive"))
        // What we write we can read.
        let again = try SessionDescription(parsing: answer.replacing("01:02", with: BrowserOffer.fingerprint))
        #expect(again.sections.map(\.direction) == [.recvonly, .recvonly, .inactive] && again.sections[2].isRejected)
    }

    /// A voice may pause; what is heard with a screen is music, and comes in stereo.
    @Test func aScreenIsHeardAsItIs() throws {
        let offer = try PublishOffer(parsing: BrowserOffer.text(screen: true, screenSound: true))
        #expect(offer.tracks.map(\.name) == [.microphone, .camera, .screen, .screenSound])
        let sounds = offer.answer(local).split(separator: "\r\n").filter { $0.hasPrefix("a=fmtp:111 ") }
        #expect(sounds.map { $0.contains("usedtx=1") } == [true, false] && sounds.map { $0.contains("stereo=1") } == [false, true])
    }

    /// What browsers really write.
    @Test(arguments: ["chromium", "firefox"])
    func realOffersAreTaken(browser: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Seeds/sdp")
        let offer = try PublishOffer(parsing: String(contentsOf: folder.appending(path: browser), encoding: .utf8))
        #expect(offer.tracks.map(\.layers) == [[], ["q", "h", "f"]] && offer.tracks.map(\.isVideo) == [false, true])
        #expect(offer.tracks[1].isRepeated && offer.tracks[1].formats[0].codec == .vp8 && offer.hasTransportFeedback)
        #expect(offer.answer(local).contains("a=rtcp-fb:\(offer.tracks[1].formats[0].payloadType) transport-cc"))
    }

    @Test func slotsAreOfferedAndTaken() throws {
        let lines = [
            SlotOffer.Line(mid: "0", isVideo: false, source: 1, repeats: nil, stream: "s0"),
            SlotOffer.Line(mid: "1", isVideo: false, source: 2, repeats: nil, stream: "s1"),
            SlotOffer.Line(mid: "2", isVideo: true, source: 3, repeats: 102, stream: "s0"),
            SlotOffer.Line(mid: "3", isVideo: true, source: 4, repeats: 103, stream: "s1"),
        ]
        let offer = SlotOffer(lines: lines, name: "sotto")
        let text = offer.text(local)
        #expect(text.contains("a=ssrc-group:FID 3 102\r\n") && text.contains("a=msid:s1 3\r\n") && text.contains("goog-remb"))
        let words = [("audio", "recvonly"), ("audio", "recvonly"), ("video", "recvonly"), ("video", "inactive")]
        var sections: [String] = []
        for (place, (kind, direction)) in words.enumerated() {
            let types = kind == "audio" ? "111" : place == 2 ? "96 102 45" : "96"
            sections.append("m=\(kind) 9 UDP/TLS/RTP/SAVPF \(types)\r\na=mid:\(place)\r\na=\(direction)\r\n")
        }
        let head =
            "v=0\r\na=ice-ufrag:bob8\r\na=ice-pwd:\(String(repeating: "p", count: 24))\r\na=fingerprint:sha-256 \(BrowserOffer.fingerprint)\r\n"
        let answer = try offer.accept(head + sections.joined())
        #expect(answer.transport.fragment == "bob8" && answer.taken == ["0", "1", "2"] && !answer.hasTransportFeedback)
        // By our numbers, in the slots that it takes.
        #expect(answer.codecs == CodecSet([.opus, .vp8, .h264]))
        sections[0] += "a=extmap:4 \(HeaderExtension.transportSequence.uri)\r\n"
        #expect(try offer.accept(head + sections.joined()).hasTransportFeedback)
        #expect(throws: SDPFault.mismatch) { try offer.accept(head + sections.reversed().joined()) }
        #expect(throws: SDPFault.mismatch) { try offer.accept(head + sections[0]) }
    }

    /// The order is ours; a codec in another profile than that which all have is none; and what is not taken is not answered.
    @Test func pictureCodecsAreTakenInOurOrder() throws {
        let offer = try PublishOffer(parsing: BrowserOffer.text(), codecs: [.h264, .av1])
        #expect(offer.tracks[1].formats.map(\.codec) == [.h264, .av1])
        let answer = offer.answer(local)
        #expect(answer.contains("m=video 9 UDP/TLS/RTP/SAVPF 104 105 45 46\r\n") && !answer.contains("VP8") && !answer.contains("VP9"))
        #expect(answer.contains("a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"))
        #expect(!answer.contains("dependency-descriptor") && !answer.contains("extmap-allow-mixed"))
        let none = try PublishOffer(parsing: BrowserOffer.text().replacing("42e01f", with: "42001f"), codecs: [.h264])
        #expect(none.tracks.map(\.isVideo) == [false])
        // AV1 says beside its packets what they are, which may be long.
        let described = try PublishOffer(parsing: BrowserOffer.text(), codecs: [.av1, .vp8]).answer(local)
        #expect(described.contains("a=extmap:12 https://aomedia") && described.contains("a=extmap-allow-mixed\r\n"))
        let short = BrowserOffer.text().replacing("a=extmap-allow-mixed\r\n", with: "")
        #expect(try !PublishOffer(parsing: short, codecs: [.av1]).answer(local).contains("extmap-allow-mixed"))
    }

    @Test func redundantSoundsAreOfTheOpusThatWasTaken() throws {
        let answer = try PublishOffer(parsing: BrowserOffer.text()).answer(local)
        #expect(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n") && answer.contains("a=fmtp:63 111/111\r\n"))
        #expect(answer.contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"))
        for other in ["111/110", "111", "110/110", "x"] {
            let offer = try PublishOffer(parsing: BrowserOffer.text().replacing("111/111", with: other))
            #expect(offer.tracks[0].formats.map(\.codec) == [.opus], "\(other)")
        }
    }

    private static let whole = BrowserOffer.text()

    /// What each of these descriptions is refused for.
    private static let hostile: [(SDPFault, String)] = {
        var all: [(SDPFault, String)] = []
        all.append((.tooLong, String(repeating: "a=b\r\n", count: 2_001)))
        all.append((.tooLong, String(repeating: "x", count: 65_537)))
        all.append((.tooLong, String(repeating: "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", count: 65)))
        all.append((.line, "v=0\r\nrubbish"))
        all.append((.line, "m=audio 99999 x 1"))
        all.append((.transport, "v=0\r\n"))
        all.append((.transport, BrowserOffer.text(fragment: "ab")))
        all.append((.transport, BrowserOffer.text(password: "too-short")))
        all.append((.transport, whole.replacing("sha-256", with: "sha-1")))
        all.append((.transport, whole.replacing("sha-256 AB:", with: "sha-256 ")))
        all.append((.mid, whole.replacing("a=mid:1", with: "a=mid:0")))
        all.append((.mid, whole.replacing("a=mid:1\r\n", with: "")))
        all.append((.mid, whole.replacing("a=mid:1", with: "a=mid:" + String(repeating: "1", count: 17))))
        all.append((.extensions, whole.replacing("extmap:10 ", with: "extmap:4 ")))
        return all
    }()

    @Test(arguments: 0..<14)
    func hostileDescriptionsAreRefused(place: Int) {
        let (fault, text) = Self.hostile[place]
        #expect(throws: fault) { try PublishOffer(parsing: text) }
    }

    /// Nothing of an offer gets into what others read but names that were looked at.
    @Test func linesOfAStrangerAreNotPassedOn() throws {
        let text = BrowserOffer.text().replacing("a=mid:2", with: "a=mid:2\r\na=candidate:1 1 udp 1 10.9.8.7 9 typ host")
        let answer = try PublishOffer(parsing: text).answer(local)
        #expect(!answer.contains("10.9.8.7"))
        #expect(throws: SDPFault.mid) { try PublishOffer(parsing: BrowserOffer.text().replacing("a=mid:1", with: "a=mid:1 a=x")) }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func damagedDescriptionsAreNoDanger(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let whole = Array(BrowserOffer.text().utf8)
        for _ in 0..<40 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: 0 ... .max, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                default: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            _ = try? PublishOffer(parsing: String(decoding: bytes, as: UTF8.self)).answer(local)
        }
    }
}
