/// The figures of one day, by the quarter of an hour, in few bytes: a report of a year reads one row a day and queue where it would read
/// hundreds.
///
/// One entry after another: `1536 * quarter + 24 * measure + hour`, the quarter being the one of
/// the hour, how many, their sum, a bit for each part of the histogram that is not 0, and these
/// parts; every number as LEB128. Hours and their quarters are those of UTC, so that a
/// report can put days of every time zone together from them.
struct ReportDay {
    /// A count as a row of numbers: how many, their sum, and the parts of the histogram.
    static let width = 2 + Histogram.size

    private var counts: [Int: [Int64]] = [:]

    var isEmpty: Bool { counts.isEmpty }

    /// - Parameter quarter: of the day.
    mutating func add(_ measure: Rollup.Measure, quarter: Int, _ values: [Int64]) {
        add(Self.code(of: measure.code, quarter), values)
    }

    /// What counts by the hour alone, as an older version packed it, stands in the first quarter.
    private static func code(of measure: Int, _ quarter: Int) -> Int { quarter % 4 * part + 24 * measure + quarter / 4 }

    /// Codes of one quarter of every hour: room for 64 measures.
    private static let part = 24 * 64

    private mutating func add(_ place: Int, _ values: some Sequence<Int64>) {
        var sum = counts.removeValue(forKey: place) ?? [Int64](repeating: 0, count: Self.width)
        for (index, value) in values.enumerated() { sum[index] += value }
        counts[place] = sum
    }

    mutating func add(_ bytes: [UInt8]) {
        Self.read(bytes) { quarter, measure, values in add(Self.code(of: measure, quarter), values) }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (place, values) in counts.sorted(by: { $0.key < $1.key }) {
            bytes.append(number: UInt64(place))
            bytes.append(number: UInt64(bitPattern: values[0]))
            bytes.append(number: UInt64(bitPattern: values[1]))
            let parts = values[2...].enumerated().filter { $0.element != 0 }
            bytes.append(number: parts.reduce(0) { $0 | 1 << UInt64($1.offset) })
            for part in parts { bytes.append(number: UInt64(bitPattern: part.element)) }
        }
        return bytes
    }

    /// Hands out what `bytes` holds: the quarter of the day, measure and numbers, which are the reader's only until it returns.
    static func read(_ bytes: [UInt8], _ body: (_ quarter: Int, _ measure: Int, _ values: UnsafeBufferPointer<Int64>) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: width) { values in
                var place = 0
                while place < bytes.count {
                    let code = Int(truncatingIfNeeded: bytes.number(at: &place))
                    values.initialize(repeating: 0)
                    values[0] = Int64(bitPattern: bytes.number(at: &place))
                    values[1] = Int64(bitPattern: bytes.number(at: &place))
                    var parts = bytes.number(at: &place) & (1 << UInt64(Histogram.size) - 1)
                    while parts != 0 {
                        values[2 + parts.trailingZeroBitCount] = Int64(bitPattern: bytes.number(at: &place))
                        parts &= parts - 1
                    }
                    // A measure that another version counted is not shown.
                    let (quarter, rest) = code.quotientAndRemainder(dividingBy: part)
                    guard (0..<4).contains(quarter), rest >= 0, rest / 24 < Rollup.Measure.coded.count else { continue }
                    body(rest % 24 * 4 + quarter, rest / 24, UnsafeBufferPointer(values))
                }
            }
        }
    }
}

/// Days that have a name each, one after another: the length of the name, the name, the length of the day, the day.
struct NamedReportDays {
    private(set) var days: [String: ReportDay] = [:]

    mutating func add(_ measure: Rollup.Measure, quarter: Int, _ values: [Int64], of name: String) {
        days[name, default: ReportDay()].add(measure, quarter: quarter, values)
    }

    mutating func add(_ bytes: [UInt8]) {
        Self.read(bytes) { name, day in days[name, default: ReportDay()].add(day) }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (name, day) in days.sorted(by: { $0.key < $1.key }) {
            for part in [Array(name.utf8), day.bytes] {
                bytes.append(number: UInt64(part.count))
                bytes += part
            }
        }
        return bytes
    }

    static func read(_ bytes: [UInt8], _ body: (_ name: String, _ day: [UInt8]) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var place = 0
            func part() -> ArraySlice<UInt8> {
                let count = Int(truncatingIfNeeded: bytes.number(at: &place))
                let end = min(bytes.count, place + max(0, count))
                defer { place = end }
                return Array(bytes[place..<end])[...]
            }
            while place < bytes.count {
                let name = String(decoding: part(), as: UTF8.self)
                body(name, Array(part()))
            }
        }
    }
}

extension Rollup.Measure {
    /// In the order of their numbers in packed days, which are never given to another.
    static let coded: [Self] = [.arrived, .wait, .inTime, .abandoned, .firstResponse, .resolution, .rating]

    var code: Int {
        switch self {
        case .arrived: 0
        case .wait: 1
        case .inTime: 2
        case .abandoned: 3
        case .firstResponse: 4
        case .resolution: 5
        case .rating: 6
        }
    }
}

/// Sums of many counts side by side, added up without a look into a dictionary each.
struct ReportSums {
    private var sums: [Int64]

    init(_ count: Int) {
        sums = .init(repeating: 0, count: count * Rollup.Measure.coded.count * ReportDay.width)
    }

    mutating func add(_ values: UnsafeBufferPointer<Int64>, of measure: Int, to line: Int) {
        let start = (line * Rollup.Measure.coded.count + measure) * ReportDay.width
        guard line >= 0, start + values.count <= sums.count else { return }
        sums.withUnsafeMutableBufferPointer { sums in
            for index in values.indices { sums[start + index] &+= values[index] }
        }
    }

    subscript(line: Int) -> Figures {
        var figures = Figures()
        for measure in Rollup.Measure.coded {
            let start = (line * Rollup.Measure.coded.count + measure.code) * ReportDay.width
            guard sums[start] != 0 else { continue }
            let parts = sums[(start + 2)..<(start + ReportDay.width)].map { Int($0) }
            figures.add(measure, Figures.Count(number: Int(sums[start]), total: sums[start + 1], histogram: Histogram(parts)))
        }
        return figures
    }
}

extension Dictionary where Value == ReportSums {
    /// The first line of each, where anything was counted at all.
    var counted: [Key: Figures] { compactMapValues { $0[0].counts.isEmpty ? nil : $0[0] } }
}

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        var rest = number
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The number that begins at `place`, which moves behind it. What is cut off reads as 0.
    fileprivate func number(at place: inout Int) -> UInt64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while place < count {
            let byte = self[place]
            place += 1
            if shift < 64 { number |= UInt64(byte & 0x7F) << shift }
            shift += 7
            if byte < 0x80 { return number }
        }
        return 0
    }
}
