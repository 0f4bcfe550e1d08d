@testable import Conversations
import Testing

/// How words are taken apart and folded.
@Suite struct SearchWordsTests {
    @Test(
        "What people write one for the other is found one for the other",
        arguments: [
            ("Crème BRÛLÉE", "creme brulee"), ("Ёлка", "елка"), ("مُحَمَّد", "محمد"), ("أحمد", "احمد"), ("Ｆｕｌｌ", "full"), ("ﬁne", "fine"),
            ("l’ami", "l ami"), ("ΟΔΟΣ", "οδος"), ("e\u{301}t\u{e9}", "ete"), ("İstanbul", "istanbul"),
        ])
    func folding(written: String, wanted: String) {
        #expect(SearchWords.wanted(in: wanted).isSubset(of: SearchWords.entries(of: written)), "\(SearchWords.words(of: written))")
    }

    @Test("A word is found by its beginnings, a quoted one by itself, and scripts without spaces by what stands together")
    func parts() {
        let entries = SearchWords.entries(of: "Bücherregal 我想退货")
        for wanted in ["buc", "bücher", "bucherregal", #""Bücherregal""#, "退货", "想", "我想退货"] {
            #expect(SearchWords.wanted(in: wanted).isSubset(of: entries), "\(wanted)")
        }
        for other in ["regal", #""bücher""#, "货退", "bu"] { #expect(!SearchWords.wanted(in: other).isSubset(of: entries), "\(other)") }
        #expect(SearchWords.wanted(in: " … !").isEmpty)
        #expect(SearchWords.entries(of: (0..<5000).map { "word\($0)" }.joined(separator: " ")).count < 1010)
    }
}
