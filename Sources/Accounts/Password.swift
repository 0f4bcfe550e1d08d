import Foundation
import Storage
import Vocabulary
import Web

/// A password as a person typed it, in the one spelling in which it is hashed (RFC 8265 §4: NFC, nothing trimmed).
struct Password: Sendable {
    let text: Redacted<String>

    static let column = SealedColumn("account", "password")
    /// Longest in bytes; longer is not safer and costs.
    static let mostBytes = 1024
    /// Longest in characters, as the forms say.
    static let mostCharacters = 256

    init(typed: String) {
        text = Redacted(typed.precomposedStringWithCanonicalMapping)
    }

    /// Why a new password is not taken.
    enum Weakness: String, Error, Sendable {
        case tooShort, tooLong
        /// It is the person's name or address, or one character repeated.
        case guessable
    }

    /// Nil when it can be taken. Length is what counts (NIST SP 800-63B §5.1.1.2): there are no rules about kinds of characters.
    func weakness(shortest: Int, besides known: [String]) -> Weakness? {
        let value = text.value
        if value.count < shortest { return .tooShort }
        if value.utf8.count > Self.mostBytes || value.count > Self.mostCharacters { return .tooLong }
        let plain = value.lowercased()
        if Set(plain).count < 4 || known.contains(where: { $0.lowercased() == plain }) { return .guessable }
        return Self.common.contains(where: plain.hasPrefix) && plain.count < shortest + 4 ? .guessable : nil
    }

    /// Beginnings of the passwords that every guesser tries first.
    private static let common = [
        "password", "passw0rd", "1234567890", "0123456789", "qwertyuiop", "azertyuiop", "iloveyou", "letmein", "12345678",
    ]
}

extension PasswordHasher {
    /// The hash, sealed for its person.
    func sealedHash(_ password: Password, for person: PersonID, keys: KeyRing) async throws -> Sealed {
        try await keys.seal(hash(password.text).value, for: person, as: Password.column)
    }
}
