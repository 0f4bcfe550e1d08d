import Desk
import Storage
import Vocabulary

/// The reports' roll-ups of what was made up, by the quarter of an hour, as the server counts them while things happen.
struct PastFigures {
    struct Key: Hashable {
        let quarter: Int64
        let desk: Int
        /// Of an agent's figures.
        var agent: PersonID?
        var tag = ""
        let measure: Rollup.Measure
    }

    struct Count {
        var number: Int64 = 0
        var total: Int64 = 0
        var parts = [Int64](repeating: 0, count: Rollup.ends.count + 1)
    }

    /// Something that happened once.
    struct One: Sendable {
        let measure: Rollup.Measure
        let at: Timestamp
        let desk: Int
        var agent: PersonID?
        var tag = ""
        var bucket = 0
        var value: Int64 = 0

        static func time(_ measure: Rollup.Measure, _ time: Duration, at: Timestamp, _ talk: PastTalk, tag: String = "") -> Self {
            let value = max(0, time.inMilliseconds)
            let bucket = Rollup.ends.firstIndex { value < Int64($0) * 1000 } ?? Rollup.ends.count
            return One(
                measure: measure, at: at, desk: talk.desk, agent: tag.isEmpty && measure != .abandoned ? talk.agent : nil, tag: tag,
                bucket: bucket, value: value)
        }
    }

    private let place: PastPlace
    private var counts: [Key: Count] = [:]

    init(place: PastPlace) { self.place = place }

    mutating func count(_ ones: [One]) {
        for one in ones {
            let quarter = Rollup.quarter(of: one.at)
            add(one, to: Key(quarter: quarter, desk: one.desk, tag: one.tag, measure: one.measure))
            if one.agent != nil { add(one, to: Key(quarter: quarter, desk: one.desk, agent: one.agent, measure: one.measure)) }
        }
    }

    private mutating func add(_ one: One, to key: Key) {
        counts[key, default: Count()].number += 1
        counts[key, default: Count()].total += one.value
        counts[key, default: Count()].parts[one.bucket] += 1
    }

    /// Takes out the rows of quarters of an hour to which nothing is added any more, in the order of their keys. Nil: all of them.
    mutating func take(before time: Timestamp?) -> (desk: [[SQLValue]], agents: [[SQLValue]]) {
        let end = time.map(Rollup.quarter) ?? .max
        // Only now and then: looking through them all costs something too.
        guard time == nil || counts.count > 50_000 else { return ([], []) }
        let over = counts.filter { $0.key.quarter < end }
        for key in over.keys { counts[key] = nil }
        var (desk, agents): ([[SQLValue]], [[SQLValue]]) = ([], [])
        for (key, count) in over.sorted(by: { $0.key.quarter < $1.key.quarter }) {
            let head: [SQLValue] = [key.quarter.sqlValue, place.desks[key.desk].queue.id.sqlValue, key.agent?.sqlValue ?? key.tag.sqlValue]
            let tail = [key.measure.sqlValue, 0.sqlValue, count.number.sqlValue, count.total.sqlValue] + count.parts.map(\.sqlValue)
            if key.agent == nil { desk.append(head + tail) } else { agents.append(head + tail) }
        }
        return (desk, agents)
    }
}

extension PastTalk {
    /// What the server would have counted of it.
    var counted: [PastFigures.One] {
        var ones = [PastFigures.One(measure: .arrived, at: began, desk: desk)]
        if let taken {
            ones.append(.time(.wait, taken - began, at: taken, self))
            if taken - began <= .seconds(60) { ones.append(.init(measure: .inTime, at: taken, desk: desk, agent: agent)) }
        }
        if let answered { ones.append(.time(.firstResponse, answered - began, at: answered, self)) }
        guard let ended else { return ones }
        ones.append(.time(taken == nil ? .abandoned : .resolution, ended - began, at: ended, self))
        if let tag { ones.append(.time(.resolution, ended - began, at: ended, self, tag: tag)) }
        if let stars { ones.append(.init(measure: .rating, at: ended, desk: desk, agent: agent, bucket: stars, value: Int64(stars))) }
        return ones
    }
}
