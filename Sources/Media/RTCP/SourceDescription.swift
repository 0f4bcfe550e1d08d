/// Names a source (RFC 3550 §6.5), so that sound and picture of one person
/// stay together. What others name themselves is in their description.
package enum SourceDescription {
    private static let canonicalName: UInt8 = 1

    /// Appends the name of one source; false when there is no room, or for a name of more than 255 bytes.
    package static func write(_ source: UInt32, name: [UInt8], into output: inout OutputRawSpan) -> Bool {
        // The list of items ends in at least one zero, and on a multiple of four.
        let body = 4 + (2 + name.count + 1 + 3) & ~3
        guard name.count <= 255, output.freeCapacity >= RTCPBlock.headLength + body else { return false }
        RTCPBlock.begin(RTCPType.sourceDescription, count: 1, body: body, in: &output)
        let start = output.byteCount
        output.append(bigEndian: source)
        output.append(canonicalName)
        output.append(UInt8(name.count))
        output.append(copying: name.span.bytes)
        output.append(0)
        output.pad(from: start)
        return true
    }
}
