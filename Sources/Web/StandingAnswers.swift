package import HTTPTypes
import Metrics
package import NIOCore
import Synchronization
package import Vocabulary

/// Answers that stand for a moment: files that are the same for everybody, given again **on the event loop that read the request**,
/// without a task, a route or a look at who asks (complaint 16: ten thousand page views a second cost a file).
///
/// A route says that its answers may stand (`Route.standing`), `Mount` which of them do, and the connection that brings one out keeps it
/// as it left, with all its headers (`StandingAnswerHandler`).
package final class StandingAnswers: Sendable {
    /// Paths kept; past it all are forgotten and asked for anew.
    static let mostPaths = 2000
    /// Longest body kept, in bytes.
    static let longestBody = 256 * 1024

    /// One answer as it leaves.
    struct Answer: Sendable {
        let head: HTTPResponse
        let body: ByteBuffer
    }

    private struct Key: Hashable {
        let isCompressed: Bool
        let isSecure: Bool
    }

    private struct Kept {
        let answer: Answer
        let until: Timestamp
    }

    /// A path whose answers may stand.
    private struct Place {
        let time: Duration
        let given: Counter
        let unchanged: Counter
        let timer: Metrics.Timer
        var kept: [Key: Kept] = [:]
    }

    private let clock: any WallClock
    private let places = Mutex<[String: Place]>([:])

    package init(clock: any WallClock) {
        self.clock = clock
    }

    /// Forgets everything, as when what a file tells was changed here.
    package func clear() {
        places.withLock { $0.removeAll() }
    }

    /// From now on answers to this path may be kept: the route found something there.
    func allow(_ request: HTTPRequest, of route: Route) {
        guard let time = route.standing, let path = Self.path(of: request) else { return }
        places.withLock { places in
            guard places[path] == nil else { return }
            if places.count >= Self.mostPaths { places.removeAll() }
            places[path] = Place(
                time: time, given: Mount.counter(route, .ok), unchanged: Mount.counter(route, .notModified), timer: Mount.timer(route))
        }
    }

    /// Whether the answer to this path is worth a look when it leaves.
    func mayKeep(_ path: String) -> Bool {
        places.withLock { $0[path] != nil }
    }

    /// Keeps an answer, if it is one that everybody would get: found, public, dependent on nothing but how it is packed.
    func keep(_ answer: Answer, to request: HTTPRequest, isSecure: Bool) {
        let fields = answer.head.headerFields
        guard let path = Self.path(of: request), answer.head.status == .ok, answer.body.readableBytes <= Self.longestBody,
            fields[.cacheControl]?.hasPrefix("public") == true, fields[.vary] == "Accept-Encoding", !fields.contains(.setCookie)
        else { return }
        let key = Key(isCompressed: fields[.contentEncoding] == "gzip", isSecure: isSecure)
        // A file too small to be packed is not taken for what those get who cannot unpack.
        guard key.isCompressed == Gzip.isAccepted(request.headerFields[.acceptEncoding]) else { return }
        let now = clock.now
        places.withLock { places in
            guard let time = places[path]?.time else { return }
            places[path]?.kept[key] = Kept(answer: answer, until: now + time)
        }
    }

    /// The answer that stands, counted as given; nil when the request has to go its usual way.
    func answer(to request: HTTPRequest, isSecure: () -> Bool) -> Answer? {
        let began = NIODeadline.now()
        guard let path = Self.path(of: request), let place = places.withLock({ $0[path] }) else { return nil }
        let key = Key(isCompressed: Gzip.isAccepted(request.headerFields[.acceptEncoding]), isSecure: isSecure())
        guard let kept = place.kept[key], clock.now < kept.until else { return nil }
        defer { place.timer.recordNanoseconds((NIODeadline.now() - began).nanoseconds) }
        guard let tag = kept.answer.head.headerFields[.eTag], request.headerFields[.ifNoneMatch]?.contains(tag) == true else {
            place.given.increment()
            return kept.answer
        }
        place.unchanged.increment()
        return kept.answer.unchanged
    }

    /// The path of a request that an answer may stand for: a plain GET without a query.
    static func path(of request: HTTPRequest) -> String? {
        guard request.method == .get, let path = request.path, !path.utf8.contains(UInt8(ascii: "?")) else { return nil }
        return path
    }
}

extension StandingAnswers.Answer {
    /// RFC 9110 §15.4.5: without what describes the body.
    fileprivate var unchanged: Self {
        var head = head
        head.status = .notModified
        for name in [.contentType, .contentLength, .contentEncoding] as [HTTPField.Name] { head.headerFields[name] = nil }
        return Self(head: head, body: ByteBuffer())
    }
}
