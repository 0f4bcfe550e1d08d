// Whoever takes part knows the keys of its own checks, and can send one that is right in all from a forged address, for the media to be
// poured over somebody else. RFC 8445 leaves a lite side without a defence. So it asks back where it is sent to.

extension ICEAgent {
    /// So long a way that was used or asked about remains proven, as for a telephone that goes to and fro between two networks: the term of
    /// consent.
    static let proofLife = consentLife

    /// The handshake is done. **From now on a way is used when the other side has proved to be at its end**: it was sent the
    /// handshake there and nowhere else, it answers a request, or it is a connection of TCP.
    mutating func settle(on proven: Path?, at now: Instant) {
        isSettled = true
        let wanted = selected
        selected = nil
        if let place = paths.firstIndex(where: { $0.path == proven }) {
            paths[place].proof = .given(now)
            use(place, at: now)
        }
        if let place = paths.firstIndex(where: { $0.path == wanted?.path }), wanted?.path != selected?.path { want(place, at: now) }
    }

    /// Whether nobody checks the way in use any more. Then another is as good without being chosen: behind a router that gave it another
    /// port a browser goes on as if nothing had happened, and some choose once and never again (Firefox, aiortc, Pion).
    func isInDoubt(at now: Instant) -> Bool { selected.map { now - $0.checkedAt >= Self.doubt } ?? true }

    /// The other side chose this way, or nothing else is left: it is used as soon as it is proven.
    mutating func want(_ place: Int, at now: Instant) {
        let generation = paths[place].generation
        switch paths[place].proof {
        case _ where paths[place].path.carrier == .tcp: use(place, at: now)
        case .given(let time) where now - time < Self.proofLife: use(place, at: now)
        case .asked(var request) where request.generation === generation:
            guard request.isInVain(at: now) else { return }
            request.repeatAll()
            paths[place].proof = .asked(request)
        default: paths[place].proof = .wanted
        }
    }

    private mutating func use(_ place: Int, at now: Instant) {
        if let left = paths.firstIndex(where: { $0.path == selected?.path }) { paths[left].proof = .given(now) }
        selected = paths[place]
    }

    /// Takes the answer to a request of ours, **from where the request went**. An error is none: two lite sides that somebody brings to
    /// ask each other refuse each other's role.
    mutating func judge(answer: STUNMessage, in bytes: RawSpan, from path: Path, at now: Instant) throws(ICEDrop) -> ICEVerdict {
        guard let place = paths.firstIndex(where: { $0.path == path }), case .asked(let request) = paths[place].proof,
            request.transaction == answer.transaction
        else { throw .noCheck }
        guard request.generation.answered(answer, in: bytes) else { throw .notAuthentic }
        paths[place].proof = .given(now)
        let current = paths.first { $0.path == selected?.path }
        // Another may have been chosen, and proven, since.
        if isInDoubt(at: now) || (current?.nomination ?? 0) < paths[place].nomination { use(place, at: now) }
        return .proved
    }
}

// MARK: - Requests

extension ICEAgent {
    /// Whether there is a way to be asked about, now or soon.
    var isAsking: Bool {
        paths.contains { checked in
            switch checked.proof {
            case .wanted: checked.generation.canAsk
            case .asked(let request): request.tries < PathRequest.mostTries
            case .none, .given: false
            }
        }
    }

    /// Where a request is due, as long as the budget lasts.
    mutating func nextToAsk(at now: Instant) -> Path? {
        guard requests.isLeft(at: now) else { return nil }
        let due = paths.first { checked in
            switch checked.proof {
            // One that does not say its password yet is waited for.
            case .wanted: checked.generation.canAsk
            case .asked(let request): request.isDue(at: now)
            case .none, .given: false
            }
        }
        return due?.path
    }

    /// Appends the request to ask there with. False if there is no room.
    mutating func ask(
        _ path: Path, at now: Instant, using random: inout some RandomNumberGenerator, into output: inout OutputRawSpan
    ) -> Bool {
        guard let place = paths.firstIndex(where: { $0.path == path }) else { return false }
        requests.spend(at: now)
        var request: PathRequest
        if case .asked(let earlier) = paths[place].proof {
            request = earlier
        } else {
            request = PathRequest(STUNTransaction(using: &random), by: paths[place].generation, at: now)
        }
        let tieBreaker = tieBreaker ?? random.next()
        self.tieBreaker = tieBreaker
        request.note(at: now)
        paths[place].proof = .asked(request)
        return request.generation.ask(request.transaction, tieBreaker: tieBreaker, into: &output)
    }
}
