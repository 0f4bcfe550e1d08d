@testable import Media

extension Fuzzer {
    package static let media = [stun, ice, rtp, rtcp, transportFeedback, srtp, rewriter, sdp, meeting, stream] + codecs

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
        // Half of them come before the description.
        if bytes.first.map({ $0 & 1 == 0 }) ?? true {
            precondition(agent.expect(ICECredentials(fragment: "them", password: "a password of the other side")))
        }
        let path = Path(.udp, local: .init(ipv4: 1, port: 1), remote: .init(ipv4: 2, port: 2))
        let (plain, answer) = hear(bytes, by: &agent, on: path)
        if case .dropped = plain { precondition(answer.isEmpty, "what was dropped got an answer") }
        precondition(agent.isValidated(path) == (plain == .answered(forgot: nil)), "a way was opened without an answer")

        let attributes = Array(bytes.prefix(bytes.count / 4 * 4).prefix(1024))
        let check = check(of: attributes, by: mac)
        let (verdict, response) = hear(check, by: &agent, on: path)
        precondition((verdict == .answered(forgot: nil) || verdict == .refused) != response.isEmpty, "an answer without a reason, or none")
        if !response.isEmpty { precondition((try? STUNMessage(parsing: response.span.bytes)) != nil, "our answer cannot be read") }
    }

    /// A check with these attributes that is authentic.
    static func check(of attributes: [UInt8], by mac: HMACSHA1, transaction: UInt8 = 7) -> [UInt8] {
        var check: [UInt8] = [0, 1] + big(UInt16(attributes.count)) + big(STUNMessage.magicCookie)
        check += [UInt8](repeating: transaction, count: 12) + attributes
        guard let digest = STUNMessage.digest(of: check.span.bytes, by: mac) else { return [] }
        check += big(STUNAttribute.messageIntegrity) + big(UInt16(20)) + written { digest.append(to: &$0) }
        check.replaceSubrange(2..<4, with: big(UInt16(check.count - 12)))
        let checksum = CRC32.checksum(of: check.span.bytes) ^ STUNMessage.fingerprintMask
        return check + big(STUNAttribute.fingerprint) + big(UInt16(4)) + big(checksum)
    }

    /// A check that names both sides, as browsers make them.
    static func check(naming name: String, by mac: HMACSHA1, nominating: Bool = true, transaction: UInt8 = 7) -> [UInt8] {
        func attribute(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
            big(number) + big(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        let attributes =
            attribute(STUNAttribute.username, Array(name.utf8)) + attribute(STUNAttribute.priority, [0x6E, 0, 1, 0xFF])
            + attribute(STUNAttribute.iceControlling, [1, 2, 3, 4, 5, 6, 7, 8])
            + (nominating ? attribute(STUNAttribute.useCandidate, []) : [])
        return check(of: attributes, by: mac, transaction: transaction)
    }

    /// The right answer to a request.
    static func answer(to request: [UInt8], by mac: HMACSHA1) -> [UInt8] {
        var answer: [UInt8] = [1, 1, 0, 0] + request[4..<20]
        guard let digest = STUNMessage.digest(of: answer.span.bytes, by: mac) else { return [] }
        answer += big(STUNAttribute.messageIntegrity) + big(UInt16(20)) + written { digest.append(to: &$0) }
        answer.replaceSubrange(2..<4, with: big(UInt16(answer.count - 20)))
        return answer
    }

    private static func hear(_ bytes: [UInt8], by agent: inout ICEAgent, on path: Path) -> (ICEVerdict, [UInt8]) {
        var verdict = ICEVerdict.dropped(.noRoom)
        let answer = written { verdict = agent.handle(bytes.span.bytes, from: path, at: Instant(nanoseconds: 0), answer: &$0) }
        return (verdict, answer)
    }

    static let rtp = Fuzzer(name: "rtp") { bytes in
        guard let header = try? RTPHeader(parsing: bytes.span.bytes) else { return }
        precondition(header.length <= bytes.count && header.extensions.upperBound <= header.length, "a head is longer than its packet")
        if let payload = try? header.payload(in: bytes.span.bytes) {
            precondition(payload.lowerBound == header.length && payload.upperBound <= bytes.count, "a payload lies outside")
        }
        let found = HeaderExtensions(of: header, in: bytes.span.bytes, as: .ours)
        for place in [found.mid, found.streamID, found.repairedStreamID, found.dependencyDescriptor, found.absoluteCaptureTime] {
            precondition(place.map { header.extensions.contains($0.lowerBound) && $0.upperBound <= header.length } ?? true, "outside")
        }
    }

    static let rtcp = Fuzzer(name: "rtcp") { bytes in
        let packet = bytes.span.bytes
        guard var compound = try? RTCPCompound(parsing: packet) else { return }
        var end = 0
        while let block = compound.next(in: packet) {
            precondition(block.body.lowerBound >= end + 4 && block.body.upperBound <= bytes.count, "packets overlap")
            end = block.body.upperBound
            if let report = Report(block, in: packet) {
                for place in 0..<report.count { precondition(report.report(place, in: packet) != nil) }
            }
            if let goodbye = Goodbye(block, in: packet) {
                for place in 0..<goodbye.count { precondition(goodbye.source(place, in: packet) != nil) }
            }
            var entries = 0
            NACK(block, in: packet)?.forEach(in: packet) { _ in
                entries += 1
                return true
            }
            KeyframeRequest(block, in: packet)?.forEach(in: packet) { _, _ in entries += 1 }
            precondition(entries <= bytes.count * 17 / 4, "more came out than went in")
            _ = REMB(block, in: packet)
            var told = 0
            let feedback = TransportFeedback(block, in: packet)
            feedback?.forEach(in: packet) { _, _ in told += 1 }
            precondition(told == feedback?.count ?? 0, "feedback tells of more packets than it says, or of fewer")
        }
    }

    /// The input as arrivals: two bytes of number, two of time that goes by. What is told must be readable, all of it.
    static let transportFeedback = Fuzzer(name: "transport-feedback") { bytes in
        var log = ArrivalLog()
        var now = Instant(nanoseconds: 1_000_000_000)
        for place in stride(from: 0, to: bytes.count - 3, by: 4) {
            let elapsed = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            now = now + .microseconds(elapsed * elapsed / 64)
            log.note(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), at: now)
            guard place % 64 == 60 else { continue }
            while log.hasNews {
                let written = written { precondition(log.write(of: 1, from: 2, into: &$0), "news that cannot be told") }
                let packet = written.span.bytes
                guard var compound = try? RTCPCompound(parsing: packet), let block = compound.next(in: packet),
                    let feedback = TransportFeedback(block, in: packet)
                else { preconditionFailure("our feedback cannot be read") }
                precondition(feedback.number == written[19])
            }
        }
    }

    /// What is sealed opens as it was, and nothing else opens.
    static let srtp = Fuzzer(name: "srtp") { bytes in
        for profile in SRTPProfile.allCases {
            let key = [UInt8](repeating: 1, count: profile.keyLength)
            let salt = [UInt8](repeating: 2, count: profile.saltLength)
            guard let master = SRTPMasterKey(profile, key: key, salt: salt), var sender = SRTPSender(master),
                var receiver = SRTPReceiver(master)
            else { continue }
            precondition(!opens(bytes, by: &receiver), "a packet that nobody sealed was opened")
            guard let header = try? RTPHeader(parsing: bytes.span.bytes), bytes.count < 1400 else { continue }
            let sealed = written { output in
                output.append(copying: bytes.span.bytes.extracting(0..<header.length))
                do { try sender.seal(bytes.span.bytes.extracting(header.length..<bytes.count), into: &output) } catch {
                    preconditionFailure("a new packet was not sealed")
                }
            }
            precondition(opens(sealed, by: &receiver), "what was sealed does not open")
            precondition(!opens(sealed, by: &receiver), "a packet was opened twice")
        }
    }

    /// The input as packets of eight bytes that come in any order and claim anything: a place is given to one packet alone.
    static let rewriter = Fuzzer(name: "rewriter") { bytes in
        var rewriter = VideoRewriter(firstNumber: 0xFFFF, firstTimestamp: .max)
        var numbers = [UInt64](repeating: 70_000, count: 4)
        var seen = Set<[UInt64]>()
        var structure = DependencyDescriptor.Structure()
        var places = Set<UInt64>()
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            let encoding = bytes[start] & 3
            if bytes[start] & 4 != 0 { rewriter.target = bytes[start] & 8 == 0 ? .init(encoding: encoding, layer: bytes[start] >> 6) : nil }
            let step = Int8(bitPattern: bytes[start + 1])
            let number = UInt64(max(0, Int(numbers[Int(encoding)]) + Int(step)))
            numbers[Int(encoding)] = number
            let claims = Array(bytes[start + 2..<start + 7])
            guard seen.insert([UInt64(encoding), number]).inserted,
                let (descriptor, isKey) = descriptor(bytes[start] >> 4 & 3, claims, &structure)
            else { continue }
            let packet = VideoRewriter.Packet(
                encoding: encoding, number: number, timestamp: UInt32(bytes[start + 7]) << 24, descriptor: descriptor,
                beginsKeyframe: isKey)
            let outcome =
                bytes[start + 7] & 1 == 0
                ? rewriter.rewrite(packet, at: Instant(nanoseconds: Int64(start) << 20))
                : rewriter.rewriteEmpty(encoding: encoding, number: number, timestamp: packet.timestamp)
            switch outcome {
            case .forward(let place, _, _), .fill(let place, _): precondition(places.insert(place).inserted, "a place was given twice")
            case .drop: break
            }
        }
    }

    /// Five bytes of claims as what a packet of one of the codecs says of its picture.
    private static func descriptor(
        _ codec: UInt8, _ claims: [UInt8], _ structure: inout DependencyDescriptor.Structure
    ) -> (PictureDescriptor, isKey: Bool)? {
        switch codec {
        case 0:
            let payload = [0x90, 0xF0, claims[0] | 0x80] + claims[1...]
            return VP8Descriptor(parsing: payload.span.bytes).map { (.vp8($0), $0.beginsKeyframe(in: payload.span.bytes)) }
        case 1:
            let payload = [0xA8 | claims[4] & 0x40] + claims
            return VP9Descriptor(parsing: payload.span.bytes).map { (.vp9($0), $0.beginsKeyframe) }
        case 2:
            return DependencyDescriptor(parsing: claims.span.bytes, by: &structure).map { (.av1($0), $0.beginsKeyframe) }
        default:
            return (.h264, claims[0] & 1 == 0)
        }
    }

    /// As a report or as a packet; each has bytes of its own, as what is not authentic is spoilt.
    private static func opens(_ bytes: [UInt8], by receiver: inout SRTPReceiver) -> Bool {
        var report = bytes
        var reportSpan = report.mutableSpan
        var reportBytes = reportSpan.mutableBytes
        if (try? receiver.openControl(&reportBytes)) != nil { return true }
        guard let head = try? RTPHeader(parsing: bytes.span.bytes) else { return false }
        var packet = bytes
        var packetSpan = packet.mutableSpan
        var packetBytes = packetSpan.mutableBytes
        return (try? receiver.open(&packetBytes, head: head)) != nil
    }

    static func written(_ write: (inout OutputRawSpan) -> Void) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
        defer { memory.deallocate() }
        var output = OutputRawSpan(buffer: memory, initializedCount: 0)
        write(&output)
        let count = output.finalize(for: memory)
        return Array(memory.prefix(count))
    }

    static func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
