import CGD
import Glibc

/// libgd, loaded when the first picture comes.
///
/// It brings some fifty libraries of formats and fonts with it: seven megabytes and a quarter of the start that a server whose people
/// upload nothing never needs, and code that has no business in a process which reads no picture.
struct PictureLibrary: Sendable {
    /// Decodes so many bytes.
    typealias Decode = @convention(c) (CInt, UnsafeMutableRawPointer?) -> gdImagePtr?

    /// Nil where the package libgd3 is missing.
    static let loaded = PictureLibrary()

    let decodeJPEG: Decode
    let decodePNG: Decode
    let decodeWebP: Decode
    let decodeGIF: Decode
    /// Width, height.
    let make: @convention(c) (CInt, CInt) -> gdImagePtr?
    let destroy: @convention(c) (gdImagePtr?) -> Void
    /// Two corners, colour.
    let fill: @convention(c) (gdImagePtr?, CInt, CInt, CInt, CInt, CInt) -> Void
    /// To, from; where to, where from; size there, size here.
    let resample: @convention(c) (gdImagePtr?, gdImagePtr?, CInt, CInt, CInt, CInt, CInt, CInt, CInt, CInt) -> Void
    let mirror: @convention(c) (gdImagePtr?) -> Void
    /// Degrees, colour of what was outside.
    let rotate: @convention(c) (gdImagePtr?, Float, CInt) -> gdImagePtr?
    /// Where the size goes, quality. The bytes are to be freed by `free`.
    let encodeJPEG: @convention(c) (gdImagePtr?, UnsafeMutablePointer<CInt>?, CInt) -> UnsafeMutableRawPointer?
    let encodePNG: @convention(c) (gdImagePtr?, UnsafeMutablePointer<CInt>?) -> UnsafeMutableRawPointer?
    let saveAlpha: @convention(c) (gdImagePtr?, CInt) -> Void
    let free: @convention(c) (UnsafeMutableRawPointer?) -> Void

    private init?() {
        // Debian's name of the version whose header this was built with.
        guard let library = dlopen("libgd.so.3", RTLD_NOW | RTLD_LOCAL) else { return nil }
        func find<Function>(_ name: String, as type: Function.Type = Function.self) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: type) }
        }
        guard let decodeJPEG: Decode = find("gdImageCreateFromJpegPtr"), let decodePNG: Decode = find("gdImageCreateFromPngPtr"),
            let decodeWebP: Decode = find("gdImageCreateFromWebpPtr"), let decodeGIF: Decode = find("gdImageCreateFromGifPtr"),
            let make = find("gdImageCreateTrueColor", as: (@convention(c) (CInt, CInt) -> gdImagePtr?).self),
            let destroy = find("gdImageDestroy", as: (@convention(c) (gdImagePtr?) -> Void).self),
            let fill = find("gdImageFilledRectangle", as: (@convention(c) (gdImagePtr?, CInt, CInt, CInt, CInt, CInt) -> Void).self),
            let resample = find(
                "gdImageCopyResampled",
                as: (@convention(c) (gdImagePtr?, gdImagePtr?, CInt, CInt, CInt, CInt, CInt, CInt, CInt, CInt) -> Void).self),
            let mirror = find("gdImageFlipHorizontal", as: (@convention(c) (gdImagePtr?) -> Void).self),
            let rotate = find("gdImageRotateInterpolated", as: (@convention(c) (gdImagePtr?, Float, CInt) -> gdImagePtr?).self),
            let encodeJPEG = find(
                "gdImageJpegPtr",
                as: (@convention(c) (gdImagePtr?, UnsafeMutablePointer<CInt>?, CInt) -> UnsafeMutableRawPointer?).self),
            let encodePNG = find(
                "gdImagePngPtr",
                as: (@convention(c) (gdImagePtr?, UnsafeMutablePointer<CInt>?) -> UnsafeMutableRawPointer?).self),
            let saveAlpha = find("gdImageSaveAlpha", as: (@convention(c) (gdImagePtr?, CInt) -> Void).self),
            let free = find("gdFree", as: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self),
            let setErrorMethod = find("gdSetErrorMethod", as: (@convention(c) (OpaquePointer?) -> Void).self)
        else { return nil }
        (self.decodeJPEG, self.decodePNG, self.decodeWebP, self.decodeGIF) = (decodeJPEG, decodePNG, decodeWebP, decodeGIF)
        (self.make, self.destroy, self.fill, self.resample) = (make, destroy, fill, resample)
        (self.mirror, self.rotate, self.encodeJPEG, self.free) = (mirror, rotate, encodeJPEG, free)
        (self.encodePNG, self.saveAlpha) = (encodePNG, saveAlpha)
        // The library would print what it thinks of an upload; with no method at all it keeps quiet.
        setErrorMethod(nil)
    }
}
