import Conversations
import Desk
import Storage
import Vocabulary

/// One conversation as it will have been: drawn, not yet sealed.
struct PastTalk: Sendable {
    struct Line: Sendable {
        let at: Timestamp
        let isVisitors: Bool
        let text: String
    }

    let number: Int
    let visitor: PersonID
    let id: ConversationID
    let desk: Int
    let agent: PersonID?
    let state: Enquiry.State
    let name: String
    let subject: String?
    let began: Timestamp
    let taken: Timestamp?
    let lines: [Line]
    let tag: String?
    let wrapUp: ID<PastPlace>?
    let stars: Int?

    init(_ number: Int, at began: Timestamp, state: Enquiry.State, length: Int, place: PastPlace, chance: inout PastChance) {
        self.number = number
        self.began = began
        self.state = state
        visitor = .init(at: began, using: &chance)
        id = .init(at: began, using: &chance)
        desk = Int.random(in: place.desks.indices, using: &chance)
        // Some go before anybody takes them.
        let isTaken = state == .closed ? Int.random(in: 0..<20, using: &chance) > 0 : state != .waiting
        agent = isTaken ? place.desks[desk].agents.randomElement(using: &chance) : nil
        taken = isTaken ? began + .seconds(Int.random(in: 2..<90, using: &chance)) : nil
        name = PastWords.names.randomElement(using: &chance) ?? ""
        subject = Int.random(in: 0..<10, using: &chance) == 0 ? "customer-\(Int.random(in: 0..<50_000, using: &chance))" : nil
        let isClosed = state == .closed
        tag = isClosed && Int.random(in: 0..<3, using: &chance) == 0 ? PastWords.tags.randomElement(using: &chance) : nil
        wrapUp = isClosed && isTaken ? place.wrapUps.randomElement(using: &chance) : nil
        stars = isClosed && isTaken && Int.random(in: 0..<5, using: &chance) == 0 ? Int.random(in: 3...5, using: &chance) : nil
        var at = began
        var lines: [Line] = []
        // As long as the average on average: the ones that nobody took are short, and hardly any.
        for place in 0..<(isTaken ? Int.random(in: 2...(2 * length - 2), using: &chance) : 1) {
            if place > 0 { at = max(at, taken ?? at) + .seconds(Int.random(in: 5..<90, using: &chance)) }
            let text = PastWords.line(using: &chance)
            lines.append(Line(at: at, isVisitors: place == 0 || place > 1 && Bool.random(using: &chance), text: text))
        }
        self.lines = lines
    }

    var last: Timestamp { lines.last?.at ?? began }
    var ended: Timestamp? { state == .closed ? last + .minutes(1) : nil }
    var answered: Timestamp? { lines.first { !$0.isVisitors }?.at }
}

/// Chance that repeats itself: SplitMix64 (Steele, Lea, Flood 2014).
struct PastChance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension PastWords {
    /// A message that can be searched.
    struct Indexed: Sendable {
        let number: Int64
        let conversation: ConversationID
        let sequence: Int
        let at: Timestamp
        let tokens: [Int64]

        var row: [SQLValue] {
            let packed = tokens.flatMap { token in withUnsafeBytes(of: token.bigEndian, Array.init) }
            return [number.sqlValue, conversation.sqlValue, sequence.sqlValue, at.sqlValue, packed.sqlValue]
        }
    }
}

/// What people say: a few words often, thousands seldom, as in every language (Zipf's law).
enum PastWords {
    static let names = ["Cleo", "Marisol", "Жанна", "Tom Bell", "Olu", "Nadia", "Jonas", "Amélie", "Yusuf", "Ingrid", "ليلى", "Pedro"]
    static let tags = [
        "delivery", "invoice", "return", "voucher", "address", "stock", "damaged", "gift", "account", "event", "press", "other",
    ]
    static let wrapUps = ["Solved", "Sent on", "No answer", "Will call back", "Wrong shop", "Complaint"]

    private static let frequent = [
        "the", "order", "please", "you", "and", "parcel", "can", "for", "with", "not", "thank", "have", "address", "book", "delivery",
        "when",
        "number", "today", "invoice", "send", "we", "your", "it", "is", "voucher", "would", "like", "to", "change", "again",
    ]

    /// `frequent`, then 20,000 words made of syllables: the rarest stands in one message of some seven thousand.
    static let all: [String] = {
        let (first, second) = (Array("bdfgklmnprstvz"), Array("aeiou"))
        return frequent
            + (0..<20_000).map { number in
                var chance = PastChance(UInt64(1_000_000 + number))
                return (0..<Int.random(in: 2...4, using: &chance)).map { _ in
                    "\(first.randomElement(using: &chance) ?? "b")\(second.randomElement(using: &chance) ?? "a")"
                }.joined() + "\(first[number % first.count])"
            }
    }()

    /// Twelve words on average.
    static func line(using chance: inout PastChance) -> String {
        (0..<Int.random(in: 4...20, using: &chance)).map { _ in
            // The power makes the first ones frequent.
            let share = Double.random(in: 0..<1, using: &chance)
            return all[Int(share * share * share * share * Double(all.count))]
        }.joined(separator: " ")
    }
}
