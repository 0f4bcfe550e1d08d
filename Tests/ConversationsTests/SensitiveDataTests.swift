@testable import Conversations
import Foundation
import TestKit
import Testing

/// What people type that they should not (C07). The same vectors hold the browser's guard.
@Suite(.timeLimit(.minutes(2))) struct SensitiveDataTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let masked: String
        let kinds: [String]
        var testDescription: String { name }
    }

    static let vectors: [Vector] = {
        let data = FileManager.default.contents(atPath: Repository.path + "/Tests/Vectors/sensitive.json") ?? Data()
        return (try? JSONDecoder().decode([Vector].self, from: data)) ?? []
    }()

    @Test("C07: card and account numbers, ids, birth dates and passwords are found, and what only looks like them stays")
    func vectors() {
        #expect(Self.vectors.count > 60)
        for vector in Self.vectors {
            let guarded = SensitiveData.mask(vector.text)
            #expect(guarded.text == vector.masked, "\(vector.name)")
            #expect(guarded.kinds.map(\.rawValue) == vector.kinds, "\(vector.name)")
        }
    }

    @Test("C07: a queue may refuse such messages, or take them as they are")
    func policies() throws {
        let text = "4111 1111 1111 1111"
        #expect(throws: (any Error).self) { try SensitiveData.apply(.refuse, to: text) }
        #expect(try SensitiveData.apply(.off, to: text).text == text)
        #expect(try SensitiveData.apply(.mask, to: text).kinds == [.card])
        #expect(try SensitiveData.apply(.refuse, to: "Where is order 4711?").kinds.isEmpty)
    }

    @Test("C07: no card number gets through, however it is grouped and whatever stands around it", arguments: [1, 2, 3] as [UInt64])
    func cards(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<400 {
            let digits = Self.card(&random)
            let separator = ["", " ", "-", ".", "\u{A0}", "\u{2009}", "\u{2011}"].randomElement(using: &random) ?? ""
            let typed = stride(from: 0, to: 16, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: separator)
            let words = ["my card: ", "بطاقتي ", "n° ", "(", "🙂", "карта", "\n"]
            let text =
                (words.randomElement(using: &random) ?? "") + typed + [" thanks", ".", ")", "мерси", ""].randomElement(using: &random)!
            let guarded = SensitiveData.mask(text)
            #expect(guarded.kinds == [.card], "\(text)")
            #expect(!Self.holdsCard(guarded.text), "\(text)")
        }
    }

    @Test("C07: masking never fails, and masking again changes nothing", arguments: [1, 2, 3] as [UInt64])
    func again(seed: UInt64) {
        var random = Seeded(seed)
        let pieces =
            "0123456789 -./+:=٤１•\n".map(String.init) + [
                "4111", "4242 ", "5555", "FR76", "born ", "password: ", "pin ", "🙂", "né le ", "\u{200B}",
            ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<60, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let once = SensitiveData.mask(text)
            #expect(SensitiveData.mask(once.text) == .init(text: once.text, kinds: []), "\(text)")
        }
    }

    /// A number that a card could have.
    private static func card(_ random: inout Seeded) -> [Character] {
        let start = ["4", "51", "55", "2221", "2200", "6011", "3528", "62"].randomElement(using: &random) ?? "4"
        var digits = start.compactMap(\.wholeNumberValue)
        while digits.count < 15 { digits.append(Int.random(in: 0...9, using: &random)) }
        let last = (0...9).first { SensitiveText.luhn(digits + [$0]) } ?? 0
        return (digits + [last]).map { Character(String($0)) }
    }

    /// Sixteen digits in a row, with or without one separator between them, that a card could have.
    private static func holdsCard(_ text: String) -> Bool {
        let digits = text.filter { !" -.\u{A0}\u{2009}\u{2011}".contains($0) }.map { $0.wholeNumberValue }
        return digits.indices.contains { start in
            guard start + 16 <= digits.count else { return false }
            let window = digits[start..<start + 16].compactMap(\.self)
            return window.count == 16 && SensitiveText.isCard(window)
        }
    }
}
