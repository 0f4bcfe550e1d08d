import Testing

@testable import Accounts

@Suite("QR codes (ISO/IEC 18004)") struct QRCodeTests {
    /// Codewords in all, from table 1 of the standard.
    @Test(arguments: zip(1...10, [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]))
    func theTableOfTheStandardComesOut(version: Int, words: Int) {
        #expect(QRCode.wordCount(version) == words)
    }

    @Test(
        "the smallest version that holds the text is taken",
        arguments: zip([1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 213], [1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    func theSmallestVersionIsTaken(length: Int, version: Int) throws {
        let code = try #require(QRCode(String(repeating: "a", count: length)))
        #expect(code.modules.count == version * 4 + 17)
    }

    @Test func whatDoesNotFitIsNotDrawn() {
        #expect(QRCode(String(repeating: "a", count: 214)) == nil)
    }

    @Test func theThreeFindersStandInTheirCorners() throws {
        let modules = try #require(QRCode("otpauth://totp/Sotto")).modules
        let finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
        let last = modules.count - 7
        for (x, y) in [(0, 0), (last, 0), (0, last)] {
            let drawn = (0..<7).map { row in String((0..<7).map { modules[y + row][x + $0] ? "1" : "0" }) }
            #expect(drawn == finder)
        }
    }
}
