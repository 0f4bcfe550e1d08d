package import Storage
package import Vocabulary

/// What a report says of some visitors together. **Nothing of fewer than ten.**
package struct Figures: Sendable, Equatable {
    /// Fewer visitors could be told apart.
    package static let fewest = 10

    struct Count: Sendable, Equatable {
        var number = 0
        var total: Int64 = 0
        var histogram = Histogram()
    }

    var counts: [Rollup.Measure: Count] = [:]

    package init() {}

    package mutating func add(_ measure: Rollup.Measure, bucket: Int, number: Int, total: Int64) {
        counts[measure, default: Count()].number += number
        counts[measure, default: Count()].total += total
        counts[measure, default: Count()].histogram.add(number, at: bucket)
    }

    mutating func add(_ measure: Rollup.Measure, _ count: Count) {
        guard var sum = counts.removeValue(forKey: measure) else { return counts[measure] = count }
        sum.number += count.number
        sum.total += count.total
        sum.histogram.add(count.histogram)
        counts[measure] = sum
    }

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        for (measure, count) in right.counts { sum.add(measure, count) }
        return sum
    }

    /// How many, whether it may be said or not.
    func raw(_ measure: Rollup.Measure) -> Int { counts[measure]?.number ?? 0 }

    /// How many visitors these figures are about: whoever came, was answered, or ended.
    package var visitors: Int { Rollup.Measure.allCases.map(raw).max() ?? 0 }

    /// How many; nil when it is about too few.
    package func number(_ measure: Rollup.Measure) -> Int? {
        raw(measure) >= Self.fewest ? raw(measure) : nil
    }

    /// The time that `part` of them did not exceed, read from the histogram; nil when it is about too few.
    package func time(_ measure: Rollup.Measure, part: Double = 0.5) -> Duration? {
        guard let count = counts[measure], count.number >= Self.fewest else { return nil }
        let wanted = part * Double(count.number)
        var before = 0
        for bucket in 0...Rollup.ends.count {
            let here = count.histogram[bucket]
            guard Double(before + here) >= wanted, here > 0 else {
                before += here
                continue
            }
            let low = bucket == 0 ? 0 : Rollup.ends[bucket - 1]
            // Nobody knows how far beyond the last end.
            guard bucket < Rollup.ends.count else { return .seconds(low) }
            let share = (wanted - Double(before)) / Double(here)
            return .milliseconds(Int64((Double(low) + share * Double(Rollup.ends[bucket] - low)) * 1000))
        }
        return nil
    }

    /// The part of those who waited that was taken in time.
    package var serviceLevel: Double? {
        let all = raw(.wait) + raw(.abandoned)
        return all >= Self.fewest ? Double(raw(.inTime)) / Double(all) : nil
    }

    /// The part that went before anybody took them.
    package var abandonment: Double? {
        let all = raw(.wait) + raw(.abandoned)
        return all >= Self.fewest ? Double(raw(.abandoned)) / Double(all) : nil
    }

    /// From 1 to 5, on average.
    package var rating: Double? {
        guard let count = counts[.rating], count.number >= Self.fewest else { return nil }
        return Double(count.total) / Double(count.number)
    }
}

/// One line of a report: some visitors, named by what they have in common.
package struct ReportLine: Sendable, Equatable {
    /// An id, a tag, an hour or a day; nil: those too few to be named.
    package let key: String?
    package let figures: Figures

    package init(key: String?, figures: Figures) {
        self.key = key
        self.figures = figures
    }

    /// The lines with those of too few visitors put together, and as many more as it takes for these to be enough: what is hidden
    /// cannot be told from the sum of the others either.
    package static func grouped(_ lines: [ReportLine]) -> [ReportLine] {
        var named = lines.sorted {
            $0.figures.visitors == $1.figures.visitors ? ($0.key ?? "") < ($1.key ?? "") : $0.figures.visitors > $1.figures.visitors
        }
        var rest = Figures()
        var hasRest = false
        while let last = named.last, last.figures.visitors < Figures.fewest || (hasRest && rest.visitors < Figures.fewest) {
            rest = rest + last.figures
            hasRest = true
            named.removeLast()
        }
        return hasRest ? named + [ReportLine(key: nil, figures: rest)] : named
    }

    /// The same for lines that keep their place, such as days: which of them may be shown.
    package static func shown(_ lines: [ReportLine]) -> [Bool] {
        var hidden = Set(lines.indices.filter { lines[$0].figures.visitors < Figures.fewest && lines[$0].figures.visitors > 0 })
        let byNumber = lines.indices.filter { lines[$0].figures.visitors >= Figures.fewest }.sorted {
            lines[$0].figures.visitors < lines[$1].figures.visitors
        }
        var sum = hidden.reduce(0) { $0 + lines[$1].figures.visitors }
        for index in byNumber where !hidden.isEmpty && sum < Figures.fewest {
            hidden.insert(index)
            sum += lines[index].figures.visitors
        }
        return lines.indices.map { !hidden.contains($0) }
    }
}
