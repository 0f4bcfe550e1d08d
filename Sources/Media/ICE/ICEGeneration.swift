/// What both sides call themselves between two restarts, and the key that proves it.
final class ICEGeneration {
    let local: ICECredentials
    /// USERNAME of a check that is for us: `ours:theirs` (RFC 8445 §7.2.2).
    /// **Both halves must fit.** Nil until the other side told its own.
    private var username: [UInt8]?
    private let mac: HMACSHA1

    /// Nil when there is no memory for the key.
    init?(local: ICECredentials) {
        guard let mac = HMACSHA1(key: Array(local.password.utf8)) else { return nil }
        self.local = local
        self.mac = mac
    }

    func expect(_ remoteFragment: String) {
        username = Array("\(local.fragment):\(remoteFragment)".utf8)
    }

    /// Whether the other side wrote this check in this generation.
    func wrote(_ check: STUNMessage, in bytes: RawSpan) -> Bool {
        guard let username, let place = check.username, bytes.holds(username, in: place) else { return false }
        return check.isAuthentic(in: bytes, by: mac)
    }

    func answer(_ check: STUNMessage, to address: TransportAddress, into output: inout OutputRawSpan) -> Bool {
        check.answer(to: address, by: mac, into: &output)
    }

    func refuseRole(of check: STUNMessage, into output: inout OutputRawSpan) -> Bool {
        check.refuseRole(by: mac, into: &output)
    }
}
