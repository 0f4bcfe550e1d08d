@testable import Media

extension Fuzzer {
    /// An offer, and our answer to it; an answer to our offer.
    static let sdp = Fuzzer(name: "sdp") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let local = LocalTransport(
            credentials: ICECredentials(fragment: "oursours", password: "our-password-long-enough"),
            fingerprint: "sha-256 " + (0..<32).map { _ in "AB" }.joined(separator: ":"), addresses: [TransportAddress(ipv4: 1, port: 1)],
            version: SessionVersion(session: 1))
        if let offer = try? PublishOffer(parsing: text) {
            let answer = offer.answer(local)
            let read = try? SessionDescription(parsing: answer)
            precondition(offer.tracks.count <= PublishOffer.mostTracks, "more tracks than allowed")
            // One that takes nothing says nothing of a transport either.
            precondition(offer.tracks.isEmpty || read != nil, "our answer cannot be read")
            precondition(!answer.contains("10.9.8.7"), "a stranger's line was passed on")
        }
        let line = SlotOffer.Line(mid: "0", isVideo: true, source: 1, repeats: 2, stream: "s")
        _ = try? SlotOffer(lines: [line], name: "n").accept(text)
    }

    /// What comes behind the keys: packets and compounds of somebody who joined and means harm, for both kinds of connection.
    static let meeting = Fuzzer(name: "meeting") { bytes in
        guard let identity else { return }
        let local = ICECredentials(fragment: "oursours", password: "our-password-long-enough")
        var dice: UInt64 = 1
        var random = MediaRandom {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1
            return dice
        }
        let batch = OutgoingBatch()
        let version = SessionVersion(session: 1)
        let lines = [
            SlotOffer.Line(mid: "0", isVideo: false, source: 1, repeats: nil, stream: "s"),
            SlotOffer.Line(mid: "1", isVideo: false, source: 2, repeats: nil, stream: "s"),
            SlotOffer.Line(mid: "2", isVideo: true, source: 3, repeats: 11, stream: "s"),
            SlotOffer.Line(mid: "3", isVideo: true, source: 4, repeats: 12, stream: "s"),
        ]
        guard let offer = try? PublishOffer(parsing: offerText),
            let publisher = Publisher(
                local, offer: offer, source: 5, timeOfDay: NetworkClock(epoch: 0), version: version, identity: identity, batch: batch),
            let other = Publisher(
                local, offer: offer, source: 6, timeOfDay: NetworkClock(epoch: 0), version: version, identity: identity, batch: batch),
            let subscriber = Subscriber(
                local, offer: SlotOffer(lines: lines, name: "n"), timeOfDay: NetworkClock(epoch: 0), version: version, identity: identity,
                batch: batch, using: &random)
        else { return }
        let room = Room(MediaRoomID(1))
        guard
            let second = Subscriber(
                local, offer: SlotOffer(lines: lines, name: "n"), timeOfDay: NetworkClock(epoch: 0), version: version, identity: identity,
                batch: batch, using: &random)
        else { return }
        room.add(Room.Member(MediaPeerID(1), publisher, second))
        room.add(Room.Member(MediaPeerID(2), other, subscriber))
        // Pictures and the slots that show them know each other until somebody leaves.
        defer { for peer: UInt64 in 1...2 { _ = room.remove(MediaPeerID(peer)) } }
        room.watch([PictureWish(MediaPeerID(1), .camera)], by: MediaPeerID(2), at: Instant(nanoseconds: 0))
        var rest = bytes[...]
        var now = Instant(nanoseconds: 1_000_000_000)
        while rest.count > 3 {
            let (kind, length, pause) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]), Int64(rest[rest.startIndex + 2]))
            let piece = Array(rest.dropFirst(3).prefix(length))
            rest = rest.dropFirst(3 + length)
            now = now + .milliseconds(pause * pause)
            switch kind % 4 {
            case 0: publisher.control(piece.span.bytes, at: now)
            case 1: subscriber.control(piece.span.bytes, at: now)
            default: if let head = try? RTPHeader(parsing: piece.span.bytes) { publisher.take(head, piece.span.bytes, at: now) }
            }
            publisher.tick(at: now)
            subscriber.tick(at: now)
            room.look(at: now) { _ in }
        }
    }

    private nonisolated(unsafe) static let identity = DTLSIdentity(secondsSince1970: 1_800_000_000)

    private static let offerText = [
        "v=0", "a=ice-ufrag:them", "a=ice-pwd:a-password-of-more-than-22",
        "a=fingerprint:sha-256 " + [String](repeating: "AB", count: 32).joined(separator: ":"),
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=mid:0", "a=sendonly", "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2",
        "a=fmtp:63 111/111",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:6 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100", "a=mid:1", "a=sendonly",
        "a=rtpmap:96 VP8/90000", "a=rtpmap:98 VP9/90000", "a=rtpmap:99 AV1/90000", "a=rtpmap:100 H264/90000",
        "a=fmtp:100 packetization-mode=1;profile-level-id=42e01f",
        "a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension", "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96", "a=ssrc-group:FID 7 8", "a=ssrc:7 cname:x",
        "a=ssrc:8 cname:x",
    ].joined(separator: "\r\n")
}
