import Storage
package import Vocabulary
import Web

/// Ten codes on paper for the day the phone is gone. Each opens once; the
/// server keeps a keyed fingerprint only, so they are shown this once.
package struct RecoveryCode: Sendable {
    /// Two groups of six letters and digits: 60 random bits.
    package let text: Redacted<String>

    static let count = 10
    private static let column = SealedColumn("recovery_code", "code_index")

    static func makeSet() -> [RecoveryCode] {
        (0..<count).map { _ in
            var random = SystemRandomNumberGenerator()
            let letters = CrockfordBase32.encode((0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }).prefix(12)
            return RecoveryCode(text: Redacted("\(letters.prefix(6))-\(letters.suffix(6))"))
        }
    }

    /// What was typed, in the spelling of the fingerprint: no case, no gaps, and the letters that are read as digits (Crockford).
    static func spelling(_ typed: String) -> String {
        String(typed.lowercased().filter { $0.isLetter || $0.isNumber }.map { ["o": "0", "i": "1", "l": "1"][$0] ?? $0 })
    }

    fileprivate static func index(_ typed: String, of person: PersonID, keys: KeyRing) -> [UInt8] {
        keys.blindIndex("\(person)|\(spelling(typed))", as: column)
    }
}

extension KeyRing {
    func recoveryIndex(_ code: RecoveryCode, of person: PersonID) -> [UInt8] {
        RecoveryCode.index(code.text.value, of: person, keys: self)
    }
}

extension Accounts {
    /// How many codes are left.
    package func recoveryCodesLeft(of person: PersonID) async throws -> Int {
        try await ground.database.read { try $0.recoveryCodesLeft(of: person) }
    }

    /// A fresh set; the old one opens nothing from now on.
    package func renewRecoveryCodes(of person: PersonID, proof: FreshProof) async throws -> [Redacted<String>] {
        proof.assertOf(person)
        let codes = RecoveryCode.makeSet()
        let indexes = codes.map { ground.keys.recoveryIndex($0, of: person) }
        let notice = try await notice(of: .recoveryCodes, to: person)
        try await ground.database.write { transaction in
            try transaction.replaceRecoveryCodes(of: person, with: indexes)
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
        return codes.map(\.text)
    }

    /// Spends the code; false when there is no such code, or no more.
    func takesRecoveryCode(_ typed: String, of person: PersonID) async throws -> Bool {
        let index = RecoveryCode.index(typed, of: person, keys: ground.keys)
        return try await ground.database.write { try $0.spendRecoveryCode(index, of: person) }
    }
}

extension Transaction {
    func recoveryCodesLeft(of person: PersonID) throws(StorageError) -> Int {
        try first("SELECT COUNT(*) AS n FROM recovery_code WHERE person_id = \(person)")?.get("n") ?? 0
    }

    func replaceRecoveryCodes(of person: PersonID, with indexes: [[UInt8]]) throws(StorageError) {
        try run("DELETE FROM recovery_code WHERE person_id = \(person)")
        for index in indexes { try run("INSERT INTO recovery_code (person_id, code_index) VALUES (\(person), \(index))") }
    }

    fileprivate func spendRecoveryCode(_ index: [UInt8], of person: PersonID) throws(StorageError) -> Bool {
        try !rows("DELETE FROM recovery_code WHERE person_id = \(person) AND code_index = \(index) RETURNING person_id").isEmpty
    }
}
