/// When a meeting's pages are told who is there: of a change at once, and
/// of what changes in the moment after it together, when that is over.
///
/// The whole list goes to everybody, so telling each change by itself would cost a hundred people ten thousand faces whenever one of them
/// presses a key.
struct PeopleNews: Sendable {
    /// Who sees what has changed.
    enum Reach: Int, Sendable {
        /// The door and who waits there are for hosts alone.
        case hosts
        case everybody
    }

    /// Between two tellings: shorter than what anybody notices.
    static let pause = Duration.milliseconds(100)

    private var isPausing = false
    private var gathered: Reach?

    /// Something has changed. Whom to tell now, and then begin a pause; nil while one goes on.
    mutating func note(_ reach: Reach) -> Reach? {
        guard isPausing else {
            isPausing = true
            return reach
        }
        if gathered != .everybody { gathered = reach }
        return nil
    }

    /// The pause is over. Whom to tell what has gathered, and then begin another; nil where nothing has.
    mutating func pauseIsOver() -> Reach? {
        defer { gathered = nil }
        isPausing = gathered != nil
        return gathered
    }
}
