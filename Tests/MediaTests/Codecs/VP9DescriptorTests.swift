import Testing

@testable import Media

@Suite struct VP9DescriptorTests {
    private func descriptor(_ bytes: [UInt8]) -> VP9Descriptor? { VP9Descriptor(parsing: bytes.span.bytes) }

    @Test func theShortestHasOneByte() throws {
        let found = try #require(descriptor([0x08, 0x00]))
        #expect(found.beginsKeyframe && found.length == 1 && found.picture == nil && found.layer == nil)
        // Its middle; one that stands on another; and the second layer of a whole picture.
        #expect(descriptor([0x00, 0x00])?.beginsKeyframe == false && descriptor([0x48, 0x00])?.beginsKeyframe == false)
        #expect(descriptor([0x28, 0x03, 0x00, 0x00])?.beginsKeyframe == false)
        #expect(descriptor([0x28, 0x00, 0x00, 0x00])?.beginsKeyframe == true)
    }

    @Test func allFieldsAreRead() throws {
        // I, P, L, B; a long number; temporal layer 2 that one may go up to; the base.
        let found = try #require(descriptor(hex("e8 8123 50 45 00")))
        #expect(found.isLongPicture && found.picture == 0x0123 && found.layer == 2 && found.isSynchronised && found.base == 0x45)
        #expect(found.length == 5)
        // Flexible: no base, and up to three pictures that it stands on.
        let flexible = try #require(descriptor(hex("f8 7f 20 03 05 06 00")))
        #expect(flexible.picture == 0x7F && !flexible.isLongPicture && flexible.base == nil && flexible.layer == 1 && flexible.length == 3)
        // A structure of two sizes and two pictures, of which one stands on two.
        let structured = try #require(descriptor(hex("8a 01 38 0140 00b4 0280 0168 02 04 01 08 01 02 00")))
        #expect(structured.length == 2 && structured.beginsKeyframe)
    }

    @Test(arguments: [
        "", "08", "80", "8081", "808100", "8001", "a00100", "a0010000", "b00100", "d00101", "d0010101", "d001010101", "d00101010100", "0a",
        "0a38", "0a380140", "0a08", "0a0801", "0a080104", "0a08010401", "0a08ff" + String(repeating: "00", count: 255),
    ])
    func whatEndsBeforeThePictureIsNone(bytes: String) {
        #expect(descriptor(hex(bytes)) == nil)
    }

    @Test func itIsReadAsItWasWrittenWithALongPicture() throws {
        for flags in stride(from: 0 as UInt8, through: 0xF8, by: 8) {
            let rest: [UInt8] = flags & 0x50 == 0x50 ? [2] : []
            let layers: [UInt8] = flags & 0x20 == 0 ? [] : flags & 0x10 == 0 ? [0x54, 9] : [0x54]
            let bytes = [flags] + (flags & 0x80 == 0 ? [] : [0x67]) + layers + rest + [0xAA]
            let found = try #require(descriptor(bytes))
            let again = written { _ = found.write(into: &$0) }
            #expect(again.count == found.writtenLength)
            let read = try #require(descriptor(again + bytes[found.length...]))
            #expect(read.picture == found.picture && read.base == found.base && read.layer == found.layer)
            #expect(read.beginsKeyframe == found.beginsKeyframe && read.length == again.count)
        }
    }
}
