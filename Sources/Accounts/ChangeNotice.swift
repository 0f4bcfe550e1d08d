import Mail
package import Storage
package import Vocabulary
package import Web

/// Tells a person that something about their account was changed: a notice and a mail, in the transaction of the change (C04, VZO-34).
///
/// ```
/// let notice = try await accounts.notice(of: .visibility, to: person)
/// try await ground.database.write { transaction in … ; try notice.add(in: transaction, to: ground) }
/// notice.tell(ground)
/// ```
package struct ChangeNotice: Sendable {
    let event: PreparedEvent
    let letters: [PreparedLetter]

    /// What was changed. The raw value is the event's `setting`, and `setting.<raw value>` its name in the catalogue.
    package enum Setting: String, CaseIterable, Sendable {
        case visibility, directory, relay
        case password, recovered, email, passkeyAdded, passkeyRemoved, secondFactorOn, secondFactorOff, recoveryCodes, roles
    }

    /// Adds it to the transaction of the change.
    package func add(in transaction: Transaction, to ground: Ground) throws {
        try ground.streams.append(event, in: transaction)
        for letter in letters { try ground.outbox.queue(letter, in: transaction) }
    }

    /// Sends it on its way. Call it after the commit.
    package func tell(_ ground: Ground) {
        ground.live.wake(event.stream)
        if !letters.isEmpty { ground.outbox.wake() }
    }
}

/// The body of `setting.changed`.
private struct SettingChanged: Encodable, Sendable {
    let setting: String
}

extension Accounts {
    /// Prepares the news of a change for the person it concerns.
    package func notice(of setting: ChangeNotice.Setting, to person: PersonID) async throws -> ChangeNotice {
        let event = try await ground.streams.prepare(
            "setting.changed", SettingChanged(setting: setting.rawValue), in: StreamID("notices", of: person), for: person)
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else {
            return ChangeNotice(event: event, letters: [])
        }
        let name = ground.pages.text("setting.\(setting.rawValue)", [:], in: account.language)
        let letter = try await letter(Letters.settingChanged, to: account, ["setting": name])
        return ChangeNotice(event: event, letters: letter.map { [$0] } ?? [])
    }
}
