/// What one receiver was sent: enough to make each packet again, byte for byte, from the packet that it was made of.
package struct SentPackets: Sendable {
    /// Asking again sooner than this is impatience, or an attack.
    static let leastPause: Duration = .milliseconds(30)
    static let mostTimes: UInt8 = 5
    /// How far back it reaches, as long as there may be room: longer than anybody waits for a packet.
    static let span: Duration = .seconds(2)

    package struct Packet: Equatable, Sendable {
        package var number: UInt64
        package var timestamp: UInt32
        package var marker: Bool
        package var descriptor: PictureDescriptor
        /// How many bytes of the packet that it was made of the descriptor stands for.
        package var length: Int
        /// Which packet of which encoding it was made of.
        package var encoding: UInt8
        package var origin: UInt64

        package init(
            number: UInt64, timestamp: UInt32, marker: Bool, descriptor: PictureDescriptor, length: Int, encoding: UInt8, origin: UInt64
        ) {
            self.number = number
            self.timestamp = timestamp
            self.marker = marker
            self.descriptor = descriptor
            self.length = length
            self.encoding = encoding
            self.origin = origin
        }
    }

    private struct Entry {
        let packet: Packet
        var sentAt: Instant
        var times: UInt8 = 0
    }

    private var entries: [Entry?]
    private var highest: UInt64 = 0
    /// Where the last whole picture began: nobody needs what came before.
    private var start: UInt64 = 0

    /// How many there is room for at most.
    private let most: Int

    /// It begins with little room, and grows where that would not reach `span` back: a small picture needs an eighth of a large one's, and
    /// a page shows sixteen.
    package init(capacity: Int, beginningWith least: Int = 64) {
        precondition(capacity > 0, "a memory for nothing")
        most = capacity
        entries = Array(repeating: nil, count: min(least, capacity))
    }

    private func place(of number: UInt64) -> Int { Int(number % UInt64(entries.count)) }

    private mutating func grow() {
        let larger = [Entry?](repeating: nil, count: min(entries.count * 2, most))
        let known = entries
        entries = larger
        for case let entry? in known { entries[place(of: entry.packet.number)] = entry }
    }

    package mutating func note(_ packet: Packet, beginsKeyframe: Bool, at now: Instant) {
        highest = max(highest, packet.number)
        if beginsKeyframe { start = packet.number }
        if entries.count < most, let oldest = entries[place(of: packet.number)], now - oldest.sentAt < Self.span { grow() }
        entries[place(of: packet.number)] = Entry(packet: packet, sentAt: now)
    }

    /// The packet that somebody misses; nil if it is not worth sending again or is not known any more.
    package mutating func again(_ sequence: UInt16, roundTrip: Duration, at now: Instant) -> Packet? {
        let behind = UInt64(UInt16(truncatingIfNeeded: highest) &- sequence)
        guard behind <= highest, highest - behind >= start else { return nil }
        let place = place(of: highest - behind)
        guard var entry = entries[place], entry.packet.number == highest - behind, entry.times < Self.mostTimes else { return nil }
        // The first time it may be asked for at once, as nobody has tried yet.
        guard entry.times == 0 || now - entry.sentAt >= max(roundTrip, Self.leastPause) else { return nil }
        entry.times += 1
        entry.sentAt = now
        entries[place] = entry
        return entry.packet
    }
}
