package import Foundation
package import Vocabulary

/// A value of an export, read leniently: other programs write numbers as text and text as numbers.
package enum ExportValue: Sendable, Equatable, Decodable {
    case none
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([ExportValue])
    case object([String: ExportValue])

    /// JSONDecoder refuses more than 512 levels, so the recursion ends.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let list = try? container.decode([ExportValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: ExportValue].self))
        }
    }

    /// Nil for what is no JSON.
    package init?(json: [UInt8]) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = value
    }

    package subscript(name: String) -> ExportValue {
        guard case .object(let members) = self else { return .none }
        return members[name] ?? .none
    }

    package func has(_ names: String...) -> Bool {
        guard case .object(let members) = self else { return false }
        return names.allSatisfy { members[$0] != nil }
    }

    package var elements: [ExportValue] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// Text that is not empty.
    package var text: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(let number): Int64(exactly: number).map(String.init)
        default: nil
        }
    }

    package var number: Int64? {
        switch self {
        case .number(let number): Int64(exactly: number.rounded(.towardZero))
        case .text(let text): Int64(text)
        default: nil
        }
    }

    package var isTrue: Bool {
        switch self {
        case .flag(let flag): flag
        case .number(let number): number != 0
        case .text(let text): text == "1" || text == "true"
        default: false
        }
    }

    /// An id as such programs make them. Anything else could say something about a person, and ids are printed.
    package var id: String? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain ? text : nil
    }

    /// Seconds or milliseconds since 1970, or ISO 8601, or MongoDB's `{"$date": …}`. Zero means none, as these programs write it.
    package var time: Timestamp? {
        switch self {
        case .object: return self["$date"].time ?? self["$numberLong"].time
        case .text(let text):
            if let number = Double(text) { return ExportValue.number(number).time }
            let exact = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            guard let date = (try? exact.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text)) else { return nil }
            return ExportValue.number((date.timeIntervalSince1970 * 1000).rounded()).time
        case .number(let number):
            // Seconds reach this number in the year 5138, milliseconds reached it in 1973.
            let milliseconds = abs(number) < 100_000_000_000 ? number * 1000 : number
            // Until the year 9999: whatever says another time than this says none.
            guard milliseconds > 0, milliseconds < 253_402_300_800_000 else { return nil }
            return Timestamp(milliseconds: Int64(milliseconds))
        default: return nil
        }
    }
}
