@testable import Media

/// The two ends of one direction.
final class SealedLine {
    var sender: SRTPSender
    var receiver: SRTPReceiver

    init(_ profile: SRTPProfile, seed: UInt64 = 1) throws {
        var random = SeededGenerator(seed: seed)
        let key = random.bytes(profile.keyLength)
        let salt = random.bytes(profile.saltLength)
        guard let master = SRTPMasterKey(profile, key: key, salt: salt), let sender = SRTPSender(master),
            let receiver = SRTPReceiver(master)
        else { throw SRTPFault.malformed }
        self.sender = sender
        self.receiver = receiver
    }

    init(rtp: SRTPSessionKeys, rtcp: SRTPSessionKeys) throws {
        guard let sender = SRTPSender(rtp: rtp, rtcp: rtcp), let receiver = SRTPReceiver(rtp: rtp, rtcp: rtcp) else {
            throw SRTPFault.malformed
        }
        self.sender = sender
        self.receiver = receiver
    }

    init(_ sender: consuming SRTPSender, _ receiver: consuming SRTPReceiver) {
        self.sender = sender
        self.receiver = receiver
    }

    func seal(_ packet: [UInt8]) throws(SRTPFault) -> [UInt8] {
        guard let head = try? RTPHeader(parsing: packet.span.bytes) else { throw .malformed }
        return try seal(Array(packet[..<head.length]), Array(packet[head.length...]))
    }

    func seal(_ head: [UInt8], _ payload: [UInt8], capacity: Int = 2000) throws(SRTPFault) -> [UInt8] {
        var fault: SRTPFault?
        let bytes = written(capacity: capacity) { output in
            output.append(copying: head.span.bytes)
            do throws(SRTPFault) { try sender.seal(payload.span.bytes, into: &output) } catch { fault = error }
        }
        if let fault { throw fault }
        return bytes
    }

    func open(_ sealed: [UInt8]) throws(SRTPFault) -> [UInt8] {
        guard let head = try? RTPHeader(parsing: sealed.span.bytes) else { throw .malformed }
        var bytes = sealed
        var span = bytes.mutableSpan
        var packet = span.mutableBytes
        let length = try receiver.open(&packet, head: head)
        return Array(bytes[..<length])
    }

    func sealControl(_ packet: [UInt8], capacity: Int = 2000) throws(SRTPFault) -> [UInt8] {
        var fault: SRTPFault?
        let bytes = written(capacity: capacity) { output in
            do throws(SRTPFault) { try sender.sealControl(packet.span.bytes, into: &output) } catch { fault = error }
        }
        if let fault { throw fault }
        return bytes
    }

    func openControl(_ sealed: [UInt8]) throws(SRTPFault) -> [UInt8] {
        var bytes = sealed
        var span = bytes.mutableSpan
        var packet = span.mutableBytes
        let length = try receiver.openControl(&packet)
        return Array(bytes[..<length])
    }
}

/// An RTP packet without extensions.
func packet(sequence: UInt16, source: UInt32 = 0xCAFE_BABE, timestamp: UInt32 = 0, payload: [UInt8]) -> [UInt8] {
    let header = OutgoingHeader(payloadType: 96, sequence: sequence, timestamp: timestamp, source: source)
    return written { _ = header.write(into: &$0) } + payload
}
