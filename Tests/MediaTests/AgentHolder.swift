import TestKit

@testable import Media

/// Holds what cannot be copied where a tuple and a macro can name it.
final class AgentHolder {
    private var value: ICEAgent

    init(_ credentials: ICECredentials) throws {
        guard let agent = ICEAgent(local: credentials) else { throw ICEDrop.noRoom }
        value = agent
    }

    var local: ICECredentials { value.local }
    var drops: Media.Tally<ICEDrop> { value.drops }

    func expect(_ peer: FullICEPeer) -> Bool { value.expect(peer.ours) }
    func restart(local: ICECredentials) -> Bool { value.restart(local: local) }
    func destination(at now: Instant) -> Path? { value.destination(at: now) }
    func isValidated(_ path: Path) -> Bool { value.isValidated(path) }
    func settle(on path: Path?, at now: Instant = .at(.zero)) { value.settle(on: path, at: now) }
    func consent(at now: Instant) -> ICEConsent { value.consent(at: now) }
    func deadline(after now: Instant) -> Instant? { value.deadline(after: now) }
    func expire(at now: Instant) -> [Path] { value.expire(at: now) }

    /// What the agent says to the check, and the answer that it sends.
    func hear(_ check: [UInt8], from path: Path, at now: Instant = .at(.zero)) -> (verdict: ICEVerdict, answer: [UInt8]) {
        var verdict = ICEVerdict.dropped(.noRoom)
        let answer = written { verdict = value.handle(check.span.bytes, from: path, at: now, answer: &$0) }
        return (verdict, answer)
    }

    /// The requests that it makes by now, and where they go.
    func asks(at now: Instant = .at(.zero)) -> [(path: Path, bytes: [UInt8])] {
        var random = SeededGenerator(seed: UInt64(bitPattern: now.nanoseconds))
        var requests: [(path: Path, bytes: [UInt8])] = []
        while let path = value.nextToAsk(at: now) {
            requests.append((path, written { _ = value.ask(path, at: now, using: &random, into: &$0) }))
        }
        return requests
    }
}
