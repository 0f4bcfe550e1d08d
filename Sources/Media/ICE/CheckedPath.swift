/// A way on which an authentic check came, and when the last one did.
struct CheckedPath {
    let path: Path
    var checkedAt: Instant
    /// Who wrote the last check: requests of ours go out under the same names.
    var generation: ICEGeneration
    /// Its place among all nominations; zero when it has not been chosen.
    var nomination: UInt64 = 0
    var proof = PathProof.none
}

/// Whether the other side is at the end of a way, or only gives its address as the source of what it sends from elsewhere.
enum PathProof {
    case none
    /// It is to be found out.
    case wanted
    case asked(PathRequest)
    /// It was at that time; what is in use remains so.
    case given(Instant)
}

/// A request of ours. **Whoever knows its transaction sees what is sent there**: 96 bits are not guessed.
struct PathRequest {
    /// Requests in a row, each sent again later than the last.
    static let mostTries = 3
    /// Few ways take longer there and back. Where one does, a late answer counts all the same.
    static let firstPause: Duration = .milliseconds(200)

    let transaction: STUNTransaction
    let generation: ICEGeneration
    private(set) var tries = 0
    /// When to ask again, or that nobody answered.
    private(set) var due: Instant

    init(_ transaction: STUNTransaction, by generation: ICEGeneration, at now: Instant) {
        (self.transaction, self.generation, due) = (transaction, generation, now)
    }

    mutating func note(at now: Instant) {
        due = now + Self.firstPause * (1 << tries)
        tries += 1
    }

    func isDue(at now: Instant) -> Bool { tries < Self.mostTries && due <= now }

    func isInVain(at now: Instant) -> Bool { tries >= Self.mostTries && due <= now }

    /// Asks anew, in the same words: an answer that took longer counts as well.
    mutating func repeatAll() { tries = 0 }
}

/// How many requests one connection may have sent to where nobody proved to be: **a moment's worth that is saved up, and one more each
/// second**, to however many addresses. Each is shorter than 350 bytes, and mostly a third of that.
struct PathRequestBudget {
    /// A browser that begins ICE anew may choose three ways at once, each of which is worth all its requests.
    static let most = 3 * PathRequest.mostTries
    static let pause: Duration = .seconds(1)

    private var left = most
    /// Up to when it was filled.
    private var filledAt: Instant?

    mutating func isLeft(at now: Instant) -> Bool {
        fill(at: now)
        return left > 0
    }

    mutating func spend(at now: Instant) {
        if left == Self.most { filledAt = now }
        left -= 1
    }

    private mutating func fill(at now: Instant) {
        while left < Self.most, let filledAt, now - filledAt >= Self.pause {
            left += 1
            self.filledAt = filledAt + Self.pause
        }
    }
}
