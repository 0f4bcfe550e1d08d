/// One row of an answer.
package struct Row: Sendable {
    let columns: Columns
    let values: [SQLValue]

    /// Names shared by all rows of one answer.
    final class Columns: Sendable {
        let names: [String]
        init(_ names: [String]) {
            self.names = names
        }
    }

    /// The value in the named column. Throws `.unexpectedValue` when the column is missing or holds something else.
    package func get<Value: SQLConvertible>(_ column: String, as type: Value.Type = Value.self) throws(StorageError) -> Value {
        guard let index = columns.names.firstIndex(of: column), let value = Value(sqlValue: values[index]) else {
            throw .unexpectedValue(column: column)
        }
        return value
    }

    package subscript<Value: SQLConvertible>(_ column: String) -> Value {
        get throws(StorageError) { try get(column) }
    }

    /// The value in the column at this place, counted from 0.
    package subscript<Value: SQLConvertible>(_ place: Int) -> Value {
        get throws(StorageError) {
            guard values.indices.contains(place), let value = Value(sqlValue: values[place]) else {
                throw .unexpectedValue(column: String(place))
            }
            return value
        }
    }
}
