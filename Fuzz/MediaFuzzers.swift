@testable import Media

extension Fuzzer {
    static let media = [stun, ice]

    static let stun = Fuzzer(name: "stun") { bytes in
        guard let message = try? STUNMessage(parsing: bytes.span.bytes) else { return }
        _ = message.hasFingerprint(in: bytes.span.bytes)
        _ = message.localFragment(in: bytes.span.bytes)
        _ = message.mappedAddress(in: bytes.span.bytes)
        if let username = message.username { precondition(username.upperBound <= bytes.count, "a name lies outside") }
    }

    /// The input as attributes of a check that is authentic, and as it is.
    static let ice = Fuzzer(name: "ice") { bytes in
        let ours = ICECredentials(fragment: "ours", password: "a password for the fuzzer")
        guard var agent = ICEAgent(local: ours), let mac = HMACSHA1(key: Array(ours.password.utf8)) else { return }
        agent.expect(remoteFragment: "them")
        let path = Path(.udp, local: .init(ipv4: 1, port: 1), remote: .init(ipv4: 2, port: 2))
        let (plain, answer) = hear(bytes, by: &agent, on: path)
        if case .dropped = plain { precondition(answer.isEmpty, "what was dropped got an answer") }
        precondition(agent.isValidated(path) == (plain == .answered(forgot: nil)), "a way was opened without an answer")

        let attributes = Array(bytes.prefix(bytes.count / 4 * 4).prefix(1024))
        var check: [UInt8] = [0, 1] + big(UInt16(attributes.count)) + big(STUNMessage.magicCookie) + [UInt8](repeating: 7, count: 12)
        check += attributes
        guard let digest = STUNMessage.digest(of: check.span.bytes, by: mac) else { return }
        check += big(STUNAttribute.messageIntegrity) + big(UInt16(20)) + written { digest.append(to: &$0) }
        check.replaceSubrange(2..<4, with: big(UInt16(check.count - 12)))
        check += big(STUNAttribute.fingerprint) + big(UInt16(4)) + big(CRC32.checksum(of: check.span.bytes) ^ STUNMessage.fingerprintMask)
        let (verdict, response) = hear(check, by: &agent, on: path)
        precondition((verdict == .answered(forgot: nil) || verdict == .refused) != response.isEmpty, "an answer without a reason, or none")
        if !response.isEmpty { precondition((try? STUNMessage(parsing: response.span.bytes)) != nil, "our answer cannot be read") }
    }

    private static func hear(_ bytes: [UInt8], by agent: inout ICEAgent, on path: Path) -> (ICEVerdict, [UInt8]) {
        var verdict = ICEVerdict.dropped(.noRoom)
        let answer = written { verdict = agent.handle(bytes.span.bytes, from: path, at: Instant(nanoseconds: 0), answer: &$0) }
        return (verdict, answer)
    }

    private static func written(_ write: (inout OutputRawSpan) -> Void) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
        defer { memory.deallocate() }
        var output = OutputRawSpan(buffer: memory, initializedCount: 0)
        write(&output)
        let count = output.finalize(for: memory)
        return Array(memory.prefix(count))
    }

    private static func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
