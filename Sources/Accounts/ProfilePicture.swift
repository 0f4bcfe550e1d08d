import CGD
import Dispatch

/// A person's picture, as this server made it anew: square, small, without metadata.
///
/// **Nothing of the uploaded file is kept or passed on.** It is decoded to pixels and encoded again, so place, camera and
/// thumbnails in it (EXIF, XMP, ICC) are gone, and so is whatever was hidden behind the image.
package enum ProfilePicture {
    /// Largest upload, in bytes.
    package static let uploadLimit = 8 * 1024 * 1024
    /// Largest picture that is decoded, in pixels: 40 million need 160 MB for a moment.
    package static let pixelLimit = 40_000_000
    /// Width and height of the picture that is kept, in pixels.
    package static let side = 256

    package enum Failure: Error, Equatable, Sendable {
        /// Not JPEG, PNG, WebP or GIF, or broken.
        case unreadable
        /// More pixels than are decoded.
        case tooManyPixels
        /// The package libgd3 is missing on this machine.
        case noLibrary
    }

    /// A square JPEG of `side` pixels, cut from the middle of the upload and turned the way it was meant (EXIF orientation).
    package static func remake(_ upload: [UInt8]) throws(Failure) -> [UInt8] {
        let (header, library) = try admit(upload)
        guard let image = decode(upload, header.format, by: library) else { throw .unreadable }
        defer { library.destroy(image) }
        guard let square = crop(image, by: library) else { throw .unreadable }
        defer { library.destroy(square) }
        guard let turned = turn(square, header.orientation, by: library) else { throw .unreadable }
        defer { if turned != square { library.destroy(turned) } }
        var size: Int32 = 0
        guard let bytes = library.encodeJPEG(turned, &size, 85) else { throw .unreadable }
        defer { library.free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    /// What may be decoded at all: nothing that would need more memory than a picture should.
    static func admit(_ upload: [UInt8]) throws(Failure) -> (ImageHeader, PictureLibrary) {
        guard let header = ImageHeader(upload) else { throw .unreadable }
        guard header.width > 0, header.height > 0, header.width <= 30_000, header.height <= 30_000,
            header.width * header.height <= pixelLimit
        else { throw .tooManyPixels }
        // A package that Sotto needs is missing: nothing is wrong with the picture.
        guard let library = PictureLibrary.loaded else { throw .noLibrary }
        return (header, library)
    }

    /// The same on a thread of its own, **one picture at a time**: a large one takes a second, in which everybody else is served.
    static func remakeApart(_ upload: [UInt8]) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try remake(upload) }) }
        }
    }

    static let queue = DispatchQueue(label: "sotto.pictures", qos: .utility)

    static func decode(_ upload: [UInt8], _ format: ImageHeader.Format, by library: PictureLibrary) -> gdImagePtr? {
        var bytes = upload
        return bytes.withUnsafeMutableBytes { buffer in
            let size = CInt(buffer.count)
            return switch format {
            case .jpeg: library.decodeJPEG(size, buffer.baseAddress)
            case .png: library.decodePNG(size, buffer.baseAddress)
            case .webp: library.decodeWebP(size, buffer.baseAddress)
            case .gif: library.decodeGIF(size, buffer.baseAddress)
            }
        }
    }

    /// The middle square on white, so that a transparent picture looks the same in light and dark.
    private static func crop(_ image: gdImagePtr, by library: PictureLibrary) -> gdImagePtr? {
        let edge = min(image.pointee.sx, image.pointee.sy)
        guard let square = library.make(Int32(side), Int32(side)) else { return nil }
        library.fill(square, 0, 0, Int32(side), Int32(side), 0x00FF_FFFF)
        library.resample(
            square, image, 0, 0, (image.pointee.sx - edge) / 2, (image.pointee.sy - edge) / 2, Int32(side), Int32(side), edge, edge)
        return square
    }

    /// Orientations of EXIF (CIPA DC-008 §4.6.4, tag 0x0112); the mirrored ones are mirrored first.
    static func turn(_ image: gdImagePtr, _ orientation: Int, by library: PictureLibrary) -> gdImagePtr? {
        if [2, 4, 5, 7].contains(orientation) { library.mirror(image) }
        let degrees: Float? =
            switch orientation {
            case 3, 4: 180
            case 5, 8: 90
            case 6, 7: 270
            default: nil
            }
        guard let degrees else { return image }
        return library.rotate(image, degrees, 0x00FF_FFFF)
    }
}
