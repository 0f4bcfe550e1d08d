import Testing

@testable import Desk

@Suite("Bars in reports")
struct BarChartTests {
    private func chart(_ values: [Double?], _ direction: BarChart.Direction = .columns, mirrored: Bool = false) -> [String: Any] {
        let bars = values.enumerated().map { BarChart.Bar(name: "\($0)", value: $1, words: "\($1 ?? 0)") }
        let model = BarChart(bars: bars, direction: direction, isMirrored: mirrored, number: String.init).model
        return model[direction == .columns ? "columns" : "rows"] as? [String: Any] ?? [:]
    }

    private func hides(_ values: [Double?], _ direction: BarChart.Direction) -> Bool {
        let bars = values.map { BarChart.Bar(name: "", value: $0, words: "") }
        return BarChart(bars: bars, direction: direction, isMirrored: false, number: String.init).model["hides"] as? Bool ?? false
    }

    private func bars(_ chart: [String: Any]) -> [[String: Any]] { chart["bars"] as? [[String: Any]] ?? [] }

    @Test("The highest tick is a round number above every bar, and half of it is a whole number")
    func ticks() {
        for (value, top) in [(0.0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (37, 40), (95, 100), (101, 200), (4321, 6000)] {
            #expect(BarChart.top(above: value) == top)
            #expect(Double(BarChart.top(above: value)) >= value && BarChart.top(above: value).isMultiple(of: 2))
        }
    }

    @Test("At most four names on a telephone and ten on a wide screen, however many days there are")
    func names() {
        for count in [1, 7, 24, 28, 92] {
            let named = bars(chart(Array(repeating: 12, count: count))).filter { $0["name"] != nil }
            #expect((1...4).contains(named.count { $0["isWideOnly"] == nil }))
            #expect((1...10).contains(named.count { $0["isNarrowOnly"] == nil }))
        }
    }

    @Test("From right to left the first day stands at the right, and rows begin there")
    func mirrored() {
        let (left, right) = (bars(chart([10, 20])), bars(chart([10, 20], mirrored: true)))
        #expect(left.map { $0["middle"] as? String } == ["25.00%", "75.00%"])
        #expect(right.map { $0["middle"] as? String } == ["75.00%", "25.00%"])
        #expect(bars(chart([10, 20], .rows, mirrored: true)).map { $0["x"] as? String } == ["50.00%", "0.00%"])
    }

    @Test("What is about too few is a short stub of one size, shorter than any bar beside it, and the legend says so")
    func hidden() {
        let shown = chart([nil, 40, 400, nil])
        #expect(bars(shown).map { $0["isHidden"] as? Bool } == [true, false, false, true])
        #expect(bars(shown).map { $0["height"] as? String } == ["12.0", "20.0", "200.0", "12.0"])
        #expect(bars(chart([nil, 40], .rows)).map { $0["width"] as? String } == ["6.00%", "100.00%"])
        #expect(hides([nil, 40], .columns) && hides([nil], .rows) && !hides([4, 40], .columns))
    }
}
