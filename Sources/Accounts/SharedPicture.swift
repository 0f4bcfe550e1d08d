import CGD
import Dispatch

/// A picture that somebody shows to others, made anew at its own size: what was in the file besides its pixels is gone.
package struct SharedPicture: Sendable {
    package let bytes: [UInt8]
    package let type: String
    package let width: Int
    package let height: Int

    /// Photographs become JPEG, what may be transparent PNG. Of a moving picture the first frame stays.
    package static func remake(_ upload: [UInt8]) throws(ProfilePicture.Failure) -> SharedPicture {
        let (header, library) = try ProfilePicture.admit(upload)
        guard let image = ProfilePicture.decode(upload, header.format, by: library) else { throw .unreadable }
        defer { library.destroy(image) }
        guard let turned = ProfilePicture.turn(image, header.orientation, by: library) else { throw .unreadable }
        defer { if turned != image { library.destroy(turned) } }
        var size: CInt = 0
        let isPhotograph = header.format == .jpeg
        if !isPhotograph { library.saveAlpha(turned, 1) }
        guard let bytes = isPhotograph ? library.encodeJPEG(turned, &size, 88) : library.encodePNG(turned, &size) else { throw .unreadable }
        defer { library.free(bytes) }
        return SharedPicture(
            bytes: Array(UnsafeRawBufferPointer(start: bytes, count: Int(size))), type: isPhotograph ? "image/jpeg" : "image/png",
            width: Int(turned.pointee.sx), height: Int(turned.pointee.sy))
    }

    /// The same on the thread of pictures, one at a time.
    package static func remakeApart(_ upload: [UInt8]) async throws -> SharedPicture {
        try await withCheckedThrowingContinuation { continuation in
            ProfilePicture.queue.async { continuation.resume(with: Result { try remake(upload) }) }
        }
    }
}
