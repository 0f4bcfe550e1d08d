import CGD
import Testing

@testable import Accounts

@Suite struct ProfilePictureTests {
    /// A picture with a red left half, written by the given encoder.
    private func picture(width: Int32, height: Int32, _ encode: (gdImagePtr, UnsafeMutablePointer<Int32>) -> UnsafeMutableRawPointer?)
        throws -> [UInt8]
    {
        let image = try #require(gdImageCreateTrueColor(width, height))
        defer { gdImageDestroy(image) }
        gdImageFilledRectangle(image, 0, 0, width / 2, height, 0xFF0000)
        var size: Int32 = 0
        let bytes = try #require(encode(image, &size))
        defer { gdFree(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    private func jpeg(width: Int32 = 640, height: Int32 = 480) throws -> [UInt8] {
        try picture(width: width, height: height) { gdImageJpegPtr($0, $1, 90) }
    }

    /// An APP1 segment with an orientation and a marker, put right after the start of image.
    private func tagged(_ jpeg: [UInt8], orientation: UInt8, marker: String) -> [UInt8] {
        var exif: [UInt8] = Array("Exif".utf8) + [0, 0]
        exif += [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0] + Array(marker.utf8)
        let length = exif.count + 2
        return Array(jpeg[0..<2]) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + exif + jpeg[2...]
    }

    @Test func aPictureBecomesASquareJPEGWithoutItsMetadata() throws {
        let marker = "PLACE-48.8584N-2.2945E"
        let upload = tagged(try jpeg(), orientation: 1, marker: marker)
        let made = try ProfilePicture.remake(upload)
        let header = try #require(ImageHeader(made))
        #expect(header.width == ProfilePicture.side && header.height == ProfilePicture.side)
        #expect(!made.indices.contains { made[$0...].starts(with: Array(marker.utf8)) })
        #expect(!made.indices.contains { made[$0...].starts(with: Array("Exif".utf8)) })
    }

    @Test(arguments: [(UInt8(1), 10, 128), (3, 245, 128), (6, 128, 10), (8, 128, 245)])
    func aPictureIsTurnedTheWayItWasMeant(orientation: UInt8, x: Int32, y: Int32) throws {
        var made = try ProfilePicture.remake(tagged(try jpeg(width: 400, height: 400), orientation: orientation, marker: ""))
        let count = Int32(made.count)
        let image = try #require(made.withUnsafeMutableBytes { gdImageCreateFromJpegPtr(count, $0.baseAddress) })
        defer { gdImageDestroy(image) }
        let pixel = gdImageGetTrueColorPixel(image, x, y)
        #expect(pixel >> 16 & 0xFF > 200 && pixel & 0xFF < 60, "the red half is not where it should be: \(String(pixel, radix: 16))")
    }

    @Test func everyFormatOffIsRead() throws {
        let uploads = [
            try picture(width: 30, height: 20) { gdImagePngPtr($0, $1) }, try picture(width: 30, height: 20) { gdImageGifPtr($0, $1) },
            try picture(width: 30, height: 20) { gdImageWebpPtr($0, $1) }, try jpeg(width: 30, height: 20),
        ]
        for upload in uploads {
            let header = try #require(ImageHeader(upload))
            #expect(header.width == 30 && header.height == 20)
            #expect(try ProfilePicture.remake(upload).isEmpty == false)
        }
    }

    @Test func aBombIsRefusedBeforeItIsDecoded() throws {
        var bomb = try picture(width: 10, height: 10) { gdImagePngPtr($0, $1) }
        bomb.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        #expect(throws: ProfilePicture.Failure.tooManyPixels) { try ProfilePicture.remake(bomb) }
    }

    @Test func brokenUploadsAreRefusedAndNeverCrash() throws {
        let whole = try jpeg(width: 64, height: 64)
        for length in stride(from: 0, to: whole.count, by: 7) {
            _ = try? ProfilePicture.remake(Array(whole.prefix(length)))
        }
        #expect(throws: ProfilePicture.Failure.unreadable) {
            try ProfilePicture.remake(Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8))
        }
    }
}
