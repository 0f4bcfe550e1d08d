/// One statement in the dialect both engines share. Interpolated values become parameters; there is no way to splice text in by accident.
///
/// **The dialect**: `RETURNING`, `ON CONFLICT`, keyset paging, explicit casts nowhere, no `NOW()`, no autoincrement, no `ILIKE`;
/// upserts qualify the column with its table. `FOR UPDATE` is not in it: the first statement of a transaction that
/// must win a row is an `UPDATE … RETURNING`.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// With a bare `?` for each of `values`, as SQLite takes it; nothing else in a statement contains one.
    let text: String
    package let values: [SQLValue]

    package init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    /// A statement with its parameters numbered, as PostgreSQL takes it.
    static func numbered(_ text: String) -> String {
        var numbered = ""
        numbered.reserveCapacity(text.utf8.count + 64)
        for (index, part) in text.split(separator: "?", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { numbered += "$\(index)" }
            numbered += part
        }
        return numbered
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// `NULL` when there is no value.
        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            text += "?"
            values.append(value?.sqlValue ?? .null)
        }

        /// A parenthesised list for `IN`. An empty list matches nothing.
        package mutating func appendInterpolation(list: some Collection<some SQLConvertible>) {
            guard !list.isEmpty else { return text += "(NULL)" }
            text += "("
            for (index, value) in list.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(value)
            }
            text += ")"
        }

        /// A part of a statement, with its own parameters.
        package mutating func appendInterpolation(part: SQL) {
            text += part.text
            values += part.values
        }

        /// Rows for `VALUES`. There must be at least one.
        package mutating func appendInterpolation(rows: [[SQLValue]]) {
            precondition(!rows.isEmpty, "VALUES needs a row")
            for (index, row) in rows.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(list: row)
            }
        }

        /// Text written in this source code: a column or table name. `StaticString`, so that input cannot get here.
        package mutating func appendInterpolation(name: StaticString) {
            text += name.description
        }
    }
}
