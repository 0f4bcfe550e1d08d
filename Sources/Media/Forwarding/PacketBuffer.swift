/// The last packets of one encoding as they were opened, for receivers who ask for them again. **One buffer serves all receivers.**
package final class PacketBuffer {
    /// What travels the Internet in one piece, less the heads of IP, UDP and SRTP. What is longer is not kept.
    package static let longest = 1400

    private struct Slot {
        var number: UInt64
        var length: Int
    }

    private let memory: UnsafeMutableRawBufferPointer
    private var slots: [Slot?]

    /// Room for so many packets: half a second of video in the best size is some hundred.
    package init(capacity: Int) {
        precondition(capacity > 0, "a buffer for nothing")
        memory = .allocate(byteCount: capacity * Self.longest, alignment: 16)
        slots = Array(repeating: nil, count: capacity)
    }

    deinit {
        memory.deallocate()
    }

    /// Keeps the packet under its full number in place of one that is older by the capacity.
    package func keep(_ packet: RawSpan, as number: UInt64) {
        let place = Int(number % UInt64(slots.count))
        if let old = slots[place], old.number > number { return }
        guard packet.byteCount <= Self.longest else {
            slots[place] = nil
            return
        }
        packet.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: memory[(place * Self.longest)...]).copyMemory(from: $0) }
        slots[place] = Slot(number: number, length: packet.byteCount)
    }

    /// Hands the packet over for as long as the closure runs; nil if it is not kept any more.
    package func withPacket<Result>(_ number: UInt64, _ body: (RawSpan) -> Result) -> Result? {
        let place = Int(number % UInt64(slots.count))
        guard let slot = slots[place], slot.number == number else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: memory[place * Self.longest..<place * Self.longest + slot.length])
        return body(bytes.bytes)
    }
}
