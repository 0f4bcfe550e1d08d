/// Groups of digits with one or two separators between them, as people type long numbers.
struct DigitRun {
    let groups: [Range<Int>]
    /// Whether a plus sign stands before it, as before a telephone number.
    let hasPlus: Bool

    var lengths: [Int] { groups.map(\.count) }
    var count: Int { groups.reduce(0) { $0 + $1.count } }
}

extension SensitiveText {
    var digitRuns: [DigitRun] {
        var runs: [DigitRun] = []
        var index = 0
        while index < units.count {
            guard isDigit(at: index) else {
                index += 1
                continue
            }
            let hasPlus = index > 0 && units[index - 1] == 0x2B
            var groups: [Range<Int>] = []
            var next = index
            while isDigit(at: next) {
                let start = next
                while isDigit(at: next) { next += 1 }
                groups.append(start..<next)
                let end = next
                while next < units.count, next - end < 2, Self.isSeparator(units[next]) { next += 1 }
            }
            runs.append(DigitRun(groups: groups, hasPlus: hasPlus))
            index = (groups.last?.upperBound ?? index) + 1
        }
        return runs
    }

    func digits(in groups: some Sequence<Range<Int>>) -> [Int] {
        groups.flatMap { range in units[range].map { Int($0) - 0x30 } }
    }

    // MARK: - Payment cards

    func cards(in runs: [DigitRun]) -> [Finding] {
        var found: [Finding] = []
        for run in runs where !(run.hasPlus && run.count <= 15) {
            var first = 0
            var isAfterGroup = false
            while first < run.groups.count {
                if let last = card(in: run, from: first, isAfterGroup: isAfterGroup) {
                    found.append(.init(kind: .card, range: run.groups[first].lowerBound..<run.groups[last].upperBound))
                    first = last + 1
                    isAfterGroup = false
                } else {
                    isAfterGroup = run.groups[first].count == 4
                    first += 1
                }
            }
        }
        return found + announcedDigits(.cardCode, lengths: 3...4, kind: .card, gap: 12)
    }

    /// The last group of the longest card number that begins with this group.
    private func card(in run: DigitRun, from first: Int, isAfterGroup: Bool) -> Int? {
        var best: Int?
        var digits: [Int] = []
        for last in first..<run.groups.count {
            digits += self.digits(in: [run.groups[last]])
            guard digits.count <= 19 else { break }
            let lengths = run.groups[first...last].map(\.count)
            let isWhole = first == 0 && last == run.groups.count - 1 && (lengths.count == 1 || lengths.allSatisfy { $0 <= 6 })
            // A part of a longer number, such as one of a parcel, is a card only when it is grouped as cards are.
            guard isWhole || lengths.count == 1 || Self.isCardGrouping(lengths) && !isAfterGroup else { continue }
            if Self.isCard(digits) { best = last }
        }
        return best
    }

    private static func isCardGrouping(_ lengths: [Int]) -> Bool {
        lengths == [4, 6, 5] || lengths == [4, 6, 4]
            || lengths.count >= 4 && lengths.dropLast().allSatisfy { $0 == 4 } && lengths.last ?? 9 <= 4
    }

    static func isCard(_ digits: [Int]) -> Bool {
        guard (13...19).contains(digits.count) else { return false }
        let prefix = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        guard cardLengths(of: prefix).contains(digits.count), luhn(digits) else { return false }
        // Thirteen digits are on hardly any card, but on every product: those have a check digit of their own.
        return digits.count != 13 || !isArticle(digits)
    }

    /// By the first four digits (ISO/IEC 7812): how many digits cards of this kind have.
    private static func cardLengths(of prefix: Int) -> Set<Int> {
        let long: Set = [16, 17, 18, 19]
        switch prefix {
        case 4000...4999: return [13, 16, 19]
        case 3400...3499, 3700...3799: return [15]
        case 2221...2720, 5100...5599, 6521...6522, 9792, 5060...5089, 8100...8299: return [16]
        case 3000...3059, 3090...3099, 3600...3699, 3800...3999: return [14, 16]
        case 2200...2204, 3528...3589, 6011, 6200...6299, 6440...6599: return long
        case 5018, 5020, 5038, 5893, 6304, 6759, 6761...6763: return long.union([13, 14, 15])
        default: return []
        }
    }

    static func luhn(_ digits: [Int]) -> Bool {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            sum += index % 2 == 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
        }
        return sum % 10 == 0
    }

    private static func isArticle(_ digits: [Int]) -> Bool {
        digits.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) } % 10 == 0
    }

    // MARK: - Account numbers

    /// Lengths of IBANs by country (ISO 13616 registry).
    static let accountLengths: [String: Int] = {
        let text =
            "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22dj27dk18do28ee20eg29es24fi18fk18fo18fr27gb22ge22gi23gl18gr27gt28hn28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mn20mr27mt31mu30ni28nl18no15om23pk24pl28ps29pt25qa29ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23st25sv28tl23tn24tr26ua29va22vg24xk20ye30"
        var lengths: [String: Int] = [:]
        var rest = text[...]
        while let country = Optional(rest.prefix(2)), !country.isEmpty {
            lengths[String(country)] = Int(rest.dropFirst(2).prefix(2))
            rest = rest.dropFirst(4)
        }
        return lengths
    }()

    var accountNumbers: [Finding] {
        units.indices.compactMap { index in
            guard index + 4 < units.count, Self.isLetter(units[index]), Self.isLetter(units[index + 1]),
                let country = String(validating: units[index...index + 1].map { UInt8($0) }, as: UTF8.self),
                let length = Self.accountLengths[country], let (found, range) = word(of: length, at: index, separators: [0x20, 0x2D]),
                // Two check digits follow the country (ISO 13616): without them
                // one in 97 sentences that begins like one would be taken for it.
                Self.isDigit(found[2]), Self.isDigit(found[3]), Self.remainder97(found) == 1
            else { return nil }
            return .init(kind: .iban, range: range)
        }
    }

    /// ISO 7064 MOD 97-10 with the first four at the end.
    private static func remainder97(_ found: [UInt32]) -> Int {
        (found.dropFirst(4) + found.prefix(4)).reduce(0) { sum, unit in
            isDigit(unit) ? (sum * 10 + Int(unit) - 0x30) % 97 : (sum * 100 + Int(unit) - 0x57) % 97
        }
    }

    /// Exactly `length` letters and digits from `index`, with single separators between them and neither letter nor digit around.
    func word(of length: Int, at index: Int, separators: Set<UInt32>) -> (units: [UInt32], range: Range<Int>)? {
        guard isWord(at: index), !isWord(at: index - 1) else { return nil }
        var found: [UInt32] = []
        var next = index
        while found.count < length {
            if isWord(at: next) {
                found.append(units[next])
                next += 1
            } else if units.indices.contains(next), separators.contains(units[next]), isWord(at: next + 1) {
                next += 1
            } else {
                return nil
            }
        }
        return isWord(at: next) ? nil : (found, index..<next)
    }
}
