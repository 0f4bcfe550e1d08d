import Crypto
import Foundation
import Storage
import Vocabulary

/// What a passkey is asked to sign. The server stores nothing when it asks, so that a stranger cannot fill its disk:
/// the challenge carries its own end and a keyed check; **one that was answered is remembered until then, so it is answered once**.
struct PasskeyChallenge: Sendable {
    /// What the answer is for. One made for one purpose, or in one session, is worth nothing for another.
    enum Purpose: Sendable, Equatable {
        case signIn
        case proof(session: String)
        case add(session: String)
        /// Whoever registers with it will be this person.
        case register(PersonID)

        fileprivate var text: String {
            switch self {
            case .signIn: "sign-in"
            case .proof(let session): "proof|\(session)"
            case .add(let session): "add|\(session)"
            case .register(let person): "register|\(person)"
            }
        }
    }

    let bytes: [UInt8]
    let endsAt: Timestamp

    /// Long enough to find one's telephone.
    static let lifetime: Duration = .minutes(5)
    private static let column = SealedColumn("spent_challenge", "challenge_hash")

    /// 16 random bytes, the end in 8, a check of 16.
    static func make(for purpose: Purpose, at now: Timestamp, keys: KeyRing) -> PasskeyChallenge {
        var random = SystemRandomNumberGenerator()
        let endsAt = now + lifetime
        let open =
            (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) } + withUnsafeBytes(of: endsAt.milliseconds.bigEndian, Array.init)
        return PasskeyChallenge(bytes: open + check(open, purpose, keys), endsAt: endsAt)
    }

    private init(bytes: [UInt8], endsAt: Timestamp) {
        self.bytes = bytes
        self.endsAt = endsAt
    }

    /// Recognises one that this server made for this purpose and that has not ended.
    init(_ bytes: [UInt8], for purpose: Purpose, at now: Timestamp, keys: KeyRing) throws(PasskeyFailure) {
        guard bytes.count == 40, Self.check(Array(bytes[..<24]), purpose, keys) == Array(bytes[24...]) else { throw .challenge }
        endsAt = Timestamp(milliseconds: bytes[16..<24].reduce(Int64(0)) { $0 << 8 | Int64($1) })
        guard now < endsAt else { throw .challenge }
        self.bytes = bytes
    }

    private static func check(_ open: [UInt8], _ purpose: Purpose, _ keys: KeyRing) -> [UInt8] {
        Array(keys.blindIndex("\(CrockfordBase32.encode(open))|\(purpose.text)", as: column).prefix(16))
    }
}

extension Transaction {
    /// False when it was answered before.
    func spend(_ challenge: PasskeyChallenge) throws(StorageError) -> Bool {
        let hash = Array(SHA256.hash(data: challenge.bytes))
        return try !rows(
            """
            INSERT INTO spent_challenge (challenge_hash, ends_at) VALUES (\(hash), \(challenge.endsAt)) ON CONFLICT DO NOTHING RETURNING ends_at
            """
        ).isEmpty
    }
}
