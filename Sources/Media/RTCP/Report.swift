/// A sender report or a receiver report (RFC 3550 §6.4): it keeps the places of what it says about others.
package struct Report: Equatable, Sendable {
    package let source: UInt32
    /// Of sender reports.
    package let sent: SenderInfo?
    private let reports: Range<Int>

    /// Nil for another packet, or one that is shorter than it says. Extensions of a profile behind the reports are passed over.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        let isSender = block.type == RTCPType.senderReport
        guard isSender || block.type == RTCPType.receiverReport else { return nil }
        let start = block.body.lowerBound + 4 + (isSender ? SenderInfo.length : 0)
        let end = start + Int(block.count) * ReceptionReport.length
        guard end <= block.body.upperBound, end <= bytes.byteCount else { return nil }
        let offset = block.body.lowerBound
        source = bytes.number(at: offset)
        reports = start..<end
        sent =
            !isSender
            ? nil
            : SenderInfo(
                networkTime: bytes.number(at: offset + 4), timestamp: bytes.number(at: offset + 12), packets: bytes.number(at: offset + 16),
                octets: bytes.number(at: offset + 20))
    }

    /// How many sources it reports about.
    package var count: Int { reports.count / ReceptionReport.length }

    package func report(_ place: Int, in bytes: RawSpan) -> ReceptionReport? {
        guard (0..<count).contains(place), reports.upperBound <= bytes.byteCount else { return nil }
        return ReceptionReport(at: reports.lowerBound + place * ReceptionReport.length, in: bytes)
    }

    /// Five bits count the reports.
    package static let most = 31

    /// Appends a sender report, or a receiver report when nothing was sent. False, and nothing written, when there is no room.
    package static func write(
        _ source: UInt32, sent: SenderInfo?, about reports: ArraySlice<ReceptionReport>, into output: inout OutputRawSpan
    ) -> Bool {
        let body = 4 + (sent == nil ? 0 : SenderInfo.length) + reports.count * ReceptionReport.length
        guard reports.count <= most, output.freeCapacity >= RTCPBlock.headLength + body else { return false }
        let type = sent == nil ? RTCPType.receiverReport : RTCPType.senderReport
        RTCPBlock.begin(type, count: UInt8(reports.count), body: body, in: &output)
        output.append(bigEndian: source)
        if let sent {
            output.append(bigEndian: sent.networkTime)
            output.append(bigEndian: sent.timestamp)
            output.append(bigEndian: sent.packets)
            output.append(bigEndian: sent.octets)
        }
        for report in reports { report.write(into: &output) }
        return true
    }
}
