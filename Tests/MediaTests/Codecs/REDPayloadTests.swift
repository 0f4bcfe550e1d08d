import Testing

@testable import Media

@Suite struct REDPayloadTests {
    private func red(_ bytes: [UInt8]) -> REDPayload? { REDPayload(parsing: bytes.span.bytes, of: 111) }

    @Test func theNewestIsTheLast() throws {
        let alone = try #require(red(hex("6f 0102")))
        #expect(alone.count == 1 && alone.newest == 1..<3)
        // Two earlier ones of two and three bytes.
        let bytes = hex("ef 1e00 02 ef 0f00 03 6f aaaa bbbbbb cccc")
        let found = try #require(red(bytes))
        #expect(found.count == 3 && Array(bytes[found.newest]) == [0xCC, 0xCC])
        #expect(written { _ = found.write(bytes.span.bytes, as: 112, into: &$0) } == hex("f0 1e00 02 f0 0f00 03 70 aaaa bbbbbb cccc"))
        // Silence has no newest sound.
        #expect(red(hex("ef 1e00 01 6f aa"))?.newest.isEmpty == true)
    }

    @Test(arguments: ["", "60 00", "ef", "ef 1e00", "ef 1e00 02", "ef 1e00 02 6f aa", "ef 1e00 01 60 aaaa", "e0 1e00 01 6f aaaa"])
    func whatGoesOnPastTheEndOrIsSomethingElseIsNone(bytes: String) {
        #expect(red(hex(bytes)) == nil)
    }

    @Test func thereAreOnlySoMany() {
        let head = hex("ef 1e00 01")
        func packet(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in head } + [0x6F] + [UInt8](repeating: 1, count: count + 1) }
        #expect(red(packet(7))?.count == 8 && red(packet(8)) == nil)
    }
}
