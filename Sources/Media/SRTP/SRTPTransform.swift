/// Where a packet stands among all that its key seals, which makes its nonce.
struct SRTPPosition {
    let source: UInt32
    /// 48 bits of RTP, 31 of RTCP.
    let index: UInt64
}

/// Seals and opens with the keys of one stream; it knows nothing of sources,
/// turns and windows. **Whoever seals a position twice gives the key away.**
///
/// ```
/// galois:  head | text, sealed | tag (16)                RTCP: … | tag (16) | index (4)
/// counter: head | text, sealed | tag (10)                RTCP: … | index (4) | tag (10)
/// ```
struct SRTPTransform: ~Copyable {
    let profile: SRTPProfile
    let stream: SRTPSessionKeys.Stream
    private var cipher: BlockCipher
    /// Where the cipher does not authenticate.
    private let mac: HMACSHA1?
    /// The salt and zeros behind it, as numbers.
    private let salt: (high: UInt64, low: UInt64)

    /// Nil when OpenSSL has no memory left.
    init?(_ keys: SRTPSessionKeys, _ direction: BlockCipher.Direction) {
        let needsMAC = keys.profile == .counter128
        let mac = needsMAC ? HMACSHA1(key: keys.authenticationKey) : nil
        guard !needsMAC || mac != nil, let cipher = BlockCipher(keys.profile.cipher, direction, key: keys.cipherKey) else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64($1 < keys.salt.count ? keys.salt[$1] : 0) } }
        profile = keys.profile
        stream = keys.stream
        salt = (number(0..<8), number(8..<16))
        self.mac = mac
        self.cipher = cipher
    }

    /// What a packet grows by.
    var overhead: Int { profile.tagLength + indexLength }

    /// RTCP carries its index along, RTP has it in its head.
    private var indexLength: Int { stream == .rtcp ? 4 : 0 }

    /// What is authenticated behind the packet: how often an RTP source has turned, or RTCP's index with the mark of encryption.
    private func suffix(of position: SRTPPosition) -> UInt32 {
        stream == .rtcp ? 0x8000_0000 | UInt32(truncatingIfNeeded: position.index) : UInt32(truncatingIfNeeded: position.index >> 16)
    }

    /// Begins with the nonce of RFC 3711 §4.1.1 or RFC 7714 §8.1 and §9.1.
    private mutating func begin(_ position: SRTPPosition) -> Bool {
        let isCounter = profile == .counter128
        let high = salt.high ^ (isCounter ? UInt64(position.source) : UInt64(position.source) << 16 | position.index >> 32)
        let low = salt.low ^ (isCounter ? position.index << 16 : position.index << 32)
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
            cipher.begin(nonce: UnsafeRawBufferPointer(rebasing: bytes[..<(isCounter ? 16 : 12)]))
        }
    }
}

// MARK: - Sealing

extension SRTPTransform {
    /// Seals the text behind the head that the output holds. **There is room for the text and `overhead`.** False if OpenSSL failed.
    mutating func seal(_ text: RawSpan, at position: SRTPPosition, into output: inout OutputRawSpan) -> Bool {
        text.withUnsafeBytes { text in
            output.withUnsafeMutableBytes { memory, count -> Bool in
                let end = count + text.count + overhead
                let packet = UnsafeMutableRawBufferPointer(rebasing: memory[..<end])
                guard begin(position) else { return false }
                let isSealed =
                    mac == nil
                    ? sealGalois(text, behind: count, in: packet, position) : sealCounter(text, behind: count, in: packet, position)
                if isSealed { count = end }
                return isSealed
            }
        }
    }

    private mutating func sealGalois(
        _ text: UnsafeRawBufferPointer, behind head: Int, in packet: UnsafeMutableRawBufferPointer, _ position: SRTPPosition
    ) -> Bool {
        guard let start = packet.baseAddress, authenticate(UnsafeRawBufferPointer(rebasing: packet[..<head]), position),
            cipher.transform(text, to: start + head)
        else { return false }
        let tag = head + text.count..<head + text.count + profile.tagLength
        guard cipher.finish(writingTag: UnsafeMutableRawBufferPointer(rebasing: packet[tag])) else { return false }
        if stream == .rtcp { packet.storeBytes(of: suffix(of: position).bigEndian, toByteOffset: tag.upperBound, as: UInt32.self) }
        return true
    }

    private mutating func authenticate(_ head: UnsafeRawBufferPointer, _ position: SRTPPosition) -> Bool {
        guard cipher.authenticate(head) else { return false }
        guard stream == .rtcp else { return true }
        return withUnsafeBytes(of: suffix(of: position).bigEndian) { cipher.authenticate($0) }
    }

    private mutating func sealCounter(
        _ text: UnsafeRawBufferPointer, behind head: Int, in packet: UnsafeMutableRawBufferPointer, _ position: SRTPPosition
    ) -> Bool {
        guard let start = packet.baseAddress, cipher.transform(text, to: start + head) else { return false }
        let end = head + text.count
        guard let digest = digest(of: UnsafeRawBufferPointer(rebasing: packet[..<end]), position) else { return false }
        if stream == .rtcp { packet.storeBytes(of: suffix(of: position).bigEndian, toByteOffset: end, as: UInt32.self) }
        withUnsafeBytes(of: digest) { bytes in
            UnsafeMutableRawBufferPointer(rebasing: packet[(end + indexLength)...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<profile.tagLength]))
        }
        return true
    }

    private func digest(of packet: UnsafeRawBufferPointer, _ position: SRTPPosition) -> MessageDigest? {
        guard let mac else { return nil }
        mac.begin()
        mac.update(packet)
        mac.update(bigEndian: suffix(of: position))
        return mac.finish()
    }
}

// MARK: - Opening

extension SRTPTransform {
    /// Opens the text behind the head in its place, and returns where it ends; nil if it was not sealed with our key.
    /// **The packet is at least as long as its head and `overhead`**; what is not authentic must not be read afterwards.
    mutating func open(_ packet: inout MutableRawSpan, behind head: Int, at position: SRTPPosition) -> Int? {
        let end = packet.byteCount - overhead
        let isAuthentic = packet.withUnsafeMutableBytes { packet -> Bool in
            guard begin(position) else { return false }
            return mac == nil ? openGalois(packet, head..<end, position) : openCounter(packet, head..<end, position)
        }
        return isAuthentic ? end : nil
    }

    private mutating func openGalois(_ packet: UnsafeMutableRawBufferPointer, _ text: Range<Int>, _ position: SRTPPosition) -> Bool {
        guard let start = packet.baseAddress, authenticate(UnsafeRawBufferPointer(rebasing: packet[..<text.lowerBound]), position),
            cipher.transform(UnsafeRawBufferPointer(rebasing: packet[text]), to: start + text.lowerBound)
        else { return false }
        let tag = text.upperBound..<text.upperBound + profile.tagLength
        return cipher.finish(checkingTag: UnsafeMutableRawBufferPointer(rebasing: packet[tag]))
    }

    private mutating func openCounter(_ packet: UnsafeMutableRawBufferPointer, _ text: Range<Int>, _ position: SRTPPosition) -> Bool {
        guard let start = packet.baseAddress,
            let digest = digest(of: UnsafeRawBufferPointer(rebasing: packet[..<text.upperBound]), position),
            digest.agrees(with: packet.bytes, at: text.upperBound + indexLength, count: profile.tagLength)
        else { return false }
        return cipher.transform(UnsafeRawBufferPointer(rebasing: packet[text]), to: start + text.lowerBound)
    }
}
