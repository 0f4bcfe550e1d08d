import Foundation
package import Storage
package import Vocabulary
import Web

/// Something that the team wants to know of a visitor, in a place of its own beside the conversation: a customer number, a size.
///
/// **Its name does not change**: what agents filled in is kept under it, and the visitor reads it so in their copy.
package struct CardField: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable, SQLConvertible {
        case line, number, date, choice
    }

    /// Most fields: a card, not a form of the tax office.
    package static let most = 20
    package static let mostOptions = 30
    static let longestName = 60
    static let longestValue = 200

    package let id: ID<CardField>
    package let name: String
    package let kind: Kind
    /// Of a choice.
    package let options: [String]

    package init(id: ID<CardField>, name: String, kind: Kind = .line, options: [String] = []) {
        self.id = id
        self.name = name
        self.kind = kind
        self.options = options
    }

    /// Whether it can be filled in at all.
    var isSound: Bool {
        guard kind == .choice else { return options.isEmpty }
        return (2...Self.mostOptions).contains(options.count) && Set(options).count == options.count
    }

    /// The value as it is kept; nil when it is none of this field. Digits of any script become those of Western Arabic.
    func tidy(_ text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...Self.longestValue).contains(text.unicodeScalars.count), !text.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            return nil
        }
        switch kind {
        case .line: return text
        case .choice: return options.contains(text) ? text : nil
        case .date:
            let date = Self.western(text)
            guard let parts = date.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/) else { return nil }
            let day = DateComponents(year: Int(parts.1), month: Int(parts.2), day: Int(parts.3))
            return day.isValidDate(in: Calendar(identifier: .gregorian)) ? date : nil
        case .number:
            let number = Self.western(text).replacing(",", with: ".").replacing("٫", with: ".").replacing("−", with: "-")
            return number.wholeMatch(of: /-?[0-9]{1,15}(\.[0-9]{1,6})?/) == nil ? nil : number
        }
    }

    private static func western(_ text: String) -> String {
        String(text.map { $0.wholeNumberValue.flatMap { (0...9).contains($0) ? Character(String($0)) : nil } ?? $0 })
    }
}

extension Transaction {
    package func cardFields() throws -> [CardField] {
        try rows("SELECT * FROM card_field ORDER BY created_at, id").map { row in
            let options: String = try row["options"]
            return CardField(
                id: try row["id"], name: try row["name"], kind: try row["kind"],
                options: try JSONDecoder().decode([String].self, from: Data(options.utf8)))
        }
    }

    /// False when there is one of that name.
    package func add(_ field: CardField, at now: Timestamp) throws -> Bool {
        let options = String(decoding: try JSONEncoder().encode(field.options), as: UTF8.self)
        return try exists(
            """
            INSERT INTO card_field (id, name, kind, options, created_at)
            VALUES (\(field.id), \(field.name), \(field.kind), \(options), \(now)) ON CONFLICT (name) DO NOTHING RETURNING id
            """)
    }

    func remove(_ field: ID<CardField>) throws(StorageError) -> Bool {
        try exists("DELETE FROM card_field WHERE id = \(field) RETURNING id")
    }

    /// Puts another card in place of this one. False when somebody was faster.
    func change(_ card: Sealed, of visitor: PersonID, to changed: Sealed) throws(StorageError) -> Bool {
        try exists("UPDATE visitor SET card = \(changed) WHERE person_id = \(visitor) AND card = \(card) RETURNING person_id")
    }
}
