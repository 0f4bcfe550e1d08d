import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import Storage
package import Vocabulary
package import Web

extension Desk {
    /// Whoever may see the desk's figures. No report by itself lets anybody be told apart.
    package static let watchers: Set<Role> = [.supervisor, .administrator, .owner, .viewer]

    package var reportRoutes: [Route] {
        [
            Route(
                .get, "/desk/reports", .roles(Self.watchers),
                purpose: "Figures of the desk over some days, none about fewer than ten visitors."
            ) {
                request, context in
                try await reportPage(request, context)
            },
            Route(.get, "/desk/reports.csv", .roles(Self.watchers), purpose: "The same figures for a spreadsheet.") { request, context in
                let report = try await self.report(try await wish(try request.query()))
                let names = try await names(of: report)
                let words = ReportWords(pages: ground.pages, language: context.language)
                var response = Response(status: .ok, body: .init(byteBuffer: .init(string: ReportSheet(report, names, words).text)))
                response.headers[.contentType] = "text/csv; charset=utf-8"
                response.headers[.contentDisposition] =
                    "attachment; filename=\"report-\(report.wish.first.text)-\(report.wish.last.text).csv\""
                return response
            },
        ]
    }

    // MARK: - What is asked

    /// What the address asks for. What it does not say, or says wrongly, takes its default: the last 28 days of every queue.
    func wish(_ query: [String: String]) async throws -> ReportWish {
        let queues = try await ground.database.read { transaction in
            try transaction.queues().map { ($0, try transaction.rules(of: $0.id)) }
        }
        let queue = query["queue"].flatMap { ID<Queue>($0) }.flatMap { id in queues.first { $0.0.id == id } }
        let usual = (queue ?? queues.first)?.1.hours.timeZone ?? "UTC"
        let zone = query["zone"].flatMap { TimeZone(identifier: $0) } ?? TimeZone(identifier: usual) ?? .gmt
        let today = zone.wallClock(at: ground.clock.now).day
        let last = min(query["to"].flatMap(Day.init) ?? today, today)
        let first = query["from"].flatMap(Day.init) ?? last.advanced(by: -27)
        let earliest = last.advanced(by: 1 - ReportWish.longest)
        return ReportWish(
            first: min(max(first, earliest), last), last: last, zone: zone, queue: queue?.0.id,
            division: query["by"].flatMap { ReportWish.Division(rawValue: $0) } ?? .queue)
    }

    /// What the lines of the report are called.
    private func names(of report: Report) async throws -> [String: String] {
        switch report.wish.division {
        case .queue:
            let queues = try await ground.database.read { try $0.queues() }
            return Dictionary(uniqueKeysWithValues: queues.map { ($0.id.description, $0.name) })
        case .agent:
            let names = try await people.colleagueNames(report.lines.compactMap { $0.key.flatMap { PersonID($0) } })
            return Dictionary(uniqueKeysWithValues: names.map { ($0.key.description, $0.value) })
        case .hour: return Dictionary(uniqueKeysWithValues: (0..<24).map { (String($0), "\($0):00") })
        case .tag: return [:]
        }
    }

    // MARK: - The page

    private func reportPage(_ request: Request, _ context: Context) async throws -> Response {
        let report = try await self.report(try await wish(try request.query()))
        let names = try await names(of: report)
        let words = ReportWords(pages: ground.pages, language: context.language)
        var page = Page("desk/reports", title: "reports.title")
        page.section = .desk
        page.styles = ["design/form.css", "desk/reports.css"]
        page.model = try await choices(report.wish, words)
        page.model["figures"] = Self.cards(report, words)
        page.model["days"] = Self.chart(report.days, words, .columns) { Day($0).map(words.day) ?? $0 }
        let lines = report.lines.filter { report.wish.division != .hour || $0.key != nil }
        page.model["lines"] = Self.chart(lines, words, report.wish.division == .hour ? .columns : .rows) { names[$0] ?? $0 }
        page.model["linesTitle"] = words.text("by.\(report.wish.division.rawValue)")
        if report.whole.visitors < Figures.fewest { page.model["isThin"] = true }
        if report.days.count > 1, report.days.count <= report.wish.first.distance(to: report.wish.last) { page.model["isByWeek"] = true }
        return try await ground.pages.respond(page, request, context)
    }

