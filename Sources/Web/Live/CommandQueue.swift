import NIOCore

/// The commands of one connection that wait for the one under way: **they are carried out one after another, in the order they came.**
///
/// Bounded in number and bytes. When it is full the socket is not read until it has emptied by half, so the browser waits and nobody else.
struct CommandQueue {
    enum Step: Equatable {
        /// Nothing was under way: carry this one out.
        case start(ByteBuffer)
        case wait
        /// Full: read no more until `next` says so.
        case pause
    }

    /// More than a browser keeps for sending again (256), so that coming back never makes it wait.
    static let most = 512
    static let mostBytes = 1 << 20

    private var waiting = CircularBuffer<ByteBuffer>()
    private var bytes = 0
    private(set) var isUnderWay = false
    private var isPaused = false

    init() {}

    mutating func add(_ command: ByteBuffer) -> Step {
        guard isUnderWay else {
            isUnderWay = true
            return .start(command)
        }
        waiting.append(command)
        bytes += command.readableBytes
        isPaused = waiting.count >= Self.most || bytes >= Self.mostBytes
        return isPaused ? .pause : .wait
    }

    /// The one under way is done: gives the next one, and whether the socket may be read again.
    mutating func next() -> (command: ByteBuffer?, resumes: Bool) {
        guard let command = waiting.popFirst() else {
            isUnderWay = false
            // An idle connection keeps no buffer.
            if waiting.capacity > 0 { waiting = CircularBuffer() }
            return (nil, false)
        }
        bytes -= command.readableBytes
        let resumes = isPaused && waiting.count <= Self.most / 2 && bytes <= Self.mostBytes / 2
        if resumes { isPaused = false }
        return (command, resumes)
    }

    /// Forgets what waits.
    mutating func clear() {
        waiting = CircularBuffer()
        bytes = 0
    }
}
