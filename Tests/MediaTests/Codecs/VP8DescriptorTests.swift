import Testing

@testable import Media

@Suite struct VP8DescriptorTests {
    private func descriptor(_ bytes: [UInt8]) -> VP8Descriptor? { VP8Descriptor(parsing: bytes.span.bytes) }
    private func beginsKeyframe(_ bytes: [UInt8]) -> Bool? {
        VP8Descriptor(parsing: bytes.span.bytes).map { $0.beginsKeyframe(in: bytes.span.bytes) }
    }

    @Test func theShortestHasOneByte() throws {
        let found = try #require(descriptor([0x10, 0x00]))
        #expect(found.startsPicture && found.length == 1 && found.picture == nil && found.layer == nil)
        #expect(beginsKeyframe([0x10, 0x00]) == true && beginsKeyframe([0x10, 0x01]) == false)
        // Another partition, or the middle of one, begins no picture.
        #expect(beginsKeyframe([0x11, 0x00]) == false && beginsKeyframe([0x00, 0x00]) == false)
    }

    @Test func allFieldsAreRead() throws {
        let found = try #require(descriptor(hex("b0 f0 8123 45 a7 00")))
        #expect(found.isDiscardable && found.startsPicture && found.isLongPicture && found.picture == 0x0123)
        #expect(found.base == 0x45 && found.layer == 2 && found.isSynchronised && found.key == 7 && found.length == 6)
        let short = try #require(descriptor(hex("80 80 7f 00")))
        #expect(!short.isLongPicture && short.picture == 0x7F && short.length == 3)
    }

    @Test(arguments: ["", "10", "80", "8080", "808081", "80808100", "80c001", "80f0812345", "80207f", "80f08123457f"])
    func whatEndsBeforeThePictureIsNone(bytes: String) {
        #expect(descriptor(hex(bytes)) == nil)
    }

    @Test func itIsReadAsItWasWrittenWithALongPicture() throws {
        for fields in 0..<16 as Range<UInt8> {
            let optional = (fields & 8 == 0 ? [] : [0x85] as [UInt8]) + (fields & 8 == 0 ? [] : [0x67]) + (fields & 4 == 0 ? [] : [9])
            let bytes = [0x90, fields << 4] + optional + (fields & 3 == 0 ? [] : [0x43]) + [0xAA]
            let found = try #require(descriptor(bytes))
            let again = written { _ = found.write(into: &$0) }
            #expect(again.count == found.writtenLength)
            let read = try #require(descriptor(again + [0xAA]))
            #expect(read.picture == found.picture && read.base == found.base && read.layer == found.layer && read.key == found.key)
            #expect(read.startsPicture == found.startsPicture && read.length == again.count)
        }
        let short = try #require(descriptor(hex("80 80 7f 00")))
        #expect(written { _ = short.write(into: &$0) } == hex("80 80 807f"))
    }
}
