import Foundation

/// What the browser says it asked the authenticator for (WebAuthn Level 3 §5.8.1).
struct ClientData: Sendable {
    enum Act: String { case create = "webauthn.create", get = "webauthn.get" }

    private struct Members: Decodable {
        let type: String
        let challenge: String
        let origin: String
        let crossOrigin: Bool?
        let topOrigin: String?
    }

    let challenge: [UInt8]

    /// Reads and checks everything but the challenge, which only the one who made it can judge (§7.1 steps 5–12).
    init(parsing json: [UInt8], act: Act, origin: String) throws(PasskeyFailure) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(json)) else { throw .format }
        guard members.type == act.rawValue else { throw .type }
        guard members.origin == origin else { throw .origin }
        guard members.crossOrigin != true, members.topOrigin == nil else { throw .crossOrigin }
        guard let challenge = Base64URL.decode(members.challenge) else { throw .challenge }
        self.challenge = challenge
    }
}

/// RFC 4648 §5 without padding, as WebAuthn writes bytes in JSON.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") }) else { return nil }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)).map(Array.init)
    }
}
