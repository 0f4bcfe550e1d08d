/// How one source arrived (RFC 3550 §6.4.1), in sender and receiver reports.
package struct ReceptionReport: Equatable, Sendable {
    static let length = 24

    package var source: UInt32
    /// Of the packets since the last report, in 256ths.
    package var fractionLost: UInt8
    /// Since the beginning; negative when duplicates were more than losses. 24 bits of it are sent.
    package var lost: Int32
    /// The highest sequence number, and above it how often it turned.
    package var highest: UInt32
    package var jitter: UInt32
    /// The middle of the last sender report's time, and how long ago it came, in 65536ths of a second.
    package var lastReport: UInt32
    package var delay: UInt32

    package init(
        source: UInt32, fractionLost: UInt8 = 0, lost: Int32 = 0, highest: UInt32 = 0, jitter: UInt32 = 0, lastReport: UInt32 = 0,
        delay: UInt32 = 0
    ) {
        self.source = source
        self.fractionLost = fractionLost
        self.lost = lost
        self.highest = highest
        self.jitter = jitter
        self.lastReport = lastReport
        self.delay = delay
    }

    init(at offset: Int, in bytes: RawSpan) {
        source = bytes.number(at: offset)
        fractionLost = bytes.byte(at: offset + 4)
        lost = Int32(bitPattern: bytes.number24(at: offset + 5) << 8) >> 8
        highest = bytes.number(at: offset + 8)
        jitter = bytes.number(at: offset + 12)
        lastReport = bytes.number(at: offset + 16)
        delay = bytes.number(at: offset + 20)
    }

    func write(into output: inout OutputRawSpan) {
        output.append(bigEndian: source)
        output.append(fractionLost)
        // RFC 3550 §A.3: what does not fit stays at the end of the range.
        output.append(bigEndian24: UInt32(bitPattern: min(max(lost, -0x80_0000), 0x7F_FFFF)))
        output.append(bigEndian: highest)
        output.append(bigEndian: jitter)
        output.append(bigEndian: lastReport)
        output.append(bigEndian: delay)
    }
}

/// What a source sent (RFC 3550 §6.4.1): the moment by both clocks, and how much until then.
package struct SenderInfo: Equatable, Sendable {
    static let length = 20

    /// 32.32 fixed point seconds since 1900.
    package var networkTime: UInt64
    package var timestamp: UInt32
    package var packets: UInt32
    package var octets: UInt32

    package init(networkTime: UInt64, timestamp: UInt32, packets: UInt32, octets: UInt32) {
        self.networkTime = networkTime
        self.timestamp = timestamp
        self.packets = packets
        self.octets = octets
    }

    /// The middle 32 bits of the time, by which a reception report names this one.
    package var middleTime: UInt32 { UInt32(truncatingIfNeeded: networkTime >> 16) }
}
