/// Which packets of a source were seen, so that each counts once (RFC 3711 §3.3.2).
///
/// It is 1024 packets wide, where the RFC asks for 64: retransmissions and bursts of video come late.
struct ReplayWindow: Sendable {
    static let width: UInt64 = 1024

    private(set) var highest: UInt64?
    /// A bit for each index modulo the width; those above the highest are clear.
    private var seen = InlineArray<16, UInt64>(repeating: 0)

    /// Whether the packet is neither too old nor seen. **It is asked before a packet is authentic, and changes nothing.**
    func admits(_ index: UInt64) -> Bool {
        guard let highest, index <= highest else { return true }
        return highest - index < Self.width && seen[Self.word(index)] & Self.bit(index) == 0
    }

    /// Remembers an authentic packet that was admitted.
    mutating func note(_ index: UInt64) {
        if let highest, index > highest {
            let skipped = index - highest
            if skipped >= Self.width {
                seen = InlineArray(repeating: 0)
            } else {
                // What comes to stand between the two was not seen.
                for offset in 1...skipped { seen[Self.word(highest + offset)] &= ~Self.bit(highest + offset) }
            }
        }
        seen[Self.word(index)] |= Self.bit(index)
        highest = max(highest ?? index, index)
    }

    private static func word(_ index: UInt64) -> Int { Int(index / 64 % (width / 64)) }
    private static func bit(_ index: UInt64) -> UInt64 { 1 << (index % 64) }
}
