import Foundation
import Vocabulary

/// A report as a spreadsheet reads it (RFC 4180): first the days, then the lines.
struct ReportSheet {
    static let columns = ["volume", "wait", "longWait", "firstResponse", "resolution", "abandonment", "serviceLevel", "rating"]

    private let report: Report
    private let names: [String: String]
    private let words: ReportWords

    init(_ report: Report, _ names: [String: String], _ words: ReportWords) {
        self.report = report
        self.names = names
        self.words = words
    }

    /// What a line says, as people read it.
    static func cells(_ figures: Figures, _ words: ReportWords) -> [String] {
        [
            words.number(figures.number(.arrived)), words.time(figures.time(.wait)), words.time(figures.time(.wait, part: 0.9)),
            words.time(figures.time(.firstResponse)), words.time(figures.time(.resolution)), words.part(figures.abandonment),
            words.part(figures.serviceLevel), words.rating(figures.rating),
        ]
    }

    /// The same as plain numbers: seconds, and parts of one. Empty where it would be about too few.
    private static func numbers(_ figures: Figures) -> [String] {
        func seconds(_ time: Duration?) -> String { time.map { String($0.inMilliseconds / 1000) } ?? "" }
        func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "" }
        return [
            figures.number(.arrived).map(String.init) ?? "", seconds(figures.time(.wait)), seconds(figures.time(.wait, part: 0.9)),
            seconds(figures.time(.firstResponse)), seconds(figures.time(.resolution)), number(figures.abandonment),
            number(figures.serviceLevel), number(figures.rating),
        ]
    }

    var text: String {
        let head = [words.text("line")] + Self.columns.map { words.text("figure.\($0)") }
        var rows = [head]
        for lines in [report.days, report.lines] {
            for (line, isShown) in zip(lines, ReportLine.shown(lines)) {
                let name = line.key.map { names[$0] ?? $0 } ?? words.text("others")
                rows.append([name] + (isShown ? Self.numbers(line.figures) : Self.columns.map { _ in "" }))
            }
        }
        return rows.map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
    }

    /// Quoted; and what a spreadsheet would take for a formula begins with an apostrophe.
    static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        return "\"" + ((isFormula ? "'" : "") + text).replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
