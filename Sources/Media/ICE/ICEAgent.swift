/// The lite side of ICE (RFC 8445 §2.5) for one peer connection: it answers checks, makes none of its own accord, and remembers which ways
/// are good.
///
/// **Nothing is ever sent where no authenticated check came from, and nothing after consent has run out.** Once the handshake is done
/// nothing but answers and a few requests goes where nobody proved to be (`settle`).
/// What is not authentic gets no answer at all: whoever knows only the public name of a peer can neither end nor move its connection.
package struct ICEAgent: ~Copyable {
    /// How many ways a peer may have at once; a browser tries each pair of its addresses and ours.
    static let mostPaths = 8
    /// A way that was not checked for so long is forgotten, unless it is the one in use.
    static let pathLife: Duration = .seconds(15)
    /// Consent that was not renewed for so long is gone (RFC 7675 §5.1).
    static let consentLife: Duration = .seconds(30)
    /// When to tell people that the connection is in doubt: browsers check every 2.5 to 5 s.
    static let doubt: Duration = .seconds(8)

    private var current: ICEGeneration
    /// The generation before a restart, until the first check of the new one (RFC 8445 §9).
    private var previous: ICEGeneration?
    var paths: [CheckedPath] = []
    private var history = CheckHistory()
    /// The way that the other side chose (RFC 8445 §8.1.1) or, before it chose, the first that it checked.
    var selected: CheckedPath?
    /// How often a way was chosen.
    private var nominations: UInt64 = 0
    /// Whether the handshake is done, from when on a way must be proven before it is used.
    var isSettled = false
    var requests = PathRequestBudget()
    /// RFC 8445 §16.1, drawn with the first request.
    var tieBreaker: UInt64?
    package private(set) var drops = Tally<ICEDrop>()

    /// Nil when there is no memory for the key.
    package init?(local: ICECredentials) {
        guard let generation = ICEGeneration(local: local) else { return nil }
        current = generation
        paths.reserveCapacity(Self.mostPaths)
    }

    package var local: ICECredentials { current.local }

    /// Takes the other side's names from its description. Who knows our key and checked before it came is answered (RFC 8445 §7.3), as
    /// nobody waits for a description to arrive, and over TCP no check is made twice (RFC 5389 §7.2.2). False when that was somebody else.
    package mutating func expect(_ remote: ICECredentials) -> Bool {
        current.expect(remote)
    }

    /// Begins a new generation. **Ways, keys and media stay** until checks of the new one say otherwise, so nobody hears a restart.
    /// False when there is no memory; then nothing has changed.
    package mutating func restart(local: ICECredentials) -> Bool {
        guard let generation = ICEGeneration(local: local) else { return false }
        // Of two restarts in a row the second leaves alone what the first kept: that one is in use.
        if previous == nil { previous = current }
        current = generation
        return true
    }
}

// MARK: - Checks

extension ICEAgent {
    /// Judges a datagram that looks like STUN, and appends the answer if there is one. `ask` says whether more is to be sent.
    package mutating func handle(
        _ bytes: RawSpan, from path: Path, at now: Instant, answer output: inout OutputRawSpan
    ) -> ICEVerdict {
        do throws(ICEDrop) {
            return try judge(bytes, from: path, at: now, answer: &output)
        } catch {
            drops.count(error)
            return .dropped(error)
        }
    }

    private mutating func judge(
        _ bytes: RawSpan, from path: Path, at now: Instant, answer output: inout OutputRawSpan
    ) throws(ICEDrop) -> ICEVerdict {
        guard let check = try? STUNMessage(parsing: bytes) else { throw .malformed }
        guard check.method == STUNMessage.binding else { throw .noCheck }
        if check.kind == .success { return try judge(answer: check, in: bytes, from: path, at: now) }
        guard check.kind == .request else { throw .noCheck }
        guard check.hasFingerprint(in: bytes) else { throw .fingerprint }
        let generation = try author(of: check, in: bytes)
        guard check.unknown == nil else { throw .unknownAttribute }
        guard history.admits(check.transaction, on: path) else { throw .replayed }
        // A lite agent is always the controlled side of a full one.
        guard check.claimsControl != false else {
            guard generation.refuseRole(of: check, into: &output) else { throw .noRoom }
            return .refused
        }
        generation.presume(check, in: bytes)
        guard generation.answer(check, to: path.remote, into: &output) else { throw .noRoom }
        return .answered(forgot: note(path, by: generation, nominated: check.nominates, at: now))
    }

