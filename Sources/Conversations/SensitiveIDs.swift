/// Numbers that states give people. Where chance alone makes many of them, only with a word beside it that says what it is.
extension SensitiveText {
    func nationalIDs(in runs: [DigitRun]) -> [Finding] {
        var ranges: [Range<Int>] = []
        for run in runs where !run.hasPlus {
            guard let first = run.groups.first, let last = run.groups.last, !isWord(at: first.lowerBound - 1), !isWord(at: last.upperBound)
            else { continue }
            let digits = digits(in: run.groups)
            let isOne = run.groups.count == 1
            let found: Bool =
                switch digits.count {
                case 9:
                    (run.lengths == [3, 2, 4] || isOne && isAnnounced(.socialSecurity, before: first.lowerBound))
                        && Self.isSocialSecurity(digits)
                        || isAnnounced(.citizenService, before: first.lowerBound) && Self.isCitizenService(digits)
                case 11:
                    (isOne || run.lengths == [2, 3, 3, 3]) && Self.isTaxID(digits)
                        || (run.lengths == [3, 3, 3, 2] || isOne && isAnnounced(.pensionInsurance, before: first.lowerBound))
                            && Self.isPensionInsurance(digits)
                default: false
                }
            if found { ranges.append(first.lowerBound..<last.upperBound) }
        }
        for index in units.indices where isWord(at: index) && !isWord(at: index - 1) {
            for (length, separators, check) in Self.lettered {
                if let (found, range) = word(of: length, at: index, separators: separators), check(found) { ranges.append(range) }
            }
        }
        return ranges.map { .init(kind: .nationalID, range: $0) }
    }

    private static let lettered: [(length: Int, separators: Set<UInt32>, check: @Sendable ([UInt32]) -> Bool)] = [
        (15, [0x20, 0x2D, 0x2E], isRegistration), (9, [0x20], isNationalInsurance), (9, [0x2D, 0x2E], isIdentity), (16, [], isFiscalCode),
    ]

    /// United States: area, group, serial.
    static func isSocialSecurity(_ digits: [Int]) -> Bool {
        let area = value(digits[0..<3])
        return area > 0 && area != 666 && area < 900 && value(digits[3..<5]) > 0 && value(digits[5..<9]) > 0
    }

    /// Netherlands: the test by eleven.
    static func isCitizenService(_ digits: [Int]) -> Bool {
        let sum = (0..<8).reduce(-digits[8]) { $0 + digits[$1] * (9 - $1) }
        return sum % 11 == 0 && value(digits[...]) > 0
    }

    /// Germany: one digit of the first ten twice or three times, the others once at most; ISO 7064 MOD 11,10.
    static func isTaxID(_ digits: [Int]) -> Bool {
        guard digits[0] != 0 else { return false }
        var counts = [Int](repeating: 0, count: 10)
        for digit in digits.prefix(10) { counts[digit] += 1 }
        guard counts.filter({ $0 > 1 }).count == 1, counts.max() ?? 0 <= 3 else { return false }
        var product = 10
        for digit in digits.prefix(10) {
            let sum = (digit + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (11 - product) % 10 == digits[10]
    }

    /// Russia: weights nine to one, by 101.
    static func isPensionInsurance(_ digits: [Int]) -> Bool {
        let sum = (0..<9).reduce(0) { $0 + digits[$1] * (9 - $1) }
        return sum > 0 && sum % 101 % 100 == value(digits[9..<11])
    }

    /// France: sex, year, month, place, number, and the key by 97. Corsica writes letters.
    private static let isRegistration: @Sendable ([UInt32]) -> Bool = { units in
        var units = units
        var corsica = 0
        if units[5] == 0x32, isLetter(units[6]) {
            guard let less = [0x61: 1_000_000, 0x62: 2_000_000][units[6]] else { return false }
            (units[6], corsica) = (0x30, less)
        }
        // Corsica's 2A counts as 19 and 2B as 18: twenty less one million, less two.
        guard units.allSatisfy(isDigit), units[0] == 0x31 || units[0] == 0x32 else { return false }
        let digits = units.map { Int($0) - 0x30 }
        let month = value(digits[3..<5])
        guard (1...12).contains(month) || (20...42).contains(month) || month >= 50 else { return false }
        return 97 - (value(digits[0..<13]) - corsica) % 97 == value(digits[13..<15])
    }

    /// United Kingdom: two letters, six digits, a letter from A to D.
    private static let isNationalInsurance: @Sendable ([UInt32]) -> Bool = { units in
        guard units[2..<8].allSatisfy(isDigit), (0x61...0x64).contains(units[8]) else { return false }
        guard let prefix = letters(units[0..<2]), let first = prefix.first, let second = prefix.last else { return false }
        return !"dfiquv".contains(first) && !"dfiquvo".contains(second) && !["bg", "gb", "nk", "kn", "tn", "nt", "zz"].contains(prefix)
    }

    /// Spain: the letter is the number's remainder by 23. Foreigners' numbers begin with a letter that counts as 0, 1 or 2.
    private static let isIdentity: @Sendable ([UInt32]) -> Bool = { units in
        var units = units
        if (0x78...0x7A).contains(units[0]) { units[0] -= 0x48 }
        guard units[0..<8].allSatisfy(isDigit), isLetter(units[8]) else { return false }
        return units[8] == Array("trwagmyfpdxbnjzsqvhlcke".unicodeScalars)[value(units[0..<8].map { Int($0) - 0x30 }[...]) % 23].value
    }

    /// Italy. Digits of people whose codes would be the same are written as letters.
    private static let isFiscalCode: @Sendable ([UInt32]) -> Bool = { units in
        let digitPlaces: Set = [6, 7, 9, 10, 12, 13, 14]
        guard units.contains(where: isDigit) else { return false }
        for (index, unit) in units.enumerated() {
            let isRight =
                digitPlaces.contains(index) ? isDigit(unit) || "lmnpqrstuv".unicodeScalars.contains { $0.value == unit } : isLetter(unit)
            guard isRight else { return false }
        }
        guard "abcdehlmprst".unicodeScalars.contains(where: { $0.value == units[8] }) else { return false }
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        let sum = units[0..<15].enumerated().reduce(0) { sum, next in
            let value = Int(next.element) - (isDigit(next.element) ? 0x30 : 0x61)
            return sum + (next.offset % 2 == 0 ? odd[value] : value)
        }
        return Int(units[15]) - 0x61 == sum % 26
    }

    private static func value(_ digits: ArraySlice<Int>) -> Int { digits.reduce(0) { $0 * 10 + $1 } }

    private static func letters(_ units: ArraySlice<UInt32>) -> String? {
        guard units.allSatisfy(isLetter) else { return nil }
        return String(validating: units.map { UInt8($0) }, as: UTF8.self)
    }
}
