/// New events of a stream, ready for any number of browsers.
struct StreamBatch: Sendable {
    let stream: StreamID
    /// The last sequence that was read.
    let last: Int
    /// The events up to `last`, without a hole. Nil when it can only be said that there is something new.
    let frames: [LiveFrame]?

    init(stream: StreamID, last: Int, frames: [LiveFrame]?) {
        self.stream = stream
        self.last = last
        self.frames = frames
    }

    static func nothing(_ stream: StreamID, after position: Int) -> StreamBatch {
        StreamBatch(stream: stream, last: position, frames: [])
    }

    static func somethingNew(in stream: StreamID) -> StreamBatch {
        StreamBatch(stream: stream, last: 0, frames: nil)
    }

    /// The sequences of `frames`.
    var range: ClosedRange<Int>? {
        guard let frames, !frames.isEmpty else { return nil }
        return last - frames.count + 1...last
    }

    /// The events with a sequence above `position`.
    func frames(above position: Int) -> ArraySlice<LiveFrame> {
        (frames ?? []).suffix(max(0, last - position))
    }
}
