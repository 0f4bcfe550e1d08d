/// The square of a QR code while it is drawn: which modules are dark, and which belong to the patterns that no data may touch.
struct QRGrid: Sendable {
    private(set) var dark: [[Bool]]
    private var isPattern: [[Bool]]
    private let version: Int
    private var size: Int { dark.count }

    init(version: Int) {
        self.version = version
        let size = version * 4 + 17
        dark = Array(repeating: Array(repeating: false, count: size), count: size)
        isPattern = dark
        drawPatterns()
    }

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        dark[y][x] = isDark
        isPattern[y][x] = true
    }

    // MARK: - Patterns (§6.3)

    private mutating func drawPatterns() {
        for place in 0..<size {
            set(6, place, place % 2 == 0)
            set(place, 6, place % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let places = alignments
        for (row, y) in places.enumerated() {
            for (column, x) in places.enumerated() {
                let isFinder = (row, column) == (0, 0) || (row, column) == (0, places.count - 1) || (row, column) == (places.count - 1, 0)
                if !isFinder { drawAlignment(x, y) }
            }
        }
        drawFormat(mask: 0)
        drawVersion()
    }

    private mutating func drawFinder(_ centreX: Int, _ centreY: Int) {
        for dy in -4...4 {
            for dx in -4...4 where dark.indices.contains(centreX + dx) && dark.indices.contains(centreY + dy) {
                let ring = max(abs(dx), abs(dy))
                set(centreX + dx, centreY + dy, ring != 2 && ring != 4)
            }
        }
    }

    private mutating func drawAlignment(_ centreX: Int, _ centreY: Int) {
        for dy in -2...2 {
            for dx in -2...2 { set(centreX + dx, centreY + dy, max(abs(dx), abs(dy)) != 1) }
        }
    }

    /// Rows and columns of alignment patterns (annex E), evenly spread for versions up to 10.
    private var alignments: [Int] {
        guard version > 1 else { return [] }
        guard version > 6 else { return [6, size - 7] }
        return [6, (6 + size - 7) / 2, size - 7]
    }

    /// Level M and the mask, twice, with their BCH code (§7.9).
    private mutating func drawFormat(mask: Int) {
        let data = 0b00 << 3 | mask
        var remainder = data
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        let bits = (data << 10 | remainder) ^ 0x5412
        func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
        for place in 0...5 { set(8, place, bit(place)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for place in 9..<15 { set(14 - place, 8, bit(place)) }
        for place in 0..<8 { set(size - 1 - place, 8, bit(place)) }
        for place in 8..<15 { set(8, size - 15 + place, bit(place)) }
        set(8, size - 8, true)
    }

    /// From version 7 on, twice, with its BCH code (§7.10).
    private mutating func drawVersion() {
        guard version >= 7 else { return }
        var remainder = version
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25 }
        let bits = version << 12 | remainder
        for place in 0..<18 {
            let (far, near) = (size - 11 + place % 3, place / 3)
            set(far, near, bits >> place & 1 == 1)
            set(near, far, bits >> place & 1 == 1)
        }
    }

    // MARK: - Data (§7.7)

    /// Lays the words in columns of two from the lower right, up and down by turns.
    mutating func draw(_ words: [UInt8]) {
        var place = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                let y = (right + 1) & 2 == 0 ? size - 1 - step : step
                for x in [right, right - 1] where !isPattern[y][x] && place < words.count * 8 {
                    dark[y][x] = words[place / 8] >> (7 - place % 8) & 1 == 1
                    place += 1
                }
            }
            right -= 2
        }
    }

    /// Inverts the data where the mask says so, and notes the mask (§7.8.2).
    mutating func apply(mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isPattern[y][x] && Self.inverts(mask, x, y) { dark[y][x].toggle() }
        }
        drawFormat(mask: mask)
    }

    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    // MARK: - Judging masks (§7.8.3)

    /// How hard it is to read; the mask with the least is taken.
    var penalty: Int {
        let columns = (0..<size).map { x in dark.map { $0[x] } }
        let lines = (dark + columns).reduce(0) { $0 + Self.runs($1) + Self.finders($1) }
        let darkCount = dark.joined().count { $0 }
        let deviation = abs(darkCount * 20 - size * size * 10) / (size * size)
        return lines + squares + deviation * 10
    }

    /// Three for a run of five of one kind, and one for each more.
    private static func runs(_ line: [Bool]) -> Int {
        var (sum, length) = (0, 1)
        for place in line.indices.dropFirst() {
            length = line[place] == line[place - 1] ? length + 1 : 1
            if length == 5 { sum += 3 } else if length > 5 { sum += 1 }
        }
        return sum
    }

    /// Forty for what a reader could take for a finder: its shape, with four light modules before or after.
    private static func finders(_ line: [Bool]) -> Int {
        var (sum, lastEleven) = (0, 0)
        for (place, isDark) in line.enumerated() {
            lastEleven = (lastEleven << 1 | (isDark ? 1 : 0)) & 0b111_1111_1111
            guard place >= 10 else { continue }
            if lastEleven == 0b101_1101_0000 || lastEleven == 0b000_0101_1101 { sum += 40 }
        }
        return sum
    }

    /// Three for each square of four of one kind.
    private var squares: Int {
        var sum = 0
        for y in 1..<size {
            for x in 1..<size where dark[y][x] == dark[y - 1][x] && dark[y][x] == dark[y][x - 1] && dark[y][x] == dark[y - 1][x - 1] {
                sum += 3
            }
        }
        return sum
    }
}
