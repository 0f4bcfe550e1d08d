/// The head of a packet that we send. Nothing of an incoming head goes on by itself: what a receiver may know is written here anew.
package struct OutgoingHeader: Sendable {
    package var marker = false
    /// Whether the payload ends with padding, whose last byte counts it.
    package var hasPadding = false
    package var payloadType: UInt8
    package var sequence: UInt16
    package var timestamp: UInt32
    package var source: UInt32
    package var extensions = OutgoingExtensions()

    package init(payloadType: UInt8, sequence: UInt16, timestamp: UInt32, source: UInt32) {
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.source = source
    }

    package var length: Int { RTPHeader.fixedLength + extensions.length }

    /// Appends the head; false, and nothing written, when there is no room for it.
    package func write(into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= length else { return false }
        output.append((extensions.isEmpty ? 0x80 : 0x90) | (hasPadding ? 0x20 : 0))
        output.append(payloadType & 0x7F | (marker ? 0x80 : 0))
        output.append(bigEndian: sequence)
        output.append(bigEndian: timestamp)
        output.append(bigEndian: source)
        extensions.write(into: &output)
        return true
    }
}

/// The extensions of a packet that we send, numbered as in our own offers, each with the shorter head (RFC 8285 §4.2).
package struct OutgoingExtensions: Sendable {
    /// One or two characters, as our own descriptions name m-lines; zero where there is one.
    package var mid: (first: UInt8, second: UInt8)?
    package var transportSequence: UInt16?
    package var absoluteSendTime: UInt32?
    /// Level and voice in one byte (RFC 6464 §3).
    package var audioLevel: UInt8?
    package var videoOrientation: UInt8?
    package var absoluteCaptureTime: UInt64?

    package init() {}

    private var elements: Int {
        var count = 0
        if let mid { count += mid.second == 0 ? 2 : 3 }
        if transportSequence != nil { count += 3 }
        if absoluteSendTime != nil { count += 4 }
        if audioLevel != nil { count += 2 }
        if videoOrientation != nil { count += 2 }
        if absoluteCaptureTime != nil { count += 9 }
        return count
    }

    package var isEmpty: Bool { elements == 0 }

    var length: Int {
        let count = elements
        return count == 0 ? 0 : 4 + (count + 3) & ~3
    }

    fileprivate func write(into output: inout OutputRawSpan) {
        guard !isEmpty else { return }
        output.append(bigEndian: 0xBEDE as UInt16)
        output.append(bigEndian: UInt16(truncatingIfNeeded: (length - 4) / 4))
        let start = output.byteCount
        if let mid {
            Self.begin(.mid, count: mid.second == 0 ? 1 : 2, in: &output)
            output.append(mid.first)
            if mid.second != 0 { output.append(mid.second) }
        }
        if let transportSequence {
            Self.begin(.transportSequence, count: 2, in: &output)
            output.append(bigEndian: transportSequence)
        }
        if let absoluteSendTime {
            Self.begin(.absoluteSendTime, count: 3, in: &output)
            output.append(bigEndian24: absoluteSendTime)
        }
        if let audioLevel {
            Self.begin(.audioLevel, count: 1, in: &output)
            output.append(audioLevel)
        }
        if let videoOrientation {
            Self.begin(.videoOrientation, count: 1, in: &output)
            output.append(videoOrientation)
        }
        if let absoluteCaptureTime {
            Self.begin(.absoluteCaptureTime, count: 8, in: &output)
            output.append(bigEndian: absoluteCaptureTime)
        }
        output.pad(from: start)
    }

    private static func begin(_ meaning: HeaderExtension, count: UInt8, in output: inout OutputRawSpan) {
        output.append(meaning.rawValue << 4 | (count - 1))
    }
}
