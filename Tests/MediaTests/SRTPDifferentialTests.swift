import CSRTP
import Testing

@testable import Media

/// Ours against libsrtp2, which everybody else uses: the same bytes out of the same packets, and the same judgement of what arrives.
@Suite(.serialized) struct SRTPDifferentialTests {
    private let material: (key: [UInt8], salt: [UInt8])
    private var random = SeededGenerator(seed: 12)

    init() {
        material = (random.bytes(32), random.bytes(14))
    }

    private func ends(_ profile: SRTPProfile) throws -> (ours: SealedLine, theirs: OtherSRTP) {
        let key = Array(material.key.prefix(profile.keyLength))
        let salt = Array(material.salt.prefix(profile.saltLength))
        guard let master = SRTPMasterKey(profile, key: key, salt: salt), let sender = SRTPSender(master),
            let receiver = SRTPReceiver(master)
        else { throw SRTPFault.malformed }
        return (SealedLine(sender, receiver), try OtherSRTP(profile, key: key + salt))
    }

    @Test(arguments: SRTPProfile.allCases)
    func bothMakeTheSameOfEachPacket(profile: SRTPProfile) throws {
        var random = SeededGenerator(seed: 13)
        let (ours, theirs) = try ends(profile)
        var sequence: UInt16 = 65_200
        for _ in 0..<500 {
            sequence &+= .random(in: 1...3, using: &random)
            let source = UInt32.random(in: 1...3, using: &random)
            let head = OutgoingHeader(
                payloadType: 100, sequence: sequence, timestamp: .random(in: 0 ... .max, using: &random), source: source)
            let plain = written { _ = head.write(into: &$0) } + random.bytes(.random(in: 0...1_300, using: &random))
            let sealed = try ours.seal(plain)
            #expect(theirs.protect(plain) == sealed)
            #expect(theirs.unprotect(sealed) == plain)
            #expect(try ours.open(sealed) == plain)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func eachOpensTheReportsOfTheOther(profile: SRTPProfile) throws {
        var random = SeededGenerator(seed: 14)
        let (ours, theirs) = try ends(profile)
        for _ in 0..<500 {
            let plain = hex("80c90001 cafebabe") + random.bytes(4 * .random(in: 0...60, using: &random))
            #expect(theirs.unprotectControl(try ours.sealControl(plain)) == plain)
            let sealed = try #require(theirs.protectControl(plain))
            #expect(try ours.openControl(sealed) == plain)
        }
    }

    /// Loss, disorder, duplicates and damage: whatever comes, both let it in or both keep it out.
    @Test(arguments: SRTPProfile.allCases)
    func bothJudgeABadNetworkAlike(profile: SRTPProfile) throws {
        var random = SeededGenerator(seed: 15)
        let (ours, theirs) = try ends(profile)
        var recent: [[UInt8]] = []
        var sequence: UInt16 = 60_000
        var accepted = 0
        for _ in 0..<6_000 {
            sequence &+= Int.random(in: 0..<100, using: &random) == 0 ? .random(in: 1...900, using: &random) : 1
            recent.append(try ours.seal(packet(sequence: sequence, payload: random.bytes(8))))
            if recent.count > 40 { recent.removeFirst() }
            guard var arriving = recent.randomElement(using: &random) else { continue }
            if Int.random(in: 0..<20, using: &random) == 0 {
                arriving[.random(in: 12..<arriving.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            let opened = try? ours.open(arriving)
            #expect(opened == theirs.unprotect(arriving))
            if opened != nil { accepted += 1 }
        }
        #expect(accepted > 2_000)
    }
}

/// One direction of libsrtp2, both ends of it.
private final class OtherSRTP {
    private var sender: srtp_t?
    private var receiver: srtp_t?
    private static let isReady = srtp_init() == srtp_err_status_ok

    init(_ profile: SRTPProfile, key: [UInt8]) throws {
        guard Self.isReady else { throw SRTPFault.malformed }
        sender = try Self.session(profile, key: key, ssrc_any_outbound)
        receiver = try Self.session(profile, key: key, ssrc_any_inbound)
    }

    deinit {
        srtp_dealloc(sender)
        srtp_dealloc(receiver)
    }

    private static func session(_ profile: SRTPProfile, key: [UInt8], _ direction: srtp_ssrc_type_t) throws -> srtp_t? {
        var policy = srtp_policy_t()
        let set: (UnsafeMutablePointer<srtp_crypto_policy_t>?) -> Void =
            switch profile {
            case .galois128: srtp_crypto_policy_set_aes_gcm_128_16_auth
            case .galois256: srtp_crypto_policy_set_aes_gcm_256_16_auth
            case .counter128: srtp_crypto_policy_set_rtp_default
            }
        set(&policy.rtp)
        set(&policy.rtcp)
        policy.ssrc.type = direction
        policy.window_size = CUnsignedLong(ReplayWindow.width)
        var session: srtp_t?
        var key = key
        let status = key.withUnsafeMutableBufferPointer { key in
            policy.key = key.baseAddress
            return srtp_create(&session, &policy)
        }
        guard status == srtp_err_status_ok else { throw SRTPFault.malformed }
        return session
    }

    func protect(_ packet: [UInt8]) -> [UInt8]? { turn(packet) { srtp_protect(sender, $0, $1) } }
    func unprotect(_ packet: [UInt8]) -> [UInt8]? { turn(packet) { srtp_unprotect(receiver, $0, $1) } }
    func protectControl(_ packet: [UInt8]) -> [UInt8]? { turn(packet) { srtp_protect_rtcp(sender, $0, $1) } }
    func unprotectControl(_ packet: [UInt8]) -> [UInt8]? { turn(packet) { srtp_unprotect_rtcp(receiver, $0, $1) } }

    private func turn(
        _ packet: [UInt8], _ apply: (UnsafeMutableRawPointer?, UnsafeMutablePointer<CInt>) -> srtp_err_status_t
    ) -> [UInt8]? {
        var bytes = packet + [UInt8](repeating: 0, count: 64)
        var length = CInt(packet.count)
        let status = bytes.withUnsafeMutableBytes { apply($0.baseAddress, &length) }
        return status == srtp_err_status_ok ? Array(bytes.prefix(Int(length))) : nil
    }
}
