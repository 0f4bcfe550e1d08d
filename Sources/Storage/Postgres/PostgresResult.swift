import CPostgres

/// The rows of an answer of libpq, read from their binary form.
struct PostgresResult {
    private let result: OpaquePointer

    /// `result` stays the caller's to clear.
    init(_ result: OpaquePointer) {
        self.result = result
    }

    func rows() throws(StorageError) -> [Row] {
        let width = PQnfields(result)
        let names = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        let types = (0..<width).map { PQftype(result, $0) }
        let columns = Row.Columns(names)
        var rows: [Row] = []
        rows.reserveCapacity(Int(PQntuples(result)))
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(width))
            for column in 0..<width {
                guard let value = value(row, column, type: types[Int(column)]) else { throw .unexpectedValue(column: names[Int(column)]) }
                values.append(value)
            }
            rows.append(Row(columns: columns, values: values))
        }
        return rows
    }

    /// Nil for a type outside the dialect.
    private func value(_ row: Int32, _ column: Int32, type: UInt32) -> SQLValue? {
        guard PQgetisnull(result, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        switch type {
        case PostgresParameters.OID.int8: return .integer(Int64(bitPattern: Self.bits(bytes)))
        case PostgresParameters.OID.int4: return .integer(Int64(Int32(truncatingIfNeeded: Self.bits(bytes))))
        case PostgresParameters.OID.int2: return .integer(Int64(Int16(truncatingIfNeeded: Self.bits(bytes))))
        case PostgresParameters.OID.bool, PostgresParameters.OID.oid: return .integer(Int64(Self.bits(bytes)))
        case PostgresParameters.OID.float8: return .real(Double(bitPattern: Self.bits(bytes)))
        case PostgresParameters.OID.float4: return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: Self.bits(bytes)))))
        case PostgresParameters.OID.bytea: return .blob(Array(bytes))
        case PostgresParameters.OID.text, PostgresParameters.OID.varchar, PostgresParameters.OID.name, PostgresParameters.OID.unknown,
            PostgresParameters.OID.character:
            return .text(String(decoding: bytes, as: UTF8.self))
        case PostgresParameters.OID.numeric: return Self.numeric(bytes)
        default: return nil
        }
    }

    /// A number of up to 8 bytes, most significant first.
    private static func bits(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `SUM` over whole numbers answers `numeric` where SQLite answers an integer: digits in base 10,000 with the weight of the
    /// first, a sign and a scale (numeric_send). Whole numbers become integers, everything else a real.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> SQLValue? {
        guard bytes.count >= 8 else { return nil }
        let words = stride(from: 0, to: bytes.count - 1, by: 2).map { Int(Int16(truncatingIfNeeded: bits(bytes[$0..<$0 + 2]))) }
        let weight = words[1]
        let digits = words.dropFirst(4)
        guard words[2] == 0 || words[2] == 0x4000, digits.count == words[0] else { return nil }
        let isNegative = words[2] == 0x4000
        guard words[3] == 0, digits.count <= weight + 1 || digits.isEmpty else {
            var value = 0.0
            var unit = 1.0
            for _ in 0..<abs(weight) { unit = weight > 0 ? unit * 10_000 : unit / 10_000 }
            for digit in digits {
                value += Double(digit) * unit
                unit /= 10_000
            }
            return .real(isNegative ? -value : value)
        }
        var value: Int64 = 0
        for place in 0..<max(weight + 1, 0) {
            let digit = place < digits.count ? Int64(digits[digits.startIndex + place]) : 0
            let (shifted, tooBig) = value.multipliedReportingOverflow(by: 10_000)
            let (sum, overflow) = shifted.addingReportingOverflow(digit)
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        return .integer(isNegative ? -value : value)
    }
}
