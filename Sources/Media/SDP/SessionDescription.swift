/// A session description (RFC 8866) as browsers write them for a peer connection (RFC 8829), as far as this server needs it.
///
/// **Everything in it is a stranger's**: it is cut at fixed lengths before anything of it is looked at, lines that are not known are passed
/// over, and nothing of it is written into a description for others.
package struct SessionDescription: Sendable {
    static let longest = 65_536
    static let mostLines = 2_000
    static let mostSections = 64

    /// The name, password and certificate of the one transport that all sections share (RFC 9143).
    package private(set) var transport: RemoteTransport
    package private(set) var sections: [MediaSection]
    /// Whether packets may have header extensions of the longer form beside the shorter (RFC 8285 §6).
    let mixesExtensions: Bool

    package init(parsing text: String) throws(SDPFault) {
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        var session = RemoteTransport.Draft()
        var sections: [MediaSection] = []
        var mixesExtensions = false
        var count = 0
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n")) {
            count += 1
            guard count <= Self.mostLines else { throw .tooLong }
            var line = Substring(bytes)
            while line.utf8.last == UInt8(ascii: "\r") { line = Substring(line.utf8.dropLast()) }
            if line.isEmpty { continue }
            guard line.utf8.count >= 2, line.utf8.dropFirst().first == UInt8(ascii: "="), let type = line.utf8.first else { throw .line }
            let value = Substring(line.utf8.dropFirst(2))
            if type == UInt8(ascii: "m") {
                guard sections.count < Self.mostSections else { throw .tooLong }
                guard let section = MediaSection(parsing: value) else { throw .line }
                sections.append(section)
            } else if type == UInt8(ascii: "a") {
                let attribute = SDPAttribute(value)
                if sections.isEmpty {
                    mixesExtensions = mixesExtensions || attribute.name == "extmap-allow-mixed"
                    session.note(attribute)
                } else {
                    sections[sections.count - 1].note(attribute)
                }
            }
        }
        // Browsers repeat them in each section, and only the first of a bundle counts (RFC 9143 §7.1.3).
        let first = sections.first { !$0.isRejected }?.transport ?? .init()
        guard let transport = RemoteTransport(first, else: session) else { throw .transport }
        guard Set(sections.map(\.mid)).count == sections.count, !sections.contains(where: { $0.mid.isEmpty }) else { throw .mid }
        self.transport = transport
        self.sections = sections
        self.mixesExtensions = mixesExtensions
    }
}

/// One line `a=name:value`.
struct SDPAttribute {
    let name: Substring
    let value: Substring

    init(_ text: Substring) {
        let place = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        name = place.map { text[..<$0] } ?? text
        value = place.map { text[text.utf8.index(after: $0)...] } ?? ""
    }

    /// The value in words.
    var words: [Substring] { value.split(separator: " ", maxSplits: 63) }

    /// Whether the text is a token of at most this length, of letters, digits and a few others: a name that may be compared and kept.
    static func isToken(_ text: Substring, most: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= most
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "{"),
                    UInt8(ascii: "}"):
                    true
                default: false
                }
            }
    }
}

/// What the other side says of its end of the transport.
package struct RemoteTransport: Equatable, Sendable {
    package let fragment: String
    package let password: String
    /// SHA-256 of its certificate.
    package let fingerprint: [UInt8]

    var credentials: ICECredentials { ICECredentials(fragment: fragment, password: password) }
    /// Whether it waits to be spoken to, so that we begin the handshake (RFC 8842 §5.1): some do so because we are ICE-lite.
    package let isPassive: Bool

    struct Draft: Sendable {
        var fragment: String?
        var password: String?
        var fingerprint: [UInt8]?
        var isPassive: Bool?

        mutating func note(_ attribute: SDPAttribute) {
            switch attribute.name {
            case "ice-ufrag" where SDPAttribute.isToken(attribute.value, most: 256): fragment = fragment ?? String(attribute.value)
            case "ice-pwd" where SDPAttribute.isToken(attribute.value, most: 256): password = password ?? String(attribute.value)
            case "fingerprint": fingerprint = fingerprint ?? Self.fingerprint(of: attribute.value)
            case "setup": isPassive = isPassive ?? (attribute.value == "passive")
            default: break
            }
        }

        /// `sha-256 AB:CD:…` (RFC 8122 §5); nil for another digest, which is weaker or needs more than we have.
        private static func fingerprint(of text: Substring) -> [UInt8]? {
            let words = text.split(separator: " ", maxSplits: 2)
            guard words.count == 2, words[0].lowercased() == "sha-256" else { return nil }
            let bytes = words[1].split(separator: ":", maxSplits: 32).compactMap { $0.utf8.count == 2 ? UInt8($0, radix: 16) : nil }
            return bytes.count == 32 ? bytes : nil
        }
    }

    /// RFC 8839 §5.4: a name has four characters at least, a password 22.
    init?(_ draft: Draft, else session: Draft) {
        guard let fragment = draft.fragment ?? session.fragment, let password = draft.password ?? session.password,
            let fingerprint = draft.fingerprint ?? session.fingerprint, fragment.utf8.count >= 4, password.utf8.count >= 22
        else { return nil }
        self.fragment = fragment
        self.password = password
        self.fingerprint = fingerprint
        isPassive = draft.isPassive ?? session.isPassive ?? false
    }
}

extension RemoteTransport: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { fragment }
    package var debugDescription: String { fragment }
    package var customMirror: Mirror { Mirror(self, children: ["fragment": fragment]) }
}
