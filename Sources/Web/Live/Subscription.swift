/// Where one connection is in one stream. Pure: decides what of a batch is to be sent.
///
/// **The browser gets every event once and in order**: while the connection catches up, batches are only noted;
/// a batch that does not join on makes it catch up by itself.
struct Subscription: Equatable {
    private enum Phase: Equatable {
        case live
        /// Reading from the database; `missed` when a batch came by meanwhile.
        case catchingUp(missed: Bool)
    }

    enum Step: Equatable {
        /// Send the events with a sequence above `after`.
        case send(after: Int)
        /// Nothing to do now.
        case rest
        /// Read what is missing.
        case catchUp
    }

    let stream: StreamID
    /// The last sequence sent; nil until the first look, for a browser that has not been in this stream.
    private(set) var position: Int?
    private var phase = Phase.catchingUp(missed: false)

    init(_ stream: StreamID, position: Int?) {
        self.stream = stream
        self.position = position
    }

    /// Events of the sequences `range` have been committed; nil says only that there may be something new, up to `last`.
    mutating func take(_ range: ClosedRange<Int>?, upTo last: Int = .max) -> Step {
        guard case .live = phase, let position else {
            phase = .catchingUp(missed: true)
            return .rest
        }
        guard let range, range.lowerBound <= position + 1 else {
            guard last > position else { return .rest }
            phase = .catchingUp(missed: false)
            return .catchUp
        }
        guard range.upperBound > position else { return .rest }
        self.position = range.upperBound
        return .send(after: position)
    }

    /// Everything up to `last` has been sent. `.catchUp` when something came by meanwhile.
    mutating func caughtUp(to last: Int) -> Step {
        position = last
        let again = phase == .catchingUp(missed: true)
        phase = again ? .catchingUp(missed: false) : .live
        return again ? .catchUp : .rest
    }
}
