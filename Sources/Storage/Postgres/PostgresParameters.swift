/// The values of one statement as libpq takes them: binary, each with the type PostgreSQL is told to expect.
struct PostgresParameters {
    /// Object ids of PostgreSQL's built-in types (pg_type.dat); fixed for ever.
    enum OID {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let character: UInt32 = 18
        static let name: UInt32 = 19
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let text: UInt32 = 25
        static let oid: UInt32 = 26
        static let float4: UInt32 = 700
        static let float8: UInt32 = 701
        static let unknown: UInt32 = 705
        static let varchar: UInt32 = 1043
        static let numeric: UInt32 = 1700
        static let int8Array: UInt32 = 1016
        /// Let the server find out.
        static let unspecified: UInt32 = 0
    }

    let types: [UInt32]
    /// One letter a parameter: statements with the same text but other types are prepared apart.
    let signature: String
    /// Every value, one after the other, ending in one byte that is never read, so that an empty value has an address too.
    private var arena: [UInt8] = []
    /// Where each value lies in `arena`; nil for NULL.
    private var places: [Range<Int>?] = []

    init(_ values: [SQLValue]) {
        types = values.map(Self.type)
        signature = String(values.map(Self.letter))
        places.reserveCapacity(values.count)
        for value in values {
            let start = arena.count
            switch value {
            case .null:
                places.append(nil)
                continue
            case .integer(let value): append(value)
            case .real(let value): append(value.bitPattern)
            case .text(let value): arena.append(contentsOf: value.utf8)
            case .blob(let value): arena.append(contentsOf: value)
            }
            places.append(start..<arena.count)
        }
        arena.append(0)
    }

    /// One list of numbers a parameter (`array_recv` in PostgreSQL's arrayfuncs.c).
    init(lists: [[Int64]]) {
        types = lists.map { _ in OID.int8Array }
        signature = String(repeating: "I", count: lists.count)
        arena.reserveCapacity(lists.reduce(1) { $0 + 20 + 12 * $1.count })
        for list in lists {
            let start = arena.count
            // One dimension, no NULL, of `int8`, so many, counted from one.
            for word in [1, 0, Int32(bitPattern: OID.int8), Int32(list.count), 1] { append(word) }
            for number in list {
                append(Int32(8))
                append(number)
            }
            places.append(start..<arena.count)
        }
        arena.append(0)
    }

    /// Lends the addresses, lengths and formats (1: binary) for one call.
    func withPointers<Result>(
        _ call: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        let lengths = places.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: places.count)
        return arena.withUnsafeBytes { bytes in
            let pointers = places.map { place in
                place.flatMap { bytes.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            return call(pointers, lengths, formats)
        }
    }

    private mutating func append(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.bigEndian) { arena.append(contentsOf: $0) }
    }

    private static func type(of value: SQLValue) -> UInt32 {
        switch value {
        case .null: OID.unspecified
        case .integer: OID.int8
        case .real: OID.float8
        case .text: OID.text
        case .blob: OID.bytea
        }
    }

    private static func letter(of value: SQLValue) -> Character {
        switch value {
        case .null: "n"
        case .integer: "i"
        case .real: "r"
        case .text: "t"
        case .blob: "b"
        }
    }
}
