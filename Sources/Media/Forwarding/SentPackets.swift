/// What one receiver was sent: enough to make each packet again, byte for byte, from the packet that it was made of.
///
/// There is one for each picture that somebody sees, so **an entry takes sixteen bytes**. Its number is told by its place, and its encoding
/// and codec are those of all others: what another was made of is forgotten.
package struct SentPackets: Sendable {
    /// Asking again sooner than this is impatience, or an attack.
    static let leastPause: Duration = .milliseconds(30)
    static let mostTimes: UInt32 = 5
    /// How far back it reaches, as long as there may be room: longer than anybody waits for a packet.
    static let span: Duration = .seconds(2)
    /// How far apart the numbers of what entries were made of may be: more than are kept of an encoding.
    static let reach: UInt64 = 1 << 16

    package struct Packet: Equatable, Sendable {
        package var number: UInt64
        package var timestamp: UInt32
        package var marker: Bool
        /// What was written anew. What is not written comes back as nothing.
        package var descriptor: PictureDescriptor
        /// Which packet of which encoding it was made of.
        package var encoding: UInt8
        package var origin: UInt64

        package init(
            number: UInt64, timestamp: UInt32, marker: Bool, descriptor: PictureDescriptor, encoding: UInt8, origin: UInt64
        ) {
            self.number = number
            self.timestamp = timestamp
            self.marker = marker
            self.descriptor = descriptor
            self.encoding = encoding
            self.origin = origin
        }
    }

    private struct Entry: BitwiseCopyable {
        /// In place of how often it was sent again.
        private static let nothing: UInt32 = 7
        private static let timesPlace = PictureDescriptor.Packed.bits + 1

        var timestamp: UInt32 = 0
        /// Whole milliseconds, which turn over after 49 days.
        var sentAt: UInt32 = 0
        /// The descriptor, the marker, and how often it was sent again.
        private var rest: UInt32 = nothing << timesPlace
        private var picture: UInt16 = 0
        /// The lower half of a number of which the upper is told by `base`.
        var origin: UInt16 = 0

        static let none = Entry()

        private init() {}

        init(_ packet: Packet, sentAt: UInt32) {
            let descriptor = packet.descriptor.packed
            timestamp = packet.timestamp
            self.sentAt = sentAt
            rest = descriptor.rest | (packet.marker ? 1 << PictureDescriptor.Packed.bits : 0)
            picture = descriptor.picture
            origin = UInt16(truncatingIfNeeded: packet.origin)
        }

        var isNothing: Bool { times == Self.nothing }
        var times: UInt32 { rest >> Self.timesPlace }
        var marker: Bool { rest & 1 << PictureDescriptor.Packed.bits != 0 }
        var descriptor: PictureDescriptor.Packed { .init(picture: picture, rest: rest & (1 << PictureDescriptor.Packed.bits - 1)) }

        mutating func countAgain() { rest += 1 << Self.timesPlace }
    }

    static var entrySize: Int { MemoryLayout<Entry>.stride }

    /// Of the last numbers up to the highest, each in the place that it has modulo the count.
    private var entries: [Entry]
    private var highest: UInt64 = 0
    /// Where the last whole picture began: nobody needs what came before.
    private var start: UInt64 = 0
    /// What all entries were made of.
    private var encoding: UInt8 = 0
    private var codec = Codec.vp8
    /// What they were made of has numbers from here on, in less than `reach`.
    private var base: UInt64 = 0

    /// How many there is room for at most.
    private let most: Int

    /// It begins with little room, and grows where that would not reach `span` back: a small picture needs an eighth of a large one's, and
    /// a page shows sixteen.
    package init(capacity: Int, beginningWith least: Int = 64) {
        precondition(capacity > 0, "a memory for nothing")
        most = capacity
        entries = Array(repeating: .none, count: min(least, capacity))
    }

    private func place(of number: UInt64) -> Int { Int(number % UInt64(entries.count)) }

    private static func milliseconds(of now: Instant) -> UInt32 { UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000) }

    private func origin(of entry: Entry) -> UInt64 { base + UInt64(entry.origin &- UInt16(truncatingIfNeeded: base)) }
}

// MARK: - Remembering

extension SentPackets {
    package mutating func note(_ packet: Packet, beginsKeyframe: Bool, at now: Instant) {
        if packet.encoding != encoding || packet.descriptor.codec != codec || packet.origin < base {
            forget()
            (encoding, codec) = (packet.encoding, packet.descriptor.codec)
            base = packet.origin - min(packet.origin, Self.reach / 2)
        }
        if packet.origin - base >= Self.reach { raise(to: packet.origin - Self.reach / 2) }
        let milliseconds = Self.milliseconds(of: now)
        if packet.number > highest {
            let oldest = entries[place(of: packet.number)]
            if entries.count < most, !oldest.isNothing, milliseconds &- oldest.sentAt < Self.span.wholeMilliseconds { grow() }
            // Those between have not been sent yet; in their places stand others, which are too old now.
            let known = max(highest, packet.number - min(packet.number, UInt64(entries.count)))
            for number in known + 1..<packet.number { entries[place(of: number)] = .none }
            highest = packet.number
        }
        if beginsKeyframe { start = max(start, packet.number) }
        guard highest - packet.number < UInt64(entries.count) else { return }
        entries[place(of: packet.number)] = Entry(packet, sentAt: milliseconds)
    }

    /// Nothing of what was sent can be made again: what it was made of is not there any more.
    package mutating func forget() {
        for place in entries.indices { entries[place] = .none }
    }

    private mutating func grow() {
        let known = entries
        entries = Array(repeating: .none, count: min(known.count * 2, most))
        for number in highest - min(highest, UInt64(known.count) - 1)...highest {
            entries[place(of: number)] = known[Int(number % UInt64(known.count))]
        }
    }

    /// Forgets what was made of packets from before this one, which nobody keeps: happens once in tens of thousands.
    private mutating func raise(to base: UInt64) {
        for place in entries.indices where origin(of: entries[place]) < base { entries[place] = .none }
        self.base = base
    }
}

// MARK: - Sending again

extension SentPackets {
    /// The packet that somebody misses; nil if it is not worth sending again or is not known any more.
    package mutating func again(_ sequence: UInt16, roundTrip: Duration, at now: Instant) -> Packet? {
        let behind = UInt64(UInt16(truncatingIfNeeded: highest) &- sequence)
        guard behind <= highest, behind < UInt64(entries.count), highest - behind >= start else { return nil }
        let place = place(of: highest - behind)
        var entry = entries[place]
        guard !entry.isNothing, entry.times < Self.mostTimes else { return nil }
        let milliseconds = Self.milliseconds(of: now)
        // The first time it may be asked for at once, as nobody has tried yet.
        guard entry.times == 0 || milliseconds &- entry.sentAt >= max(roundTrip, Self.leastPause).wholeMilliseconds else { return nil }
        guard let descriptor = PictureDescriptor(entry.descriptor, of: codec) else { return nil }
        entry.countAgain()
        entry.sentAt = milliseconds
        entries[place] = entry
        return Packet(
            number: highest - behind, timestamp: entry.timestamp, marker: entry.marker, descriptor: descriptor, encoding: encoding,
            origin: origin(of: entry))
    }
}

extension Duration {
    /// Rounded up.
    fileprivate var wholeMilliseconds: UInt32 {
        let (seconds, attoseconds) = components
        return UInt32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
