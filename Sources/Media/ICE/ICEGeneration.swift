/// What both sides call themselves between two restarts, and the key that proves it.
final class ICEGeneration {
    let local: ICECredentials
    /// USERNAME of a check that is for us: `ours:theirs` (RFC 8445 §7.2.2).
    /// **Both halves must fit.** Nil until the other side told its own.
    private var username: [UInt8]?
    /// The name under which somebody who knows our key checked before that: they are answered at once (RFC 8445 §7.3), and must have been
    /// who the description names.
    private var presumed: [UInt8]?
    private let mac: HMACSHA1
    /// What the other side calls itself, by which requests of ours find it.
    private var remote: ICECredentials?
    private var remoteMAC: HMACSHA1?

    /// Nil when there is no memory for the key.
    init?(local: ICECredentials) {
        guard let mac = HMACSHA1(key: Array(local.password.utf8)) else { return nil }
        self.local = local
        self.mac = mac
    }

    /// False when somebody of another name has been answered already.
    func expect(_ theirs: ICECredentials) -> Bool {
        let told = Array("\(local.fragment):\(theirs.fragment)".utf8)
        guard presumed == nil || presumed == told else { return false }
        (username, presumed, remote, remoteMAC) = (told, nil, theirs, nil)
        return true
    }

    /// Whether the other side wrote this check in this generation.
    func wrote(_ check: STUNMessage, in bytes: RawSpan) -> Bool {
        guard let place = check.username else { return false }
        if let known = username ?? presumed {
            guard bytes.holds(known, in: place) else { return false }
            return check.isAuthentic(in: bytes, by: mac)
        }
        let ours = Array("\(local.fragment):".utf8)
        return place.count > ours.count && bytes.holds(ours, in: place.lowerBound..<place.lowerBound + ours.count)
            && check.isAuthentic(in: bytes, by: mac)
    }

    /// Whoever wrote this check is answered, and the only one from now on.
    func presume(_ check: STUNMessage, in bytes: RawSpan) {
        guard username == nil, presumed == nil, let place = check.username else { return }
        presumed = place.map { bytes.byte(at: $0) }
    }

    func answer(_ check: STUNMessage, to address: TransportAddress, into output: inout OutputRawSpan) -> Bool {
        check.answer(to: address, by: mac, into: &output)
    }

    /// Whether the other side has said by which password it would know a request of ours.
    var canAsk: Bool { remote != nil }

    /// Appends a request of ours, whose USERNAME is `theirs:ours`.
    func ask(_ transaction: STUNTransaction, tieBreaker: UInt64, into output: inout OutputRawSpan) -> Bool {
        guard let remote, let mac = macOfTheirs() else { return false }
        let username = Array("\(remote.fragment):\(local.fragment)".utf8)
        return STUNMessage.request(transaction, to: username, tieBreaker: tieBreaker, by: mac, into: &output)
    }

    /// Whether the other side wrote this answer to a request of ours. Its integrity covers all that FINGERPRINT covers.
    func answered(_ answer: STUNMessage, in bytes: RawSpan) -> Bool {
        macOfTheirs().map { answer.isAuthentic(in: bytes, by: $0) } ?? false
    }

    /// Made when it is needed: most connections stay where they are.
    private func macOfTheirs() -> HMACSHA1? {
        guard remoteMAC == nil, let remote else { return remoteMAC }
        remoteMAC = HMACSHA1(key: Array(remote.password.utf8))
        return remoteMAC
    }

    func refuseRole(of check: STUNMessage, into output: inout OutputRawSpan) -> Bool {
        check.refuseRole(by: mac, into: &output)
    }
}
