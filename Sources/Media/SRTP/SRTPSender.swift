/// Seals what goes to one peer (RFC 3711, RFC 7714).
///
/// **It seals no position twice**: with Galois mode that would give away the key (RFC 5116 §5.1.1). So a retransmission is a packet
/// of its own source (RFC 4588), never the same packet again.
package struct SRTPSender: ~Copyable {
    private var rtp: SRTPTransform
    private var rtcp: SRTPTransform
    private var sources = SRTPSources(most: SRTPSources.mostSent)
    /// Of the next RTCP packet, whoever it is from.
    private var controlIndex: UInt32 = 0

    /// Nil when OpenSSL has no memory left.
    package init?(_ master: SRTPMasterKey) {
        guard let rtp = SRTPSessionKeys(master, for: .rtp), let rtcp = SRTPSessionKeys(master, for: .rtcp) else { return nil }
        self.init(rtp: rtp, rtcp: rtcp)
    }

    init?(rtp: SRTPSessionKeys, rtcp: SRTPSessionKeys) {
        guard let rtp = SRTPTransform(rtp, .seal), let rtcp = SRTPTransform(rtcp, .seal) else { return nil }
        self.rtp = rtp
        self.rtcp = rtcp
    }

    /// Seals the payload of the packet whose head the output holds, and nothing else.
    package mutating func seal(_ payload: RawSpan, into output: inout OutputRawSpan) throws(SRTPFault) {
        guard output.byteCount >= RTPHeader.fixedLength else { throw .malformed }
        guard output.freeCapacity >= payload.byteCount + rtp.overhead else { throw .noRoom }
        let source = output.bytes.number(at: 8, as: UInt32.self)
        let index = try sources.index(of: output.bytes.number(at: 2), from: source)
        // Noted first: a position that OpenSSL failed at may have been used.
        sources.note(index, from: source)
        guard rtp.seal(payload, at: SRTPPosition(source: source, index: index), into: &output) else { throw .noRoom }
    }

    /// Seals a compound of RTCP into an output that is empty.
    package mutating func sealControl(_ packet: RawSpan, into output: inout OutputRawSpan) throws(SRTPFault) {
        guard output.byteCount == 0, packet.byteCount >= Self.controlHead else { throw .malformed }
        guard output.freeCapacity >= packet.byteCount + rtcp.overhead else { throw .noRoom }
        guard controlIndex < 1 << 31 else { throw .exhausted }
        let position = SRTPPosition(source: packet.number(at: 4), index: UInt64(controlIndex))
        controlIndex += 1
        output.append(copying: packet.extracting(0..<Self.controlHead))
        guard rtcp.seal(packet.extracting(Self.controlHead..<packet.byteCount), at: position, into: &output) else {
            output.removeAll()
            throw .noRoom
        }
    }

    /// What of RTCP stays readable: the first head and its source.
    static let controlHead = 8
}
