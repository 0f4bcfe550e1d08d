import Foundation

/// Bars as SVG: what a page's model says of them. Colours and letters are the stylesheet's.
///
/// The picture is one image to a screen reader, named by its title; the same figures stand in a table below it.
struct BarChart {
    struct Bar {
        let name: String
        /// Nil: about too few, and drawn as a gap.
        let value: Double?
        let words: String
    }

    static let width = 720.0
    static let height = 200.0
    /// Names below the bars need so much each.
    private static let nameRoom = 60.0
    private static let widest = 72.0

    let bars: [Bar]

    var model: [String: Any] {
        let most = max(bars.compactMap(\.value).max() ?? 0, 1)
        let room = Self.width / Double(max(bars.count, 1))
        let wide = min(room * 0.76, Self.widest)
        // Not every bar has room for its name.
        let every = max(1, Int((Self.nameRoom / room).rounded(.up)))
        return [
            "width": Int(Self.width), "height": Int(Self.height), "viewHeight": Int(Self.height) + 44,
            "top": String(Int(most)),
            "bars": bars.enumerated().map { index, bar -> [String: Any] in
                let height = bar.value.map { max($0 / most * Self.height, $0 > 0 ? 2 : 0) } ?? Self.height
                var model: [String: Any] = [
                    "x": Self.text((Double(index) + 0.5) * room - wide / 2), "y": Self.text(Self.height - height),
                    "width": Self.text(wide),
                    "height": Self.text(height), "isHidden": bar.value == nil,
                ]
                if index % every == 0 {
                    model["name"] = bar.name
                    model["middle"] = Self.text(Double(index) * room + room / 2)
                }
                return model
            },
        ]
    }

    private static func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
