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
}
