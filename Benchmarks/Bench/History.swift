import Conversations
import Desk
import Foundation
import Server
import Storage
import Vocabulary
import Web

/// `bench history --conversations=… --messages=… --indexed=… --agents=a,b,… --supervisor=c`: fills the databases that the settings name with
/// two years of a desk, so that what a person waits for can be measured on them.
///
/// Everything is sealed as the server seals it and stands in the server's own tables under its own indexes; what differs is that a thousand
/// conversations are written at a time, in the order of their keys. Says how far it is, and at the end what it made.
struct History: Sendable {
    /// Conversations that are written in one transaction.
    static let batch = 2000
    /// Agents who answer in one queue.
    static let agentsInQueue = 4
    /// Messages whose words go into the search index together.
    static let indexedTogether = 100_000
    /// Conversations that still go on.
    static let open = 400

    let conversations: Int
    /// Messages of one conversation, on average.
    let length: Int
    /// The last so many messages can be searched.
    let indexed: Int
    let agents: [PersonID]
    let supervisor: PersonID

    init(_ words: some Sequence<String>) {
        let values = Dictionary(
            words.compactMap { word -> (String, String)? in
                let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }, uniquingKeysWith: { $1 })
        func number(_ name: String, _ fallback: Int) -> Int { values[name].flatMap { Int($0) } ?? fallback }
        func people(_ name: String) -> [PersonID] { (values[name] ?? "").split(separator: ",").compactMap { PersonID(String($0)) } }
        conversations = max(1, number("conversations", 1_000_000))
        length = max(2, number("messages", 10_000_000) / conversations)
        indexed = number("indexed", 1_000_000)
        agents = people("agents")
        guard let supervisor = people("supervisor").first, !agents.isEmpty else {
            preconditionFailure("a desk has agents and a supervisor")
        }
        self.supervisor = supervisor
    }

    func run() async throws {
        let settings = try await Settings.load()
        let house = try await House.build(settings, isDemo: true, logger: settings.logger)
        let now = SystemClock().now
        let place = try await open(house, at: now)
        let calendar = PastCalendar(until: now, count: conversations)
        let start = ContinuousClock.now
        let writer = PastWriter(house: house, place: place, firstIndexed: conversations - indexed / length)
        var figures = PastFigures(place: place)
        var (begun, written, shown, words) = (0, 0, 0, [PastWords.Indexed]())
        // While one batch is written the next is sealed.
        var next = try await writer.prepare(talks(from: 0, calendar, place))
        while begun < conversations {
            let batch = next
            begun += batch.conversations.count
            let following = Task { [talks = talks(from: begun, calendar, place)] in try await writer.prepare(talks) }
            figures.count(batch.counted)
            let over = figures.take(before: begun < conversations ? calendar.start(of: begun) - .days(2) : nil)
            try await writer.write(batch, over)
            // Many at a time: words lie far apart in the index.
            words += batch.indexed
            if words.count >= Self.indexedTogether || begun == conversations {
                try await writer.index(words)
                words = []
            }
            next = try await following.value
            written += batch.messages
            if begun * 20 / conversations > shown || begun == conversations {
                shown = begun * 20 / conversations
                let seconds = (ContinuousClock.now - start).inMilliseconds / 1000
                print(#"{"conversations": \#(begun), "messages": \#(written), "seconds": \#(seconds)}"#)
                fflush(nil)
            }
        }
        await house.close()
        // Words to look for: frequent ones, and rare ones.
        let (frequent, rare) = (PastWords.all.prefix(30).filter { $0.count > 3 }, PastWords.all.suffix(2000).prefix(30))
        let lists = [("frequent", Array(frequent)), ("rare", Array(rare))].map { name, words in
            "\"\(name)\": [" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        }
        print("{" + lists.joined(separator: ", ") + "}")
    }

    private func talks(from first: Int, _ calendar: PastCalendar, _ place: PastPlace) -> [PastTalk] {
        (first..<min(first + Self.batch, conversations)).map { number in
            var chance = PastChance(UInt64(number))
            let left = conversations - number
            let state: Enquiry.State =
                if left > min(Self.open, conversations / 10) { .closed } else if left % 10 < 3 { .waiting } else if left % 10 < 4 {
                    .snoozed
                } else { .active }
            return PastTalk(number, at: calendar.start(of: number), state: state, length: length, place: place, chance: &chance)
        }
    }

    /// Queues of four agents, each with a site that keeps everything.
    private func open(_ house: House, at now: Timestamp) async throws -> PastPlace {
        let groups = stride(from: 0, to: agents.count, by: Self.agentsInQueue).map {
            Array(agents[$0..<min($0 + Self.agentsInQueue, agents.count)])
        }
        var settings = SupportSite.Settings()
        settings.keepDays = 1000
        let desks = groups.enumerated().map { number, people in
            let queue = Queue(id: .init(at: now), name: "Queue \(number)")
            let site = SupportSite(
                id: .init(at: now), key: SupportSite.newKey(), name: "Shop \(number)", queue: queue.id, settings: settings)
            return PastPlace.Desk(queue: queue, site: site, agents: people)
        }
        let wrapUps = PastWords.wrapUps.map { (ID<PastPlace>(at: now), $0) }
        try await house.stores.data.write { transaction in
            for desk in desks {
                try transaction.add(desk.queue, at: now)
                try transaction.add(desk.site, at: now)
                for person in desk.agents {
                    try transaction.give(.agent, to: person)
                    try transaction.put(Agent(person: person, status: .available, capacity: 8, since: now))
                    try transaction.put(person, into: desk.queue.id)
                }
            }
            try transaction.give(.supervisor, to: supervisor)
            for (id, name) in wrapUps { try transaction.run("INSERT INTO wrap_up (id, name) VALUES (\(id), \(name))") }
        }
        return PastPlace(desks: desks, wrapUps: wrapUps.map(\.0))
    }
}

/// Where everything happened.
struct PastPlace: Sendable {
    struct Desk: Sendable {
        let queue: Queue
        let site: SupportSite
        let agents: [PersonID]
    }

    let desks: [Desk]
    let wrapUps: [ID<PastPlace>]
}

/// When conversations began: over two years, from eight to eight, never on a Sunday.
struct PastCalendar: Sendable {
    private let hours: [Int64]
    private let count: Int
    private let end: Timestamp

    init(until end: Timestamp, count: Int) {
        let last = end.milliseconds / 3_600_000 - 1
        hours = ((last - 730 * 24)...last).filter { (8..<20).contains($0 % 24) && ($0 / 24 + 4) % 7 != 0 }
        self.count = count
        self.end = end
    }

    func start(of number: Int) -> Timestamp {
        let place = Double(number) / Double(count) * Double(hours.count)
        let hour = min(Int(place), hours.count - 1)
        return .init(milliseconds: hours[hour] * 3_600_000 + Int64((place - Double(hour)) * 3_600_000))
    }
}
