import Vocabulary
import Web

extension PrivacyPage {
    /// What `privacy/privacy.mustache` lists in its comment.
    func model(in language: Language) -> [String: Any] {
        let words = PrivacyWords(pages: pages, language: language, site: site)
        let things = Thing.all(in: registry)
        var model: [String: Any] = [
            "total": pages.text("privacy.total", count: things.count, [:], in: language),
            "groups": DataCategory.allCases.compactMap { group($0, of: things, words) },
            "cookies": registry.cookies.map { cookie in
                ["name": cookie.name, "purpose": words.cookie(cookie), "lifetime": words.lifetime(cookie.lifetime)]
            },
            "storageKeys": registry.storageKeys.map { key in
                ["name": key.name, "purpose": words.purpose(of: key), "after": words.act(before: key)]
            },
            "letters": registry.letters.map { letter in
                ["subject": words.subject(of: letter), "purpose": words.purpose(of: letter), "isEssential": letter.class == .essential]
            },
            "hosts": registry.outboundHosts.map { ["setting": $0.setting, "purpose": words.purpose(of: $0)] },
        ]
        model["officer"] = officer
        return model
    }

    private func group(_ category: DataCategory, of things: [Thing], _ words: PrivacyWords) -> [String: Any]? {
        let own = things.filter { $0.category == category }
        guard !own.isEmpty else { return nil }
        return ["id": category.rawValue, "title": words.category(category), "fields": own.map { row($0, words) }]
    }

    private func row(_ thing: Thing, _ words: PrivacyWords) -> [String: Any] {
        var row: [String: Any] = [
            "name": words.name(of: thing.key), "why": words.purposes(thing.purposes), "audience": words.audiences(thing.audiences),
            "retention": words.retentions(thing.retentions), "protection": words.sealing(thing.sealing), "basis": words.bases(thing.bases),
        ]
        if thing.audiences.contains(.chosen) { row["choiceURL"] = "/settings/privacy" }
        return row
    }
}

/// What people take for one thing, however many columns hold it: all fields with one key. **It stands on the page once**, so that no
/// title does twice.
struct Thing {
    let key: String
    private(set) var category: DataCategory
    var purposes: [Purpose] = []
    var audiences: [Audience] = []
    var retentions: [Retention] = []
    var bases: [LegalBasis] = []
    /// How its content is kept. Ids and times beside something sealed say nothing by themselves.
    var sealing = Sealing.plain

    static func all(in registry: Registry) -> [Thing] {
        var things: [Thing] = []
        for field in registry.personal {
            if let place = things.firstIndex(where: { $0.key == field.key }) {
                things[place].add(field)
            } else {
                var thing = Thing(key: field.key, category: field.category)
                thing.add(field)
                things.append(thing)
            }
        }
        return things
    }

    /// Where a thing stands whose columns are of several categories: with what it is, rather than with whom it links.
    private static let telling: [DataCategory] = [
        .name, .contact, .credential, .ageBand, .picture, .presence, .communication, .history, .preference, .device, .relationship,
        .pseudonym,
    ]

    private mutating func add(_ field: PersonalField) {
        category = Self.telling.first { $0 == category || $0 == field.category } ?? category
        for purpose in field.purposes where !purposes.contains(purpose) { purposes.append(purpose) }
        if !audiences.contains(field.audience) { audiences.append(field.audience) }
        if !retentions.contains(field.retention) { retentions.append(field.retention) }
        if !bases.contains(field.basis) { bases.append(field.basis) }
        if sealing == .plain || field.sealing == .sealed { sealing = field.sealing }
    }
}
