import Conversations
import Vocabulary

/// A question that the people of a meeting answer. **It is kept in memory alone, and gone with the meeting.**
///
/// Who chose what is known here while the poll is open, as everybody may change their mind. When a poll without names is closed, that is
/// forgotten: numbers are all that is left.
struct MeetingPoll: Sendable {
    /// How many answers there are to choose from.
    static let choices = 2...8
    /// Most characters (Unicode scalars): a question fits beside the pictures, an answer on a line or two.
    static let (longestQuestion, longestAnswer) = (300, 120)
    /// Most names that are told with an answer, the first of the alphabet: twenty polls go through a live link at once.
    static let mostNames = 30

    private struct Vote {
        /// As the voter was called then; they may have left since.
        let name: String
        let chosen: Set<Int>
    }

    /// Counted in the meeting.
    let number: Int
    let asker: PersonID
    let name: String
    let question: String
    let answers: [String]
    let allowsSeveral: Bool
    let isAnonymous: Bool
    /// When it was closed, counted in the meeting; nil while it is open.
    private(set) var closing: Int?
    private var votes: [PersonID: Vote] = [:]
    /// What is left of votes without names once the poll is closed.
    private var counts: [Int] = []
    private var voters = 0

    /// Nil for a question or answers that cannot be shown: empty, too long, too few, too many, or twice the same.
    init?(_ asking: MeetingAsking, number: Int, by asker: PersonID, called name: String) {
        guard let question = Self.line(asking.question, most: Self.longestQuestion), Self.choices.contains(asking.answers.count) else {
            return nil
        }
        let answers = asking.answers.compactMap { Self.line($0, most: Self.longestAnswer) }
        guard answers.count == asking.answers.count, Set(answers).count == answers.count else { return nil }
        self.number = number
        self.asker = asker
        self.name = name
        self.question = question
        self.answers = answers
        allowsSeveral = asking.allowsSeveral
        isAnonymous = asking.isAnonymous
    }

    var isOpen: Bool { closing == nil }

    /// Takes somebody's answer instead of the one before; none takes it back. False for an answer that is none.
    mutating func answer(_ chosen: [Int], by voter: PersonID, called name: String) -> Bool {
        let chosen = Set(chosen)
        guard chosen.allSatisfy(answers.indices.contains), allowsSeveral || chosen.count <= 1 else { return false }
        votes[voter] = chosen.isEmpty ? nil : Vote(name: name, chosen: chosen)
        return true
    }

    mutating func close(as closing: Int) {
        guard isOpen else { return }
        self.closing = closing
        guard isAnonymous else { return }
        counts = answers.indices.map { choice in votes.values.count { $0.chosen.contains(choice) } }
        voters = votes.count
        votes = [:]
    }

    /// What is somebody's own of what they are shown.
    struct Own: Hashable, Sendable {
        let isOwn: Bool
        let chosen: Set<Int>
    }

    func own(of viewer: PersonID) -> Own { Own(isOwn: viewer == asker, chosen: votes[viewer]?.chosen ?? []) }

    /// What everybody is shown alike.
    struct Results: Sendable {
        let answers: [MeetingPollFace.Answer]
        let voters: Int
    }

    /// Everybody's numbers, and names unless it goes without.
    var results: Results {
        let isForgotten = isAnonymous && !isOpen
        let results = answers.indices.map { choice -> MeetingPollFace.Answer in
            let given = votes.values.filter { $0.chosen.contains(choice) }
            return .init(
                text: answers[choice], count: isForgotten ? counts[choice] : given.count,
                names: isAnonymous ? nil : Array(given.map(\.name).sorted().prefix(Self.mostNames)))
        }
        return Results(answers: results, voters: isForgotten ? voters : votes.count)
    }

    func face(for viewer: PersonID) -> MeetingPollFace { face(own(of: viewer), results) }

    func face(_ own: Own, _ results: Results) -> MeetingPollFace {
        MeetingPollFace(
            number: number, name: name, question: question, answers: results.answers, allowsSeveral: allowsSeveral,
            isAnonymous: isAnonymous, isOpen: isOpen, isOwn: own.isOwn, voters: results.voters, chosen: own.chosen.sorted())
    }

    /// On one line, whatever it was typed with.
    private static func line(_ text: String, most: Int) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard words.unicodeScalars.count <= most else { return nil }
        return Message.tidy(words)
    }
}
