package import Crypto
import Foundation

/// The keys that wrap every other key. They live outside the data directory; the first wraps, all of them unwrap.
///
/// Text form, one key a line, newest first: an id of 8 characters, a space, 32 bytes in base64.
package struct RootKeys: Sendable {
    /// A key wrapped by a root key: AES-256-GCM, authenticated with the name of what it is for.
    package struct Wrapped: Sendable {
        package let root: String
        package let bytes: [UInt8]

        package init(root: String, bytes: [UInt8]) {
            self.root = root
            self.bytes = bytes
        }
    }

    private let keys: [(id: String, key: SymmetricKey)]

    /// Reads the text form. Nil when there is no key or a line is malformed.
    package init?(text: String) {
        var keys: [(id: String, key: SymmetricKey)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ")
            guard parts.count == 2, parts[0].count == 8, let bytes = Data(base64Encoded: String(parts[1])), bytes.count == 32 else {
                return nil
            }
            keys.append((String(parts[0]), SymmetricKey(data: bytes)))
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// A line of the text form with a fresh random key.
    package static func newLine() -> String {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let id = SymmetricKey(size: .bits128).withUnsafeBytes {
            $0.prefix(4).map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
        }
        return "\(id) \(bytes.base64EncodedString())"
    }

    /// The text form.
    package var text: String {
        keys.map { "\($0.id) \($0.key.withUnsafeBytes { Data($0) }.base64EncodedString())\n" }.joined()
    }

    /// The same with a fresh key in front: the first step of a rotation. Give it to every node before `KeyRing.rotate`.
    package var renewed: RootKeys? { RootKeys(text: Self.newLine() + "\n" + text) }

    /// Only the key that wraps: the last step of a rotation, once `KeyRing.rotate` is through and no older copy of the key store is wanted.
    package var pruned: RootKeys { RootKeys(keys: [keys[0]]) }

    private init(keys: [(id: String, key: SymmetricKey)]) {
        self.keys = keys
    }

    /// The id of the key that wraps.
    package var current: String { keys[0].id }

    func wrap(_ key: SymmetricKey, as name: String) throws -> Wrapped {
        let plain = key.withUnsafeBytes { Array($0) }
        let box = try AES.GCM.seal(plain, using: keys[0].key, authenticating: Array(name.utf8))
        guard let combined = box.combined else { throw SealError.tampered }
        return Wrapped(root: keys[0].id, bytes: Array(combined))
    }

    func unwrap(_ wrapped: Wrapped, as name: String) throws -> SymmetricKey {
        guard let root = keys.first(where: { $0.id == wrapped.root }) else { throw SealError.rootKeyMissing(id: wrapped.root) }
        guard let box = try? AES.GCM.SealedBox(combined: wrapped.bytes),
            let plain = try? AES.GCM.open(box, using: root.key, authenticating: Array(name.utf8))
        else { throw SealError.tampered }
        return SymmetricKey(data: plain)
    }
}
