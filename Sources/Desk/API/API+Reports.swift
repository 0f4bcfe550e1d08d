import Storage
import Vocabulary
import Web

/// Figures of some visitors together. **A member is absent where it would be about fewer than ten.** Times are seconds.
struct FiguresShape: APIShape {
    let visitors: Int?
    let wait: Int?
    /// What nine of ten did not wait longer than.
    let longWait: Int?
    let firstResponse: Int?
    let resolution: Int?
    /// Of a hundred: who went before anybody took them.
    let abandoned: Int?
    /// Of a hundred: who was taken in time.
    let serviceLevel: Int?
    /// Hundredths: 450 is 4.5 of 5.
    let rating: Int?

    init(_ figures: Figures?) {
        func seconds(_ measure: Rollup.Measure, _ part: Double = 0.5) -> Int? {
            figures?.time(measure, part: part).map { Int($0.inMilliseconds / 1000) }
        }
        func hundredths(_ value: Double?) -> Int? { value.map { Int(($0 * 100).rounded()) } }
        visitors = figures?.number(.arrived)
        (wait, longWait) = (seconds(.wait), seconds(.wait, 0.9))
        (firstResponse, resolution) = (seconds(.firstResponse), seconds(.resolution))
        (abandoned, serviceLevel) = (hundredths(figures?.abandonment), hundredths(figures?.serviceLevel))
        rating = hundredths(figures?.rating)
    }
}

/// One line of a report: a day, or the queue, agent, hour or tag that it is divided by.
struct ReportLineShape: APIShape {
    /// Absent: the others, who are too few to be told apart.
    let key: String?
    let figures: FiguresShape
}

struct ReportShape: APIShape {
    let from: String
    let to: String
    let zone: String
    let whole: FiguresShape
    /// The same number of days before.
    let before: FiguresShape
    let days: [ReportLineShape]
    let lines: [ReportLineShape]

    init(_ report: Report) {
        (from, to, zone) = (report.wish.first.text, report.wish.last.text, report.wish.zone.identifier)
        (whole, before) = (FiguresShape(report.whole), FiguresShape(report.before))
        (days, lines) = (Self.shown(report.days), Self.shown(report.lines))
    }

    private static func shown(_ lines: [ReportLine]) -> [ReportLineShape] {
        zip(lines, ReportLine.shown(lines)).map { line, isShown in
            ReportLineShape(key: line.key, figures: FiguresShape(isShown ? line.figures : nil))
        }
    }
}

extension Desk {
    var reportOperations: [APIOperation] {
        let day = APISchema.text(longest: 10, shortest: 10, pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return [
            .get(
                "/reports", "readReport", .readReports,
                "Reads the desk's figures over some days, by day and divided as asked. None is about fewer than ten visitors.",
                or: Self.watchers,
                [
                    .init(name: "from", schema: day, meaning: "The first day; four weeks before the last one when it is not given."),
                    .init(name: "to", schema: day, meaning: "The last day; today when it is not given."),
                    .init(name: "zone", schema: .text(longest: 60), meaning: "The time zone of the days, as in Europe/Paris."),
                    .init(name: "queue", schema: .id, meaning: "Only of this queue."),
                    .init(
                        name: "by", schema: .words(ReportWish.Division.allCases.map(\.rawValue)),
                        meaning: "What the lines are; queues when it is not given."),
                ]
            ) { call in ReportShape(try await report(try await wish(call.query))) }
        ]
    }
}
