/// Where one record stands in a file of an export.
package struct RecordPlace: Sendable, Equatable {
    package let start: Int
    package let length: Int
}

/// What a splitter found.
package enum SplitRecord: Sendable, Equatable {
    case record(RecordPlace)
    /// A record of more than `RecordSplitter.longest` bytes, which is not read.
    case tooLong(RecordPlace)
    /// From here on the file is not what its name says; the rest is not read.
    case broken(at: Int)
}

/// Finds the records of a file while it passes by in pieces of any size. **It keeps nothing of it**: places only.
package protocol RecordSplitter: Sendable {
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [SplitRecord]
    /// What the end of the file ends.
    mutating func finish() -> [SplitRecord]
}

/// Most bytes of one record: a conversation with all its messages in one piece may be long, but is whole in memory once.
package let longestRecord = 16 * 1024 * 1024

/// Finds the objects of a JSON file: one after another, as JSON lines or pages have them; elements of lists; and elements of the lists
/// in which APIs wrap what they answer, such as `{"data":{"payload":[…]}}`. An object that holds no such list is a record itself.
package struct JSONSplitter: RecordSplitter {
    /// Members whose list holds records.
    private static let lists: Set<String> = [
        "payload", "list", "rooms", "messages", "cannedResponses", "users", "visitors", "contacts", "conversations", "canned_responses",
        "labels", "agents",
    ]
    /// Members that hold what is looked for further down.
    private static let holders: Set<String> = ["data", "payload", "result"]
    /// Longest name of a member that is looked at.
    private static let longestName = 32
    /// Holders in holders.
    private static let deepest = 8

    private enum Level {
        case list
        /// An object in which lists may be; a record from `start` as long as none was found.
        case holder(start: Int?)
    }

    private enum Expects {
        case name, colon, value, comma
    }

    /// Members of records with the same names as the lists, by which a record is known.
    private let insides: Set<String>
    private var position = 0
    private var levels: [Level] = []
    private var expects = Expects.name
    private var name: [UInt8]?
    private var lastName = ""
    private var isInString = false
    private var isEscaped = false
    /// Levels of the value that is passed over, and where it began if it is a record.
    private var depth = 0
    private var recordStart: Int?
    private var isScalar = false
    private var isBroken = false
    private var sawRecordName = false

    /// - Parameter insides: a member of one of these names says that the object is a record, whatever list it holds.
    package init(insides: Set<String> = ["id", "_id"]) {
        self.insides = insides
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [SplitRecord] {
        var found: [SplitRecord] = []
        for byte in bytes where !isBroken {
            take(byte, &found)
            position += 1
        }
        return found
    }

    package mutating func finish() -> [SplitRecord] {
        guard !isBroken, isInString || depth > 0 || !levels.isEmpty else { return [] }
        isBroken = true
        return [.broken(at: position)]
    }

    private mutating func take(_ byte: UInt8, _ found: inout [SplitRecord]) {
        if isInString { return string(byte) }
        if depth > 0 { return nested(byte, &found) }
        if isScalar {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
                isScalar = false
                expects = .comma
            default: return
            }
        }
        between(byte, &found)
    }

    private mutating func string(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if let name {
                lastName = String(decoding: name, as: UTF8.self)
                self.name = nil
                expects = .colon
                if insides.contains(lastName) { sawRecordName = true }
            } else if depth == 0 {
                expects = .comma
            }
            return
        }
        if name != nil, name?.count ?? 0 < Self.longestName { name?.append(byte) }
    }

    /// Passes over a value, which is a record when it has a start.
    private mutating func nested(_ byte: UInt8, _ found: inout [SplitRecord]) {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            guard depth == 0 else { return }
            if let start = recordStart { end(start, &found) }
            recordStart = nil
            expects = .comma
        default: break
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        // Also the three bytes of a byte order mark at the very start.
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || position < 3 && [0xEF, 0xBB, 0xBF].contains(byte)
    }

    private mutating func between(_ byte: UInt8, _ found: inout [SplitRecord]) {
        if isSpace(byte) { return }
        switch levels.last {
        case nil, .list: element(byte, &found)
        case .holder: member(byte, &found)
        }
    }

    /// At the top of the file, or in a list of records.
    private mutating func element(_ byte: UInt8, _ found: inout [SplitRecord]) {
        switch (byte, levels.isEmpty) {
        case (UInt8(ascii: ","), _): return
        case (UInt8(ascii: "["), true): levels.append(.list)
        case (UInt8(ascii: "{"), true): enter(from: position)
        case (UInt8(ascii: "{"), false):
            (depth, recordStart) = (1, position)
        case (UInt8(ascii: "]"), false): leave()
        case (UInt8(ascii: "["), false): depth = 1
        case (UInt8(ascii: "\""), false): isInString = true
        case (UInt8(ascii: "}"), _), (_, true): fail(&found)
        default: isScalar = true
        }
    }

    private mutating func member(_ byte: UInt8, _ found: inout [SplitRecord]) {
        switch (expects, byte) {
        case (.name, UInt8(ascii: "\"")):
            name = []
            isInString = true
        case (.name, UInt8(ascii: "}")), (.comma, UInt8(ascii: "}")):
            if case .holder(let start?)? = levels.last { end(start, &found) }
            leave()
        case (.comma, UInt8(ascii: ",")): expects = .name
        case (.colon, UInt8(ascii: ":")): expects = .value
        case (.value, UInt8(ascii: "[")) where !sawRecordName && Self.lists.contains(lastName) && levels.count < Self.deepest:
            forgetStarts()
            levels.append(.list)
        case (.value, UInt8(ascii: "{")) where !sawRecordName && Self.holders.contains(lastName) && levels.count < Self.deepest:
            forgetStarts()
            enter(from: position)
        case (.value, UInt8(ascii: "[")), (.value, UInt8(ascii: "{")): depth = 1
        case (.value, UInt8(ascii: "\"")): isInString = true
        case (.value, UInt8(ascii: ",")), (.value, UInt8(ascii: "}")), (.value, UInt8(ascii: "]")): fail(&found)
        case (.value, _): isScalar = true
        default: fail(&found)
        }
    }

    private mutating func enter(from start: Int) {
        levels.append(.holder(start: start))
        expects = .name
        sawRecordName = false
    }

    private mutating func leave() {
        levels.removeLast()
        expects = .comma
        sawRecordName = false
    }

    /// What wraps a list is no record.
    private mutating func forgetStarts() {
        for index in levels.indices {
            if case .holder = levels[index] { levels[index] = .holder(start: nil) }
        }
    }

    private func end(_ start: Int, _ found: inout [SplitRecord]) {
        let place = RecordPlace(start: start, length: position + 1 - start)
        found.append(place.length > longestRecord ? .tooLong(place) : .record(place))
    }

    private mutating func fail(_ found: inout [SplitRecord]) {
        isBroken = true
        found.append(.broken(at: position))
    }
}

