import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The browser's part of Sotto: stylesheets, modules, icons and texts, served from memory.
///
/// Addresses carry a fingerprint of all of them, `/assets/<fingerprint>/calls/call.js`, so that a browser may keep a file for ever,
/// and a module and the modules it imports are always of one version. **Only what is in this list exists**: no path reaches the disk.
package struct Assets: Sendable {
    /// Length of a fingerprint, in hexadecimal digits.
    static let fingerprintLength = 16

    struct Asset: Sendable {
        let type: String
        let plain: ByteBuffer
        /// Nil when it would not be smaller.
        let gzip: ByteBuffer?
    }

    let assets: [String: Asset]
    /// Changes whenever any file does.
    package let fingerprint: String

    package init(_ folder: BrowserFolder) {
        var assets: [String: Asset] = [:]
        var hash = SHA256()
        for (path, bytes) in folder.files.sorted(by: { $0.key < $1.key }) {
            guard let type = Self.type(of: path) else { continue }
            hash.update(data: Array("\(path)\0\(bytes.count)\0".utf8))
            hash.update(data: bytes)
            let bytes = path.hasSuffix(".js") ? Script.withoutComments(bytes) : bytes
            let small = Gzip.compress(bytes, level: 9).flatMap { $0.count < bytes.count ? ByteBuffer(bytes: $0) : nil }
            assets[path] = Asset(type: type, plain: ByteBuffer(bytes: bytes), gzip: small)
        }
        self.assets = assets
        fingerprint = String(
            hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined().prefix(Self.fingerprintLength))
    }

    /// What stands before every asset's own path.
    package var prefix: String { "/assets/\(fingerprint)" }

    /// The media type of a file that is served; nil for every other (templates, tests, anything unknown).
    static func type(of path: String) -> String? {
        guard !path.hasSuffix(".test.js"), let dot = path.lastIndex(of: ".") else { return nil }
        switch path[dot...] {
        case ".js": return "text/javascript; charset=utf-8"
        case ".css": return "text/css; charset=utf-8"
        case ".svg": return "image/svg+xml"
        case ".png": return "image/png"
        case ".woff2": return "font/woff2"
        case ".wasm": return "application/wasm"
        case ".ogg": return "audio/ogg"
        case ".webmanifest": return "application/manifest+json"
        case ".json": return path.hasPrefix("text/") ? "application/json; charset=utf-8" : nil
        default: return nil
        }
    }

    /// `GET /assets/{fingerprint}/**`. A page that was open while the server was renewed asks for the old fingerprint:
    /// it gets the file of today, to be asked for again soon.
    package var route: Route {
        Route(.get, "/assets/{fingerprint}/**", .everyone, isAnonymous: true, purpose: "Hands out stylesheets, modules, icons and texts.") {
            request, context in
            try respond(to: request, fingerprint: context.parameters.get("fingerprint") ?? "")
        }
    }

    func respond(to request: Request, fingerprint asked: String) throws(Problem) -> Response {
        // The path as it was sent: no name of ours needs escaping, so an escaped one is none of ours.
        let start = "/assets/\(asked)/"
        guard Self.isFingerprint(asked), request.uri.path.hasPrefix(start),
            let asset = assets[String(request.uri.path.dropFirst(start.count))]
        else { throw .notFound }
        var headers: HTTPFields = [
            .contentType: asset.type,
            .cacheControl: asked == fingerprint ? "public, max-age=31536000, immutable" : "public, max-age=60",
            .vary: "Accept-Encoding",
        ]
        guard let gzip = asset.gzip, Gzip.isAccepted(request.headers[.acceptEncoding]) else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.plain))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip))
    }

    private static func isFingerprint(_ text: String) -> Bool {
        text.utf8.count == fingerprintLength && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
