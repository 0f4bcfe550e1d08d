/// Counts what waits for one browser, so that a slow reader cannot fill our memory.
///
/// The channel itself holds the bytes and knows how many; asking it costs more than counting, so it is asked only when the
/// count has reached the capacity since the last answer. **What waits never exceeds capacity by more than one message.**
struct Backlog {
    /// Every frame costs something, or a flood of empty pings would queue empty pongs without end.
    static let overhead = 64

    private let capacity: Int
    /// No less than what waits: the last answer and everything added since.
    private var ceiling = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Counts a frame that is about to be written. False when the browser has fallen too far behind to keep.
    mutating func add(_ bytes: Int, waiting: () -> Int) -> Bool {
        ceiling += bytes + Self.overhead
        guard ceiling > capacity else { return true }
        ceiling = waiting() + bytes + Self.overhead
        return ceiling <= capacity
    }
}
