/// One `m=` section of a description (RFC 8866 §5.14): a sound or a picture.
package struct MediaSection: Sendable {
    package enum Kind: String, Sendable { case audio, video, other }
    package enum Direction: String, Sendable { case sendrecv, sendonly, recvonly, inactive }

    /// What a payload type stands for (RFC 8866 §6.6).
    package struct Format: Sendable {
        package let number: UInt8
        package var codec = ""
        package var clock: UInt32 = 0
        package var channels: UInt8 = 1
        package var parameters: Substring = ""
        package var feedback: Set<String> = []

        /// The value of one of its parameters, as in `apt=96;x=y`.
        func parameter(_ name: String) -> Substring? {
            for part in parameters.split(separator: ";", maxSplits: 31) {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0].lowercased() == name { return pair[1] }
            }
            return nil
        }

        /// Whether it is this codec, in the profile that all who have it can decode.
        func isCommon(_ codec: Codec) -> Bool {
            guard self.codec == codec.name.lowercased(), clock == codec.clock else { return false }
            switch codec {
            case .opus, .red, .vp8: return true
            case .vp9: return parameter("profile-id") ?? "0" == "0"
            case .av1: return parameter("profile") ?? "0" == "0"
            case .h264:
                // Constrained baseline (RFC 6184 §8.1), in the mode that may cut units into pieces.
                guard parameter("packetization-mode") == "1",
                    let profile = parameter("profile-level-id").flatMap({ $0.utf8.count == 6 ? UInt32($0, radix: 16) : nil })
                else { return false }
                return profile >> 16 == 0x42 && profile >> 8 & 0x4F == 0x40
            }
        }
    }

    static let mostFormats = 64
    static let mostLayers = 3
    static let mostSources = 16

    package let kind: Kind
    /// The first word of its list of formats, which a refusal has to repeat.
    package let firstFormat: String
    /// What carries it: only the sealed one with feedback is taken (RFC 8827 §6.5).
    package let isSealed: Bool
    /// Port zero refuses a section, or says that an old one may be used again.
    package let isRejected: Bool
    package private(set) var mid = ""
    package private(set) var direction = Direction.sendrecv
    package private(set) var formats: [Format]
    package private(set) var extensions: [(number: UInt8, meaning: HeaderExtension)] = []
    /// The encodings that it sends of one picture, in the order of its list (RFC 8853 §5.1).
    package private(set) var layers: [String] = []
    /// The sources that it names (RFC 5576), and which of them repeats which.
    package private(set) var sources: [UInt32] = []
    package private(set) var repeats: [(source: UInt32, by: UInt32)] = []
    private(set) var transport = RemoteTransport.Draft()

    /// Nil for a line that is none. The value is what follows `m=`.
    init?(parsing value: Substring) {
        let words = value.split(separator: " ", maxSplits: 3 + Self.mostFormats)
        guard words.count >= 4, let port = UInt16(words[1]) else { return nil }
        kind = Kind(rawValue: String(words[0])) ?? .other
        isRejected = port == 0
        isSealed = words[2] == "UDP/TLS/RTP/SAVPF"
        firstFormat = SDPAttribute.isToken(words[3], most: 32) ? String(words[3]) : "0"
        formats = words[3...].prefix(Self.mostFormats).compactMap { UInt8($0).flatMap { $0 < 128 ? Format(number: $0) : nil } }
    }

    mutating func note(_ attribute: SDPAttribute) {
        let words = attribute.words
        switch attribute.name {
        case "mid": if mid.isEmpty, SDPAttribute.isToken(attribute.value, most: 16) { mid = String(attribute.value) }
        case "sendrecv", "sendonly", "recvonly", "inactive": direction = Direction(rawValue: String(attribute.name)) ?? direction
        case "rtpmap": if words.count == 2 { name(words[0], words[1]) }
        case "fmtp": if words.count >= 2 { change(words[0]) { $0.parameters = attribute.value.dropFirst(words[0].count + 1) } }
        case "rtcp-fb": if words.count >= 2 { change(words[0]) { $0.feedback.insert(words[1...].joined(separator: " ")) } }
        case "extmap": if words.count >= 2 { noteExtension(words[0], words[1]) }
        case "simulcast": noteLayers(words)
        case "ssrc": noteSource(words)
        case "ssrc-group": notePair(words)
        default: transport.note(attribute)
        }
    }

    private mutating func change(_ number: Substring, _ body: (inout Format) -> Void) {
        // `*` is for all of them (RFC 4585 §4.2).
        for place in formats.indices where number == "*" || UInt8(number) == formats[place].number {
            if formats[place].feedback.count < 16 { body(&formats[place]) }
        }
    }

    /// `96 VP8/90000`, `111 opus/48000/2`.
    private mutating func name(_ number: Substring, _ encoding: Substring) {
        let parts = encoding.split(separator: "/", maxSplits: 3)
        guard parts.count >= 2, parts[0].utf8.count <= 32, let clock = UInt32(parts[1]) else { return }
        change(number) { format in
            format.codec = parts[0].lowercased()
            format.clock = clock
            format.channels = parts.count > 2 ? UInt8(parts[2]) ?? 1 : 1
        }
    }

    /// `4 urn:…`, `4/sendonly urn:…` (RFC 8285 §8). One with a number that needs the longer form is not asked for, so it is not sent.
    private mutating func noteExtension(_ number: Substring, _ uri: Substring) {
        guard let number = number.split(separator: "/").first.flatMap({ UInt8($0) }),
            HeaderExtensionIDs.numbers.contains(number), let meaning = HeaderExtension.allCases.first(where: { $0.uri == uri }),
            extensions.count < 16
        else { return }
        extensions.append((number, meaning))
    }

    /// `send q;h;f`; alternatives and pauses (`a,~b`) are taken as their first name.
    private mutating func noteLayers(_ words: [Substring]) {
        guard let place = words.firstIndex(of: "send"), place + 1 < words.count else { return }
        for entry in words[place + 1].split(separator: ";", maxSplits: Self.mostLayers) {
            let name = entry.split(separator: ",").first.map { $0.first == "~" ? $0.dropFirst() : $0 } ?? ""
            if SDPAttribute.isToken(name, most: 16), layers.count < Self.mostLayers, !layers.contains(String(name)) {
                layers.append(String(name))
            }
        }
    }

    private mutating func noteSource(_ words: [Substring]) {
        guard let source = words.first.flatMap({ UInt32($0) }), sources.count < Self.mostSources, !sources.contains(source) else { return }
        sources.append(source)
    }

    private mutating func notePair(_ words: [Substring]) {
        guard words.count == 3, words[0] == "FID", let source = UInt32(words[1]), let other = UInt32(words[2]),
            repeats.count < Self.mostSources
        else { return }
        repeats.append((source, other))
    }
}

extension MediaSection {
    /// The first format of this codec, and the one that repeats it (RFC 4588 §8.1).
    func format(_ codec: Codec) -> (number: UInt8, repeated: UInt8?)? {
        guard let format = formats.first(where: { $0.isCommon(codec) }) else { return nil }
        let again = formats.first { $0.codec == "rtx" && $0.parameter("apt").flatMap { UInt8($0) } == format.number }
        return (format.number, again?.number)
    }
}
