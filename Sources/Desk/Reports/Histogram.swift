import Storage

/// How many of something fell between which times: **all parts in one row**, so that a report reads one where it would read seventeen.
struct Histogram: Sendable, Equatable {
    /// As many as there are columns.
    static let size = 17

    private(set) var parts: [Int] = []

    init() {}

    init(_ parts: [Int]) { self.parts = parts }

    /// As the database sums it up: numbers with spaces between them.
    init(_ text: String) {
        parts.reserveCapacity(Self.size)
        var number = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: " ") {
                parts.append(number)
                number = 0
            } else {
                number = number * 10 + Int(byte) - 48
            }
        }
        parts.append(number)
    }

    subscript(part: Int) -> Int { part < parts.count ? parts[part] : 0 }

    mutating func add(_ number: Int, at part: Int) {
        while parts.count <= part { parts.append(0) }
        parts[part] += number
    }

    mutating func add(_ other: Self) {
        guard !parts.isEmpty else { return parts = other.parts }
        for (part, number) in other.parts.enumerated() where number != 0 { add(number, at: part) }
    }
}

/// The seventeen columns, where a statement names them all.
extension Histogram {
    static let columns: StaticString = """
        b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16
        """
    /// Of a row with `number` and `place`, what goes where.
    static let places: StaticString = """
        CASE place WHEN 0 THEN number ELSE 0 END, CASE place WHEN 1 THEN number ELSE 0 END,
        CASE place WHEN 2 THEN number ELSE 0 END, CASE place WHEN 3 THEN number ELSE 0 END,
        CASE place WHEN 4 THEN number ELSE 0 END, CASE place WHEN 5 THEN number ELSE 0 END,
        CASE place WHEN 6 THEN number ELSE 0 END, CASE place WHEN 7 THEN number ELSE 0 END,
        CASE place WHEN 8 THEN number ELSE 0 END, CASE place WHEN 9 THEN number ELSE 0 END,
        CASE place WHEN 10 THEN number ELSE 0 END, CASE place WHEN 11 THEN number ELSE 0 END,
        CASE place WHEN 12 THEN number ELSE 0 END, CASE place WHEN 13 THEN number ELSE 0 END,
        CASE place WHEN 14 THEN number ELSE 0 END, CASE place WHEN 15 THEN number ELSE 0 END,
        CASE place WHEN 16 THEN number ELSE 0 END
        """
    static let sums: StaticString = """
        SUM(b0), SUM(b1), SUM(b2), SUM(b3), SUM(b4), SUM(b5), SUM(b6), SUM(b7), SUM(b8), SUM(b9), SUM(b10), SUM(b11),
        SUM(b12), SUM(b13), SUM(b14), SUM(b15), SUM(b16)
        """
    /// The sums as one text, which is taken apart faster than so many columns.
    static let text: StaticString = """
        SUM(b0) || ' ' || SUM(b1) || ' ' || SUM(b2) || ' ' || SUM(b3) || ' ' || SUM(b4) || ' ' || SUM(b5) || ' ' ||
        SUM(b6) || ' ' || SUM(b7) || ' ' || SUM(b8) || ' ' || SUM(b9) || ' ' || SUM(b10) || ' ' || SUM(b11) || ' ' ||
        SUM(b12) || ' ' || SUM(b13) || ' ' || SUM(b14) || ' ' || SUM(b15) || ' ' || SUM(b16)
        """
    static let grown: StaticString = """
        b0 = report_figures.b0 + excluded.b0, b1 = report_figures.b1 + excluded.b1,
        b2 = report_figures.b2 + excluded.b2, b3 = report_figures.b3 + excluded.b3,
        b4 = report_figures.b4 + excluded.b4, b5 = report_figures.b5 + excluded.b5,
        b6 = report_figures.b6 + excluded.b6, b7 = report_figures.b7 + excluded.b7,
        b8 = report_figures.b8 + excluded.b8, b9 = report_figures.b9 + excluded.b9,
        b10 = report_figures.b10 + excluded.b10, b11 = report_figures.b11 + excluded.b11,
        b12 = report_figures.b12 + excluded.b12, b13 = report_figures.b13 + excluded.b13,
        b14 = report_figures.b14 + excluded.b14, b15 = report_figures.b15 + excluded.b15,
        b16 = report_figures.b16 + excluded.b16
        """
    static let grownOfAgent: StaticString = """
        b0 = report_agent_figures.b0 + excluded.b0, b1 = report_agent_figures.b1 + excluded.b1,
        b2 = report_agent_figures.b2 + excluded.b2, b3 = report_agent_figures.b3 + excluded.b3,
        b4 = report_agent_figures.b4 + excluded.b4, b5 = report_agent_figures.b5 + excluded.b5,
        b6 = report_agent_figures.b6 + excluded.b6, b7 = report_agent_figures.b7 + excluded.b7,
        b8 = report_agent_figures.b8 + excluded.b8, b9 = report_agent_figures.b9 + excluded.b9,
        b10 = report_agent_figures.b10 + excluded.b10, b11 = report_agent_figures.b11 + excluded.b11,
        b12 = report_agent_figures.b12 + excluded.b12, b13 = report_agent_figures.b13 + excluded.b13,
        b14 = report_agent_figures.b14 + excluded.b14, b15 = report_agent_figures.b15 + excluded.b15,
        b16 = report_agent_figures.b16 + excluded.b16
        """
}
