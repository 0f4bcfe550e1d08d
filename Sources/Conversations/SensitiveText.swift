/// A text made plain for looking into it: digits of every script are digits, full-width letters are letters, accents and what nobody
/// can see are gone. Each unit knows from which scalar it comes.
struct SensitiveText {
    typealias Finding = SensitiveData.Finding

    static let dot: UInt32 = 0x2022
    private static let space: UInt32 = 0x20

    private let scalars: [Unicode.Scalar]
    private let origins: [Int]
    /// Small letters.
    let units: [UInt32]
    /// The ends of the words that announce something, by what they announce.
    let announced: [SensitiveWords.Topic: [Int]]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var origins: [Int] = []
        var units: [UInt32] = []
        for (index, scalar) in scalars.enumerated() {
            guard let unit = Self.plain(scalar.value) else { continue }
            origins.append(index)
            units.append(unit)
        }
        self.origins = origins
        self.units = units
        announced = SensitiveWords.announced(in: units)
    }

    /// Everything that was found, none over another.
    var findings: [Finding] {
        var all: [Finding] = []
        let runs = digitRuns
        for finding in accountNumbers + cards(in: runs) + nationalIDs(in: runs) + birthDates + passwords
        where !all.contains(where: { $0.range.overlaps(finding.range) }) {
            all.append(finding)
        }
        return all
    }

    /// - Parameter keepsTail: whether the last four of a card or account number stay, by which people tell theirs apart.
    func masked(_ findings: [Finding], keepsTail: Bool) -> String {
        var output = scalars.map { String($0) }
        for finding in findings {
            if finding.kind == .password {
                // Not even its length.
                for unit in finding.range { output[origins[unit]] = unit == finding.range.lowerBound ? "••••••" : "" }
                continue
            }
            let hidden = finding.range.filter { Self.isHidden(units[$0], in: finding.kind) }
            let keeps = keepsTail && (finding.kind == .card || finding.kind == .iban) && hidden.count > 8
            for unit in hidden.dropLast(keeps ? 4 : 0) { output[origins[unit]] = "•" }
        }
        return output.joined()
    }

    private static func isHidden(_ unit: UInt32, in kind: SensitiveData.Kind) -> Bool {
        kind == .birthDate ? !isSeparator(unit) && unit != 0x2C && unit != 0x2F : isDigit(unit) || isLetter(unit)
    }

    // MARK: - Units

    static func isDigit(_ unit: UInt32) -> Bool { unit >= 0x30 && unit <= 0x39 }
    static func isLetter(_ unit: UInt32) -> Bool { unit >= 0x61 && unit <= 0x7A }
    /// What people put between groups of digits: space, hyphen, full stop.
    static func isSeparator(_ unit: UInt32) -> Bool { unit == space || unit == 0x2D || unit == 0x2E }

    func isWord(at index: Int) -> Bool {
        units.indices.contains(index) && (Self.isDigit(units[index]) || Self.isLetter(units[index]))
    }

    func isDigit(at index: Int) -> Bool { units.indices.contains(index) && Self.isDigit(units[index]) }

    /// Whether one of the topic's words ends at most `reach` units before `index`.
    func isAnnounced(_ topic: SensitiveWords.Topic, before index: Int, reach: Int = 40) -> Bool {
        announced[topic]?.contains { $0 <= index && index - $0 <= reach } == true
    }

    /// The first of ten digits of scripts whose digits are typed in numbers.
    private static let zeros: [UInt32] = [
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xE50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
    ]
    private static let accents: [UInt32: UInt32] = {
        var accents: [UInt32: UInt32] = [:]
        for (letter, accented) in [("a", "àâäáã"), ("c", "ç"), ("e", "éèêë"), ("i", "îïí"), ("n", "ñ"), ("o", "ôöóõ"), ("u", "ûüùú")] {
            for scalar in accented.unicodeScalars { accents[scalar.value] = letter.unicodeScalars.first?.value }
        }
        accents[0x451] = 0x435  // ё
        return accents
    }()

    /// Nil for what cannot be seen: it must not hide a number from the guard.
    static func plain(_ value: UInt32) -> UInt32? {
        switch value {
        case 0x41...0x5A: return value + 0x20
        case ..<0x80: return value == 0x09 ? space : value
        case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return space
        case 0xAD, 0x300...0x36F, 0x61C, 0x640, 0x64B...0x65F, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F,
            0xFEFF:
            return nil
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: return 0x2D
        case 0xFF01...0xFF5E: return plain(value - 0xFEE0)
        case 0xC0...0xDE where value != 0xD7: return accents[value + 0x20] ?? value + 0x20
        case 0x410...0x42F: return value + 0x20
        case 0x401: return 0x435
        default:
            if let accent = accents[value] { return accent }
            guard let zero = zeros.first(where: { value >= $0 && value < $0 + 10 }) else { return value }
            return 0x30 + value - zero
        }
    }
}
