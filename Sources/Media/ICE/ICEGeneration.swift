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

    /// Nil when there is no memory for the key.
    init?(local: ICECredentials) {
        guard let mac = HMACSHA1(key: Array(local.password.utf8)) else { return nil }
        self.local = local
        self.mac = mac
    }

    /// False when somebody of another name has been answered already.
    func expect(_ remoteFragment: String) -> Bool {
        let told = Array("\(local.fragment):\(remoteFragment)".utf8)
        guard presumed == nil || presumed == told else { return false }
        (username, presumed) = (told, nil)
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

    func refuseRole(of check: STUNMessage, into output: inout OutputRawSpan) -> Bool {
        check.refuseRole(by: mac, into: &output)
    }
}
