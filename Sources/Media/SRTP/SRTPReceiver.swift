/// Opens what one peer sends (RFC 3711, RFC 7714). **Nothing of a packet is remembered before it is authentic.**
package struct SRTPReceiver: ~Copyable {
    private var rtp: SRTPTransform
    private var rtcp: SRTPTransform
    private var sources = SRTPSources(most: SRTPSources.mostReceived)
    private var controlSources = SRTPSources(most: SRTPSources.mostReceived)
    package private(set) var drops = Tally<SRTPFault>()

    /// Nil when OpenSSL has no memory left.
    package init?(_ master: SRTPMasterKey) {
        guard let rtp = SRTPSessionKeys(master, for: .rtp), let rtcp = SRTPSessionKeys(master, for: .rtcp) else { return nil }
        self.init(rtp: rtp, rtcp: rtcp)
    }

    init?(rtp: SRTPSessionKeys, rtcp: SRTPSessionKeys) {
        guard let rtp = SRTPTransform(rtp, .open), let rtcp = SRTPTransform(rtcp, .open) else { return nil }
        self.rtp = rtp
        self.rtcp = rtcp
    }

    /// Opens an RTP packet in its place and returns its length without the tag. The head was parsed from these bytes.
    package mutating func open(_ packet: inout MutableRawSpan, head: RTPHeader) throws(SRTPFault) -> Int {
        do throws(SRTPFault) {
            guard head.length <= packet.byteCount - rtp.overhead else { throw .malformed }
            let index = try sources.index(of: head.sequence, from: head.source)
            let position = SRTPPosition(source: head.source, index: index)
            guard let end = rtp.open(&packet, behind: head.length, at: position) else { throw .notAuthentic }
            sources.note(index, from: head.source)
            return end
        } catch {
            drops.count(error)
            throw error
        }
    }

    /// Opens a compound of RTCP in its place and returns its length without tag and index.
    package mutating func openControl(_ packet: inout MutableRawSpan) throws(SRTPFault) -> Int {
        do throws(SRTPFault) {
            guard packet.byteCount >= SRTPSender.controlHead + rtcp.overhead else { throw .malformed }
            let source = packet.bytes.number(at: 4, as: UInt32.self)
            let place = packet.byteCount - (rtcp.profile == .counter128 ? rtcp.overhead : 4)
            let trailer = packet.bytes.number(at: place, as: UInt32.self)
            guard trailer & 0x8000_0000 != 0 else { throw .notEncrypted }
            let index = UInt64(trailer & 0x7FFF_FFFF)
            try controlSources.admit(index, from: source)
            let position = SRTPPosition(source: source, index: index)
            guard let end = rtcp.open(&packet, behind: SRTPSender.controlHead, at: position) else { throw .notAuthentic }
            controlSources.note(index, from: source)
            return end
        } catch {
            drops.count(error)
            throw error
        }
    }
}
