import Foundation

/// A site's colour, made readable: whatever an administrator chose, words on it and it on the page keep WCAG's 4.5 to 1.
package struct Accent: Sendable, Equatable {
    /// Least contrast of words (WCAG 2.2, 1.4.3).
    static let leastContrast = 4.5
    /// What the widget's panels are painted with.
    static let paper = Accent(red: 0xFF, green: 0xFF, blue: 0xFF)
    static let night = Accent(red: 0x14, green: 0x1A, blue: 0x1C)
    private static let ink = Accent(red: 0x0B, green: 0x11, blue: 0x13)

    let red: Double
    let green: Double
    let blue: Double

    private init(red: Double, green: Double, blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Reads `#rrggbb`.
    package init?(_ text: String) {
        guard text.utf8.count == 7, text.first == "#", let value = UInt32(text.dropFirst(), radix: 16) else { return nil }
        self.init(red: Double(value >> 16), green: Double(value >> 8 & 0xFF), blue: Double(value & 0xFF))
    }

    package var text: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(Int(part.rounded()), radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// The nearest colour that can be read on `ground`.
    func readable(on ground: Accent) -> Accent {
        let away = ground.luminance > 0.5 ? Self.ink : Self.paper
        var shade = self
        for step in 1...25 where shade.contrast(with: ground) < Self.leastContrast {
            shade = mixed(with: away, Double(step) / 25)
        }
        return shade
    }

    /// Black or white words, whichever are read better on this colour.
    var words: Accent { contrast(with: Self.paper) >= contrast(with: Self.ink) ? Self.paper : Self.ink }

    /// WCAG 2.2, contrast ratio of two colours.
    package static func contrast(_ one: Accent, _ other: Accent) -> Double { one.contrast(with: other) }

    /// WCAG 2.2, contrast ratio.
    func contrast(with other: Accent) -> Double {
        let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)
    }

    /// WCAG 2.2, relative luminance.
    private var luminance: Double {
        func linear(_ part: Double) -> Double {
            let part = part / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    private func mixed(with other: Accent, _ share: Double) -> Accent {
        // Rounded as it is written, so that what was measured is what is shown.
        Accent(
            red: (red + (other.red - red) * share).rounded(), green: (green + (other.green - green) * share).rounded(),
            blue: (blue + (other.blue - blue) * share).rounded())
    }
}

extension Accent {
    /// Fill and words for light pages, fill and words for dark ones.
    package var shades: [String] {
        let (day, night) = (readable(on: Self.paper), readable(on: Self.night))
        return [day.text, day.words.text, night.text, night.words.text]
    }
}
