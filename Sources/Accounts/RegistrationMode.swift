import Storage

/// Who may register.
package enum RegistrationMode: String, CaseIterable, Sendable, SQLConvertible {
    case open, invitation, closed
}

extension Transaction {
    /// What the owner chose; nil until then.
    func registrationMode() throws(StorageError) -> RegistrationMode? {
        try first("SELECT mode FROM registration_choice WHERE single = 1")?.get("mode")
    }

    func choose(_ mode: RegistrationMode) throws(StorageError) {
        try run(
            "INSERT INTO registration_choice (single, mode) VALUES (1, \(mode)) ON CONFLICT (single) DO UPDATE SET mode = excluded.mode")
    }
}

extension Accounts {
    /// Who may register now.
    package func registrationMode() async throws -> RegistrationMode {
        try await ground.database.read { try $0.registrationMode() } ?? policy.registration
    }
}
