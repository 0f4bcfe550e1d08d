import NIOCore

/// Flushes every socket that was written to once, at the end of the event loop's tick.
///
/// A flush is a system call: with one a frame instead of one a tick the same fan-out costs three times as much.
/// Belongs to one event loop and is only touched there.
final class FlushTick {
    private let loop: any EventLoop
    private var dirty: [Socket] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// The socket was written to. Call it once for each socket and tick.
    func add(_ socket: Socket) {
        dirty.append(socket)
        guard dirty.count == 1 else { return }
        loop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        let sockets = dirty
        dirty.removeAll(keepingCapacity: sockets.count < 4096)
        for socket in sockets { socket.flush() }
    }
}