    private mutating func author(of check: STUNMessage, in bytes: RawSpan) throws(ICEDrop) -> ICEGeneration {
        if current.wrote(check, in: bytes) {
            previous = nil
            return current
        }
        guard let previous, previous.wrote(check, in: bytes) else { throw .notAuthentic }
        return previous
    }

    /// Remembers that the way was checked just now. Returns one that had to give up its place.
    private mutating func note(_ path: Path, by generation: ICEGeneration, nominated: Bool, at now: Instant) -> Path? {
        var checked = paths.first { $0.path == path } ?? CheckedPath(path: path, checkedAt: now, generation: generation)
        (checked.checkedAt, checked.generation) = (now, generation)
        if nominated {
            nominations += 1
            checked.nomination = nominations
        }
        let (place, forgotten) = place(for: path)
        guard let place else { return forgotten }
        if place < paths.count { paths[place] = checked } else { paths.append(checked) }
        if selected?.path == path || !isSettled && (nominated || selected == nil) {
            selected = checked
        } else if isSettled, nominated || isInDoubt(at: now) {
            want(place, at: now)
        }
        return forgotten
    }

    /// Where to remember a way, and which one is not remembered for it.
    private func place(for path: Path) -> (place: Int?, forgotten: Path?) {
        if let place = paths.firstIndex(where: { $0.path == path }) { return (place, nil) }
        guard paths.count == Self.mostPaths else { return (paths.count, nil) }
        let others = paths.indices.filter { paths[$0].path != selected?.path }
        guard let oldest = others.min(by: { paths[$0].checkedAt < paths[$1].checkedAt }) else { return (nil, path) }
        return (oldest, paths[oldest].path)
    }
}

// MARK: - Consent

extension ICEAgent {
    /// Where to send; nil before the first check and once consent has run out.
    package func destination(at now: Instant) -> Path? {
        guard let selected, now - selected.checkedAt < Self.consentLife else { return nil }
        return selected.path
    }

    /// Whether DTLS and media from there may be read at all.
    package func isValidated(_ path: Path) -> Bool {
        paths.contains { $0.path == path }
    }

    package func consent(at now: Instant) -> ICEConsent {
        guard let selected else { return .none }
        switch now - selected.checkedAt {
        case ..<Self.doubt: return .given
        case ..<Self.consentLife: return .doubtful
        default: return .none
        }
    }

    /// When `expire` or `consent` has something new to say if no check comes before.
    package func deadline(after now: Instant) -> Instant? {
        var deadlines = paths.filter { $0.path != selected?.path }.map { $0.checkedAt + Self.pathLife }
        if let selected { deadlines += [selected.checkedAt + Self.doubt, selected.checkedAt + Self.consentLife] }
        return deadlines.filter { $0 > now }.min()
    }

    /// Forgets the ways that have not been checked for too long, and returns them.
    package mutating func expire(at now: Instant) -> [Path] {
        if let selected, now - selected.checkedAt >= Self.consentLife { self.selected = nil }
        let inUse = selected?.path
        func isStale(_ checked: CheckedPath) -> Bool { checked.path != inUse && now - checked.checkedAt >= Self.pathLife }
        // Nearly always there is nothing to do, and nothing to be allocated.
        guard paths.contains(where: isStale) else { return [] }
        let stale = paths.filter(isStale).map(\.path)
        paths.removeAll(where: isStale)
        return stale
    }
}

/// What became of a check.
package enum ICEVerdict: Equatable, Sendable {
    /// The way is good; another may have lost its place to it.
    case answered(forgot: Path?)
    /// The other side has the wrong role and was told so.
    case refused
    /// A request of ours was answered: the other side is there.
    case proved
    case dropped(ICEDrop)
}

package enum ICEConsent: Equatable, Sendable {
    case none, given
    /// Still sending, but the last check is long ago: people should know.
    case doubtful
}

/// Why a check got no answer, or an answer meant nothing.
package enum ICEDrop: UInt8, Error, CaseIterable, Sendable {
    case malformed
    /// An indication, an error, an answer that nobody asked for there, or another method.
    case noCheck
    case fingerprint
    /// Not for us, or not written with our key.
    case notAuthentic
    case unknownAttribute
    /// Seen before on another way.
    case replayed
    /// The answer did not fit its span, or OpenSSL failed.
    case noRoom
}
