import Testing
import Vocabulary

@Suite struct IDTests {
    @Test func anIDSurvivesBeingWrittenAndRead() throws {
        let id = PersonID(at: .init(milliseconds: 1_800_000_000_000))
        #expect(PersonID(id.description) == id)
        #expect(id.description.count == 26)
    }

    @Test func laterIDsSortAfterEarlierOnes() {
        let early = PersonID(at: .init(milliseconds: 1_000))
        let late = PersonID(at: .init(milliseconds: 2_000))
        #expect(early < late)
        #expect(early.description < late.description)
    }

    @Test(arguments: ["", "0", String(repeating: "z", count: 26), String(repeating: "0", count: 27), "ABCDEFGHJKMNPQRSTVWXYZ0123"])
    func aTextThatNoIDWritesIsNone(text: String) {
        #expect(PersonID(text) == nil)
    }
}
