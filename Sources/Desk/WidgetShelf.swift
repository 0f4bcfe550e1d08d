import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Vocabulary
package import Web

/// A file of the widget as it is handed out: written once, then only copied.
struct WidgetFile: Sendable {
    let headers: HTTPFields
    let plain: ByteBuffer
    let gzip: ByteBuffer?
    let tag: String

    init(_ text: String, type: String, keptFor seconds: Int, headers: HTTPFields = [:]) {
        let bytes = Array(text.utf8)
        plain = ByteBuffer(bytes: bytes)
        gzip = Gzip.compress(bytes, level: 9).map { ByteBuffer(bytes: $0) }
        tag = "\"" + SHA256.hash(data: bytes).prefix(12).map { String(UInt16($0) + 256, radix: 16).suffix(2) }.joined() + "\""
        var all = headers
        all[.contentType] = type
        all[.eTag] = tag
        all[.cacheControl] = "public, max-age=\(seconds)"
        all[.vary] = "Accept-Encoding"
        // It is meant for other people's pages.
        all[.crossOriginResourcePolicy] = "cross-origin"
        self.headers = all
    }

    func response(to request: Request) -> Response {
        if request.headers[.ifNoneMatch]?.contains(tag) == true {
            var headers = self.headers
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        guard let gzip, Gzip.isAccepted(request.headers[.acceptEncoding]) else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: plain))
        }
        var headers = self.headers
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip))
    }
}

/// The widget's files of all sites in memory, so that **a page view costs a look into a dictionary** and no database (complaint 16).
package final class WidgetShelf: Sendable {
    /// How long a change of a site's settings may take to show, on any node.
    static let freshFor = Duration.seconds(10)
    /// A larger number of sites is read anew now and then.
    static let limit = 2000

    private struct Entry {
        let file: WidgetFile
        let until: Timestamp
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Those of them that the connections give again by themselves.
    private let standing: StandingAnswers

    package init(standing: StandingAnswers) {
        self.standing = standing
    }

    /// The file of this name, made when there is none that is fresh.
    func file(_ name: String, at now: Timestamp, freshFor time: Duration = freshFor, make: () async throws -> WidgetFile) async throws
        -> WidgetFile
    {
        if let entry = entries.withLock({ $0[name] }), now < entry.until { return entry.file }
        let made = try await make()
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll() }
            entries[name] = Entry(file: made, until: now + time)
        }
        return made
    }

    /// Forgets everything, as when a site's settings were changed here.
    package func clear() {
        entries.withLock { $0.removeAll() }
        standing.clear()
    }
}