/// Finds the lines of a CSV file (RFC 4180); a quoted field may hold line ends. The first one names the columns.
package struct CSVSplitter: RecordSplitter {
    private var position = 0
    private var start = 0
    private var isQuoted = false

    package init() {}

    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [SplitRecord] {
        var found: [SplitRecord] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted { end(at: position, &found) }
            position += 1
        }
        return found
    }

    package mutating func finish() -> [SplitRecord] {
        guard !isQuoted else { return [.broken(at: start)] }
        var found: [SplitRecord] = []
        end(at: position, &found)
        return found
    }

    private mutating func end(at end: Int, _ found: inout [SplitRecord]) {
        let place = RecordPlace(start: start, length: end - start)
        start = end + 1
        guard place.length > 0 else { return }
        found.append(place.length > longestRecord ? .tooLong(place) : .record(place))
    }

    /// The fields of one line.
    package static func fields(_ line: some Sequence<UInt8>) -> [String] {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var closed = false
        for byte in line {
            switch byte {
            case UInt8(ascii: "\""):
                // A quote right after the one that closed stands for itself.
                if closed { fields[fields.count - 1].append(byte) }
                closed = isQuoted
                isQuoted.toggle()
                continue
            case UInt8(ascii: ",") where !isQuoted: fields.append([])
            default: fields[fields.count - 1].append(byte)
            }
            closed = false
        }
        if !isQuoted, fields[fields.count - 1].last == 0x0D { fields[fields.count - 1].removeLast() }
        return fields.map { String(decoding: $0, as: UTF8.self) }
    }
}
