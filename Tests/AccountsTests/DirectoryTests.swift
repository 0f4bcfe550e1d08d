import Testing

@testable import Accounts

@Suite struct DirectoryTests {
    @Test(arguments: [
        ("ana", "Ana Horvat"), ("horv", "Ana Horvat"), ("ana horv", "Ana Horvat"), ("horvat ana", "Ana Horvat"), ("zlutouc", "Žluťoučký"),
        ("ŽLU", "Žluťoučký"), ("anna", "Анна Ахматова"), ("ахмат", "Анна Ахматова"), ("lukasz", "Łukasz"), ("ana", "ＡＮＡ"), ("jose", "José"),
    ])
    func aNameIsFoundAcrossCaseAccentsAndScripts(typed: String, name: String) {
        #expect(Directory.matches(typed, name))
        let prefixes = Directory.prefixes(of: name)
        #expect(
            Directory.readings(of: typed).contains { words in
                words.allSatisfy { prefixes.contains(String($0.prefix(Directory.longestPrefix))) }
            })
    }

    @Test(arguments: [("ben", "Ana Horvat"), ("na", "Ana"), ("", "Ana"), ("  ", "Ana"), ("ana ben", "Ana Horvat")])
    func otherNamesAreNot(typed: String, name: String) {
        #expect(!Directory.matches(typed, name))
    }

    @Test func theIndexOfALongNameStaysSmall() {
        let name = Array(repeating: "Wolfeschlegelsteinhausenbergerdorff", count: 40).enumerated().map { "\($0)\($1)" }.joined(
            separator: " ")
        #expect(Directory.prefixes(of: name).count <= 2 * Directory.mostWords * Directory.longestPrefix)
    }
}
