/// What may be sent, by the name that it has in descriptions.
package enum Codec: UInt8, CaseIterable, Sendable {
    /// Opus (RFC 7587), and Opus with earlier packets repeated beside the newest (RFC 2198).
    case opus, red
    case vp8, vp9, av1, h264

    /// The pictures, in the order in which they are taken where nobody says otherwise: every browser has the first.
    package static let pictures: [Codec] = [.vp8, .vp9, .av1, .h264]

    package var isVideo: Bool { self != .opus && self != .red }

    /// `VP8`, as `a=rtpmap` writes it (RFC 8866 §6.6).
    package var name: String {
        switch self {
        case .opus: "opus"
        case .red: "red"
        case .vp8: "VP8"
        case .vp9: "VP9"
        case .av1: "AV1"
        case .h264: "H264"
        }
    }

    /// A name that stands in a setting, in either case; nil for one that is none of a picture.
    package init?(pictureNamed text: String) {
        guard let found = Self.pictures.first(where: { $0.name.lowercased() == text.lowercased() }) else { return nil }
        self = found
    }

    /// Ticks a second of its timestamps.
    var clock: UInt32 { isVideo ? 90_000 : 48_000 }

    /// Its number in each of our offers, **the same in all slots and for good**, so that a slot may show any of them. Those from 64 to 95
    /// would be taken for RTCP (RFC 5761 §4).
    var slotType: UInt8 {
        switch self {
        case .opus: 111
        case .red: 112
        case .vp8: 96
        case .vp9: 98
        case .av1: 100
        case .h264: 102
        }
    }

    /// The number of what repeats its packets in our offers.
    var slotRepeatedType: UInt8? { isVideo ? slotType + 1 : nil }

    /// What a description says of it besides its name, when it has this number (RFC 7587 §7, RFC 9628 §7, RFC 6184 §8.1): the profile that
    /// all have.
    func parameters(of opus: UInt8) -> String? {
        switch self {
        case .opus: "minptime=10;useinbandfec=1"
        case .red: "\(opus)/\(opus)"
        case .vp8: nil
        case .vp9: "profile-id=0"
        case .av1: "level-idx=5;profile=0;tier=0"
        case .h264: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
        }
    }
}

/// Some of the codecs.
package struct CodecSet: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ codecs: some Sequence<Codec>) {
        rawValue = codecs.reduce(0) { $0 | 1 << $1.rawValue }
    }

    static let all = CodecSet(Codec.allCases)

    func has(_ codec: Codec) -> Bool { rawValue & 1 << codec.rawValue != 0 }
}
