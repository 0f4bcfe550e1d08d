/// The name and the password of one side in one generation of ICE (RFC 8839 §5.4). The name also routes a check to its peer.
package struct ICECredentials: Sendable {
    /// `ice-ufrag`: 72 bits, so that it can be guessed by nobody and belongs to one peer of the whole node.
    package let fragment: String
    /// `ice-pwd`: 144 bits, where RFC 8445 §5.3 asks for 128.
    package let password: String

    package init(fragment: String, password: String) {
        self.fragment = fragment
        self.password = password
    }

    package init(using random: inout some RandomNumberGenerator) {
        fragment = Self.text(of: 12, using: &random)
        password = Self.text(of: 24, using: &random)
    }

    /// Characters of `ice-char` (RFC 8839 §5.4), six bits each.
    private static func text(of count: Int, using random: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<count).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] })
    }
}

extension ICECredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { fragment }
    package var debugDescription: String { fragment }
    package var customMirror: Mirror { Mirror(self, children: ["fragment": fragment]) }
}

extension STUNMessage {
    /// The part of a check's USERNAME that names us, by which the shell finds the peer whose agent may judge it.
    package func localFragment(in bytes: RawSpan) -> String? {
        guard let username, username.upperBound <= bytes.byteCount else { return nil }
        var name: [UInt8] = []
        for offset in username {
            let byte = bytes.byte(at: offset)
            if byte == UInt8(ascii: ":") { return String(validating: name, as: UTF8.self) }
            name.append(byte)
        }
        return nil
    }
}
