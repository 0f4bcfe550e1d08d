import Synchronization

/// When something that changes often is told: a change at once, and what changes in the pause after it together, when that is over.
///
/// It neither waits nor tells by itself; `ThrottledNews` does.
public struct Throttle<News: Sendable>: Sendable {
    private let merge: @Sendable (inout News, News) -> Void
    private var isPausing = false
    private var gathered: News?

    /// - Parameter merging: adds later news to earlier ones, so that they can be told as one.
    public init(merging: @escaping @Sendable (inout News, News) -> Void) {
        merge = merging
    }

    /// Something has changed. What to tell now, and then begin a pause; nil while one goes on.
    public mutating func note(_ news: News) -> News? {
        guard isPausing else {
            isPausing = true
            return news
        }
        if gathered == nil { gathered = news } else { merge(&gathered!, news) }
        return nil
    }

    /// The pause is over. What has gathered, to be told now and followed by another; nil where nothing has.
    public mutating func pauseIsOver() -> News? {
        defer { gathered = nil }
        isPausing = gathered != nil
        return gathered
    }
}

/// Tells what changes often at the pace of a `Throttle`, from wherever it is noted.
public final class ThrottledNews<News: Sendable>: Sendable {
    private let throttle: Mutex<Throttle<News>>
    private let pause: Duration

    /// - Parameters:
    ///   - pause: between two tellings; counted from when one is done, so a slow one is not followed at once by the next.
    ///   - merging: adds later news to earlier ones.
    public init(pause: Duration, merging: @escaping @Sendable (inout News, News) -> Void) {
        self.pause = pause
        throttle = Mutex(Throttle(merging: merging))
    }

    /// Something has changed.
    ///
    /// - Parameter tell: tells everybody concerned; called once for what is noted before it is called.
    public func note(_ news: News, tell: @escaping @Sendable (News) async -> Void) {
        guard let first = throttle.withLock({ $0.note(news) }) else { return }
        Task {
            var next: News? = first
            while let news = next {
                await tell(news)
                // The pace: what changes meanwhile is looked up once, afterwards.
                try? await Task.sleep(for: pause)
                next = throttle.withLock { $0.pauseIsOver() }
            }
        }
    }
}
