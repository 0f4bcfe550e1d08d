/// Rows of whole numbers for one table: so many that a statement with a parameter for each would cost more than keeping them.
package struct NumberRows: Sendable {
    let table: String
    let columns: [String]
    /// As many for each column.
    let values: [[Int64]]
    let skipsKnown: Bool

    /// - Parameters:
    ///   - columns: names and what goes into them, row for row.
    ///   - skipsKnown: whether rows that are there already are left as they are. Otherwise one of them dooms the transaction, which costs
    ///     PostgreSQL a look less at each row.
    package init(into table: StaticString, _ columns: KeyValuePairs<StaticString, [Int64]>, skipsKnown: Bool) {
        precondition(Set(columns.map(\.value.count)).count == 1, "as many values for each column")
        self.table = table.description
        self.columns = columns.map(\.key.description)
        values = columns.map(\.value)
        self.skipsKnown = skipsKnown
    }

    var count: Int { values[0].count }

    /// The statement up to the values.
    var head: String { "INSERT INTO \(table) (\(columns.joined(separator: ", "))) " }
    var tail: String { skipsKnown ? " ON CONFLICT DO NOTHING" : "" }
}

extension Transaction {
    /// Adds rows of numbers. Whoever writes many that lie near each other sorts them first.
    package func insert(_ rows: NumberRows) throws(StorageError) {
        guard rows.count > 0 else { return }
        try connection.insert(rows)
    }
}
