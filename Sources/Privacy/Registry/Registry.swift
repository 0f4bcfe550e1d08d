package import Mail
package import Storage
package import Web

/// What this server holds and does, declared: the sum of every domain's declarations (C33).
///
/// The statement, the records of processing and the tests read this; nothing else says what is kept.
package struct Registry: Sendable {
    package let personal: [PersonalField]
    package let technical: [TechnicalColumn]
    package let cookies: [CookieDeclaration]
    package let storageKeys: [StorageKey]
    package let letters: [LetterTemplate]
    package let outboundHosts: [OutboundHost]
    package let routes: [Route]

    /// Throws the first contradiction between the parts.
    package init(_ parts: [Declarations], routes: [Route] = []) throws(Contradiction) {
        personal = parts.flatMap(\.personal)
        technical = parts.flatMap(\.technical)
        cookies = parts.flatMap(\.cookies)
        storageKeys = parts.flatMap(\.storageKeys)
        letters = parts.flatMap(\.letters)
        outboundHosts = parts.flatMap(\.outboundHosts)
        self.routes = routes
        try Self.once(personal.map { $0.place + ($0.part.map { " (\($0))" } ?? "") } + technical.map(\.place))
        try Self.once(cookies.map(\.name))
        try Self.once(storageKeys.map(\.name))
        try Self.once(letters.map(\.name))
        try Self.once(routes.map { "\($0.method.rawValue) \($0.path)" })
        if let route = routes.first(where: \.purpose.isEmpty) { throw .withoutPurpose(route.path) }
    }

    /// What cannot stand side by side in one registry.
    package enum Contradiction: Error, Equatable, Sendable {
        /// Declared twice: a column, cookie, storage key, letter or route.
        case twice(String)
        case withoutPurpose(String)
    }

    private static func once(_ names: [String]) throws(Contradiction) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw .twice(name) }
    }
}

extension Registry {
    /// The declaration of a column, if it holds something about a person; of several the one for all rows that no other names.
    package func field(_ table: String, _ column: String) -> PersonalField? {
        let found = personal.filter { $0.table == table && $0.column == column }
        return found.first { $0.part == nil } ?? found.first
    }

    /// Where the declarations and the tables that exist differ: empty, or the build is wrong.
    ///
    /// `schemas` are those of the data and of the key store together.
    package func differences(from schemas: [Schema]) -> [Difference] {
        let live = Set(schemas.flatMap { $0.columns.flatMap { table, columns in columns.map { "\(table).\($0)" } } })
        let declared = Set(personal.map(\.place) + technical.map(\.place))
        return live.subtracting(declared).sorted().map(Difference.undeclared) + declared.subtracting(live).sorted().map(Difference.missing)
    }

    package enum Difference: Hashable, Sendable {
        /// A column that nobody declared.
        case undeclared(String)
        /// A declaration of a column that does not exist.
        case missing(String)
    }
}

extension PersonalField {
    /// `table.column`.
    package var place: String { "\(table).\(column)" }
}

extension TechnicalColumn {
    package var place: String { "\(table).\(column)" }
}
