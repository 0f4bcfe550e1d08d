/// Words that announce something, plain as `SensitiveText` makes them.
enum SensitiveWords {
    enum Topic: Hashable, CaseIterable {
        case birth, password, pin, cardCode, socialSecurity, citizenService, pensionInsurance

        var words: [String] {
            switch self {
            case .birth:
                [
                    "born", "date of birth", "dob", "d.o.b", "birth date", "birthdate", "ne le", "nee le", "date de naissance", "geboren",
                    "geburtsdatum", "nacido", "nacida", "fecha de nacimiento", "nato il", "nata il", "data di nascita", "geboortedatum",
                    "родился", "родилась", "дата рождения", "дату рождения", "تاريخ الميلاد", "تاريخ ميلادي", "مواليد", "ولدت",
                ]
            case .password:
                [
                    "password", "passwd", "passcode", "passphrase", "pwd", "mot de passe", "mdp", "passwort", "kennwort", "contrasena",
                    "wachtwoord", "senha", "пароль", "كلمة المرور", "كلمة السر", "كلمه المرور", "كلمه السر",
                ]
            case .pin: ["pin", "code pin", "пин", "пин-код", "الرقم السري"]
            case .cardCode: ["cvv", "cvv2", "cvc", "cvc2", "cryptogramme"]
            case .socialSecurity: ["ssn", "social security"]
            case .citizenService: ["bsn", "burgerservicenummer", "sofinummer", "sofi-nummer"]
            case .pensionInsurance: ["снилс", "snils"]
            }
        }
    }

    /// By the first unit of a word.
    private static let table: [UInt32: [(topic: Topic, word: [UInt32])]] = {
        let all = Topic.allCases.flatMap { topic in topic.words.map { (topic, $0.unicodeScalars.map(\.value)) } }
        return Dictionary(grouping: all) { $0.1[0] }
    }()

    /// Where words of each topic end.
    static func announced(in units: [UInt32]) -> [Topic: [Int]] {
        var ends: [Topic: [Int]] = [:]
        for index in units.indices {
            guard let words = table[units[index]], index == 0 || !isSpelled(units[index - 1]) || !isSpelled(units[index]) else { continue }
            for (topic, word) in words where units[index...].starts(with: word) {
                let end = index + word.count
                guard end == units.count || !isSpelled(units[end]) || !isSpelled(units[end - 1]) else { continue }
                ends[topic, default: []].append(end)
            }
        }
        return ends
    }

    /// Letters of scripts that do not write little words onto the next one, as Arabic does.
    private static func isSpelled(_ unit: UInt32) -> Bool {
        SensitiveText.isLetter(unit) || SensitiveText.isDigit(unit) || (0x400...0x52F).contains(unit)
    }
}

extension SensitiveText {
    // MARK: - Birth dates

    var birthDates: [Finding] {
        (announced[.birth] ?? []).compactMap { end in
            guard let start = firstDigit(after: end, gap: 24), let range = date(at: start) else { return nil }
            return .init(kind: .birthDate, range: range)
        }
    }

    private func firstDigit(after end: Int, gap: Int) -> Int? {
        var index = end
        while index < units.count, index - end <= gap, units[index] != 0x0A {
            if isDigit(at: index) { return index }
            index += 1
        }
        return nil
    }

    /// A date in digits, or with its month in letters.
    private func date(at start: Int) -> Range<Int>? {
        var groups: [Range<Int>] = []
        var isLettered = false
        var next = start
        while groups.count < 3, isDigit(at: next) {
            let first = next
            while isDigit(at: next) { next += 1 }
            groups.append(first..<next)
            let end = next
            var hasLetters = false
            while next < units.count, next - end < 16, units[next] != 0x0A, !isDigit(at: next) {
                if !Self.isSeparator(units[next]) && units[next] != 0x2C && units[next] != 0x2F { hasLetters = true }
                next += 1
            }
            // Letters stand between day and year alone.
            if groups.count == 1 { isLettered = hasLetters } else if hasLetters { break }
        }
        let lengths = groups.map(\.count)
        func isYear(_ group: Int) -> Bool {
            let year = digits(in: [groups[group]]).reduce(0) { $0 * 10 + $1 }
            return lengths[group] == 4 && (1900...2029).contains(year)
        }
        if lengths[0] == 8 { return groups[0] }
        if lengths.count >= 2, lengths[0] <= 2, isYear(1) { return start..<groups[1].upperBound }
        guard lengths.count == 3, !isLettered, lengths[1] <= 2 else { return nil }
        let isDayFirst = lengths[0] <= 2 && (lengths[2] == 2 || isYear(2))
        return isDayFirst || isYear(0) && lengths[2] <= 2 ? start..<groups[2].upperBound : nil
    }

    // MARK: - Passwords

    var passwords: [Finding] {
        (announced[.password] ?? []).compactMap { password(after: $0) } + announcedDigits(.pin, lengths: 4...5, kind: .password, gap: 6)
    }

    private static let connectors: [[UInt32]] = ["is", "est", "ist", "es", "это", "هي", "هو"].map { $0.unicodeScalars.map(\.value) }

    private func password(after end: Int) -> Finding? {
        var index = skipSpaces(from: end)
        let isStrong = index < units.count && (units[index] == 0x3A || units[index] == 0x3D)
        if isStrong {
            index += 1
        } else if let word = Self.connectors.first(where: { units[index...].starts(with: $0) && isSpace(at: index + $0.count) }) {
            index += word.count
        }
        index = skipSpaces(from: index)
        var next = index
        while next < units.count, !isSpace(at: next) { next += 1 }
        let token = units[index..<next]
        let isWritten = token.contains { Self.isDigit($0) || Self.isLetter($0) || $0 >= 0xC0 && $0 != Self.dot }
        guard index > end, token.count >= 4, isWritten, isStrong || token.contains(where: Self.isDigit) else { return nil }
        return .init(kind: .password, range: index..<next)
    }

    private func isSpace(at index: Int) -> Bool { units.indices.contains(index) && (units[index] == 0x20 || units[index] == 0x0A) }

    private func skipSpaces(from index: Int) -> Int {
        var index = index
        while index < units.count, units[index] == 0x20 { index += 1 }
        return index
    }

    /// Digits by themselves soon after one of the topic's words.
    func announcedDigits(_ topic: SensitiveWords.Topic, lengths: ClosedRange<Int>, kind: SensitiveData.Kind, gap: Int) -> [Finding] {
        (announced[topic] ?? []).compactMap { end in
            guard let start = firstDigit(after: end, gap: gap) else { return nil }
            var next = start
            while isDigit(at: next) { next += 1 }
            guard lengths.contains(next - start), !isWord(at: next) else { return nil }
            return .init(kind: kind, range: start..<next)
        }
    }
}
