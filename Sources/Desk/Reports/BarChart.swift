import Foundation

/// Bars as SVG: what a page's model says of them. Colours and letters are the stylesheet's.
///
/// **Nothing is scaled**: bars are parts of the room there is, letters keep their size, so a telephone reads them as well as a wall does.
/// The picture is one image to a screen reader, named by its title; the same figures stand in a table below it.
struct BarChart {
    struct Bar {
        let name: String
        /// Nil: about too few, and drawn as a hatched stub, always of one size, which says nothing.
        let value: Double?
        /// The value as people read it.
        let words: String
    }

    enum Direction {
        /// One beside another, as days are.
        case columns
        /// One below another, with its name above it: names may be long.
        case rows
    }

    /// Heights in pixels: of a column that is full, of the line of names, of a row with its name.
    static let height = 200
    static let nameHeight = 28
    static let rowHeight = 52
    /// How many names there is room for, on a screen of 320 pixels and on a wide one.
    private static let namesNarrow = 4
    private static let namesWide = 10
    /// The part of its room that a column fills, and the most of the chart, in percent.
    private static let fill = 0.76
    private static let widest = 10.0
    /// The least that is seen of what is not nothing, in percent.
    private static let least = 1.0
    /// The length of a stub that stands for what is hidden, in percent: too short to be taken for many.
    private static let stub = 6.0

    let bars: [Bar]
    let direction: Direction
    /// Whether the language runs from right to left: then the first bar stands at the right.
    let isMirrored: Bool
    /// A number as people read it.
    let number: (Int) -> String

    /// Where the highest tick is: the next number that halves well.
    static func top(above value: Double) -> Int {
        guard value > 2 else { return 2 }
        let power = pow(10, floor(log10(value)))
        let steps = [1, 2, 4, 6, 8, 10].map { $0 * power }
        return Int(steps.first { $0 >= value } ?? 10 * power)
    }

    /// `hides` where a legend is to say what a stub is.
    var model: [String: Any] {
        var model = direction == .columns ? columns : rows
        if bars.contains(where: { $0.value == nil }) { model["hides"] = true }
        return model
    }

    private var columns: [String: Any] {
        let top = Self.top(above: bars.compactMap(\.value).max() ?? 0)
        let room = 100 / Double(max(bars.count, 1))
        let wide = min(room * Self.fill, Self.widest)
        let (narrow, broad) = (every(Self.namesNarrow), every(Self.namesWide))
        return [
            "columns": [
                "height": Self.height, "viewHeight": Self.height + Self.nameHeight + 20, "edge": isMirrored ? "100%" : "0",
                "ticks": [(top, 0), (top / 2, Self.height / 2)].map { ["words": number($0), "y": $1] as [String: Any] },
                "bars": bars.enumerated().map { index, bar -> [String: Any] in
                    let part = bar.value.map { max($0 / Double(top) * 100, $0 > 0 ? Self.least : 0) } ?? Self.stub
                    let height = part / 100 * Double(Self.height)
                    let middle = place((Double(index) + 0.5) * room)
                    var model: [String: Any] = [
                        "x": Self.percent(middle - wide / 2), "width": Self.percent(wide), "middle": Self.percent(middle),
                        "y": Self.text(Double(Self.height) - height), "height": Self.text(height), "isHidden": bar.value == nil,
                    ]
                    if index % broad == 0 || index % narrow == 0 { model["name"] = bar.name }
                    // Not every bar has room for its name, and on a telephone fewer have.
                    if index % narrow != 0 { model["isWideOnly"] = true }
                    if index % broad != 0 { model["isNarrowOnly"] = true }
                    return model
                },
                "namesY": Self.height + Self.nameHeight - 8,
            ] as [String: Any]
        ]
    }

    private var rows: [String: Any] {
        let most = max(bars.compactMap(\.value).max() ?? 0, 1)
        return [
            "rows": [
                "viewHeight": max(bars.count, 1) * Self.rowHeight, "start": isMirrored ? "100%" : "0", "end": isMirrored ? "0" : "100%",
                "bars": bars.enumerated().map { index, bar -> [String: Any] in
                    let width = bar.value.map { max($0 / most * 100, $0 > 0 ? Self.least : 0) } ?? Self.stub
                    return [
                        "name": bar.name, "words": bar.words, "nameY": index * Self.rowHeight + 16, "y": index * Self.rowHeight + 24,
                        "x": Self.percent(isMirrored ? 100 - width : 0), "width": Self.percent(width), "isHidden": bar.value == nil,
                    ]
                },
            ] as [String: Any]
        ]
    }

    private func place(_ percent: Double) -> Double { isMirrored ? 100 - percent : percent }

    /// Each how manieth bar has its name, where so many have room.
    private func every(_ names: Int) -> Int { max(1, (bars.count + names - 1) / names) }

    private static func text(_ number: Double) -> String { String(format: "%.1f", number) }
    private static func percent(_ number: Double) -> String { String(format: "%.2f%%", number) }
}