    private func choices(_ wish: ReportWish, _ words: ReportWords) async throws -> [String: Any] {
        let (queues, rules) = try await ground.database.read { (try $0.queues(), try $0.allRules()) }
        let zones = Set(
            (rules.values.map(\.hours.timeZone) + [wish.zone.identifier, "UTC"]).compactMap { TimeZone(identifier: $0)?.identifier }
        ).sorted()
        let queue = wish.queue.map { "&queue=\($0)" } ?? ""
        let zone = wish.zone.identifier.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "UTC"
        return [
            "from": wish.first.text, "to": wish.last.text,
            "csvURL": "/desk/reports.csv?from=\(wish.first.text)&to=\(wish.last.text)&zone=\(zone)&by=\(wish.division.rawValue)\(queue)",
            "queues": queues.map { ["value": $0.id.description, "label": $0.name, "selected": $0.id == wish.queue] as [String: Any] },
            "zones": zones.map { ["value": $0, "selected": $0 == wish.zone.identifier] as [String: Any] },
            "divisions": ReportWish.Division.allCases.map {
                ["value": $0.rawValue, "label": words.text("by.\($0.rawValue)"), "selected": $0 == wish.division] as [String: Any]
            },
            "before": words.text("before", ["from": words.day(wish.previous.first), "to": words.day(wish.previous.last)]),
        ]
    }

    /// The figures at the head, each beside that of the days before.
    private static func cards(_ report: Report, _ words: ReportWords) -> [[String: Any]] {
        let (now, before) = (report.whole, report.before)
        func card(_ key: String, _ value: String, _ number: (Figures) -> Double?) -> [String: Any] {
            var card: [String: Any] = ["label": words.text("figure.\(key)"), "value": value]
            card["change"] = words.change(number(now), number(before))
            return card
        }
        func seconds(_ time: Duration?) -> Double? { time.map { Double($0.inMilliseconds) } }
        return [
            card("volume", words.number(now.number(.arrived))) { $0.number(.arrived).map(Double.init) },
            card("wait", words.time(now.time(.wait))) { seconds($0.time(.wait)) },
            card("longWait", words.time(now.time(.wait, part: 0.9))) { seconds($0.time(.wait, part: 0.9)) },
            card("firstResponse", words.time(now.time(.firstResponse))) { seconds($0.time(.firstResponse)) },
            card("resolution", words.time(now.time(.resolution))) { seconds($0.time(.resolution)) },
            card("abandonment", words.part(now.abandonment)) { $0.abandonment },
            card("serviceLevel", words.part(now.serviceLevel)) { $0.serviceLevel },
            card("rating", words.rating(now.rating)) { $0.rating },
        ]
    }

    private static func chart(
        _ lines: [ReportLine], _ words: ReportWords, _ direction: BarChart.Direction, name: (String) -> String
    ) -> [String: Any] {
        let shown = ReportLine.shown(lines)
        func label(_ line: ReportLine) -> String { line.key.map(name) ?? words.text("others") }
        let bars = zip(lines, shown).map { line, isShown in
            BarChart.Bar(
                name: label(line), value: isShown ? Double(line.figures.visitors) : nil,
                words: isShown ? words.number(line.figures.visitors) : words.text("notShown"))
        }
        return [
            "chart": BarChart(
                bars: bars, direction: direction, isMirrored: words.language.direction == "rtl", number: { words.number($0) }
            ).model,
            "rows": zip(lines, shown).map { line, isShown -> [String: Any] in
                let cells = isShown ? ReportSheet.cells(line.figures, words) : ReportSheet.columns.map { _ in words.text("notShown") }
                return [
                    "name": label(line),
                    "cells": zip(ReportSheet.columns, cells).map { ["label": words.text("figure.\($0)"), "value": $1] },
                ]
            },
            "columns": ReportSheet.columns.map { words.text("figure.\($0)") },
        ]
    }
}
