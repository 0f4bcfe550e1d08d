/// One column that holds something about a person, and the promise made about it (C33; ZAZ-02, ZAZ-04, VZO-06).
package struct PersonalField: Sendable, Hashable {
    package let table: String
    package let column: String
    /// Which of the column's rows are meant, where several kinds of things stand in one table, each with a promise of its own; nil for all
    /// that no other declaration names.
    package let part: String?
    /// What kind of thing it is.
    package let category: DataCategory
    /// What it is used for. At least one.
    package let purposes: [Purpose]
    package let basis: LegalBasis
    /// Who can come to see it.
    package let audience: Audience
    package let retention: Retention
    /// Whether the value is sealed with the person's key before it is stored (C58). A field that is not says why in `necessity`.
    package let sealing: Sealing
    /// Key of the catalogue text that names it: `privacy.field.<key>`.
    package let key: String
    /// Why the service needs it, in plain English: never empty (ZAZ-04).
    package let necessity: String

    package init(
        _ table: String, _ column: String, part: String? = nil, key: String, _ category: DataCategory, for purposes: [Purpose],
        basis: LegalBasis, audience: Audience, retention: Retention, sealing: Sealing, necessity: String
    ) {
        precondition(!purposes.isEmpty && !necessity.isEmpty, "\(table).\(column) declares no purpose or no necessity")
        self.table = table
        self.column = column
        self.part = part
        self.key = key
        self.category = category
        self.purposes = purposes
        self.basis = basis
        self.audience = audience
        self.retention = retention
        self.sealing = sealing
        self.necessity = necessity
    }
}

/// A column without any meaning about a person, declared so that no column is overlooked.
package struct TechnicalColumn: Sendable, Hashable {
    package let table: String
    package let column: String
    /// Why it says nothing about a person.
    package let reason: String

    package init(_ table: String, _ column: String, reason: String) {
        self.table = table
        self.column = column
        self.reason = reason
    }
}

/// Kinds of personal data. Special categories (GDPR art. 9) are not among them, and there is no other way to declare a field (C07, VZO-07).
package enum DataCategory: String, CaseIterable, Sendable {
    case name, contact, credential, ageBand, picture, preference, relationship, presence, communication, device, history, pseudonym
}

/// The closed list of purposes.
package enum Purpose: String, CaseIterable, Sendable {
    case account, signIn, recovery, profile, directory, contacts, calls, conversations, support, notices, mail, security, accessibility,
        administration, minors
}

package enum LegalBasis: String, CaseIterable, Sendable {
    case contract, consent, legitimateInterest, legalObligation
}

/// The widest circle that can come to see a field.
package enum Audience: String, CaseIterable, Sendable {
    /// Only the person.
    case person
    /// Whoever the person chose: nobody, contacts, members or everyone (C03).
    case chosen
    case contacts
    /// Those in the call or meeting.
    case callParticipants
    /// Those in the conversation; of one with a site's team, all who answer for the site.
    case conversation
    /// Staff whose role needs it.
    case staff
    /// Nobody: it is only compared.
    case nobody
}

/// How long a field is kept.
package enum Retention: Sendable, Hashable {
    /// As long as the account exists.
    case account
    /// This long after it was written.
    case after(days: Int)
    /// Until the thing it belongs to is removed by the person, at the latest with the account.
    case untilRemoved
    /// As long as the conversation it belongs to: of one with a site's team so many days after its end as the site says, or until the
    /// visitor has it forgotten.
    case withConversation
    /// Until its host closes it, or a day after its link has expired if it has an end; at the latest with the account.
    case untilClosed
}

/// How a field is kept from whoever copies the disk.
package enum Sealing: String, Sendable {
    /// Encrypted under the person's key.
    case sealed
    /// Only a keyed fingerprint is kept.
    case blindIndex
    /// A one-way password hash.
    case hash
    /// Readable, because it is an id, a time or a choice that says nothing without a sealed field.
    case plain
}
