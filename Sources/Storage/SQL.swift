/// One statement in the dialect both engines share. Interpolated values become parameters; there is no way to splice text in by accident.
///
/// **The dialect**: `RETURNING`, `ON CONFLICT`, keyset paging, explicit casts nowhere, no `NOW()`, no autoincrement, no `ILIKE`;
/// upserts qualify the column with its table. `FOR UPDATE` is not in it: the first statement of a transaction that
/// must win a row is an `UPDATE … RETURNING`.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// Text between the parameters: always one more than there are `values`.
    let fragments: [String]
    package let values: [SQLValue]

    package init(stringLiteral text: String) {
        fragments = [text]
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        fragments = stringInterpolation.fragments + [stringInterpolation.tail]
        values = stringInterpolation.values
    }

    /// The statement with parameters written the engine's way: `?1` or `$1`.
    func text(marker: Character) -> String {
        guard !values.isEmpty else { return fragments[0] }
        var text = fragments[0]
        for (index, fragment) in fragments.dropFirst().enumerated() {
            text.append(marker)
            text += String(index + 1)
            text += fragment
        }
        return text
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var fragments: [String] = []
        var values: [SQLValue] = []
        var tail = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            fragments.reserveCapacity(interpolationCount + 1)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            tail += literal
        }

        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            fragments.append(tail)
            tail = ""
            values.append(value.sqlValue)
        }

        /// `NULL` when there is no value.
        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            fragments.append(tail)
            tail = ""
            values.append(value?.sqlValue ?? .null)
        }

        /// A parenthesised list for `IN`. An empty list matches nothing.
        package mutating func appendInterpolation(list: some Collection<some SQLConvertible>) {
            guard !list.isEmpty else { return tail += "(NULL)" }
            tail += "("
            for (index, value) in list.enumerated() {
                if index > 0 { tail += ", " }
                appendInterpolation(value)
            }
            tail += ")"
        }

        /// A part of a statement, with its own parameters.
        package mutating func appendInterpolation(part: SQL) {
            for (fragment, value) in zip(part.fragments, part.values) {
                tail += fragment
                fragments.append(tail)
                tail = ""
                values.append(value)
            }
            tail += part.fragments.last ?? ""
        }

        /// Rows for `VALUES`. There must be at least one.
        package mutating func appendInterpolation(rows: [[SQLValue]]) {
            precondition(!rows.isEmpty, "VALUES needs a row")
            for (index, row) in rows.enumerated() {
                if index > 0 { tail += ", " }
                appendInterpolation(list: row)
            }
        }

        /// Text written in this source code: a column or table name. `StaticString`, so that input cannot get here.
        package mutating func appendInterpolation(name: StaticString) {
            tail += name.description
        }
    }
}
