import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Tells what time it is. Passed in wherever time matters, so that a test can let a year pass in a millisecond.
package protocol WallClock: Sendable {
    var now: Timestamp { get }
}

/// The machine's clock.
package struct SystemClock: WallClock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands still until it is told to move.
package final class ManualClock: WallClock {
    private let current: Mutex<Timestamp>

    package init(_ start: Timestamp = .init(milliseconds: 1_800_000_000_000)) {
        current = Mutex(start)
    }

    package var now: Timestamp { current.withLock { $0 } }

    package func advance(by duration: Duration) {
        current.withLock { $0 = $0 + duration }
    }
}
