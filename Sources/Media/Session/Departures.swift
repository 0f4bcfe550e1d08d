/// What was sent to a receiver of late, by the number that counts all of its packets (draft-holmer-rmcat-transport-wide-cc-extensions-01
/// §2): what it says of their arrival is compared with this.
struct Departures: Sendable {
    /// Half a second of 20 Mbit/s.
    static let capacity = 1024

    private(set) var next: UInt16 = 0
    /// Microseconds, which run over after 71 minutes; nobody asks about what is that old.
    private var times = [UInt32](repeating: 0, count: capacity)
    /// Zero once its arrival was told.
    private var sizes = [UInt16](repeating: 0, count: capacity)

    /// Returns the packet's number.
    mutating func note(_ bytes: Int, at now: Instant) -> UInt16 {
        defer { next &+= 1 }
        let place = Int(next) % Self.capacity
        times[place] = UInt32(truncatingIfNeeded: now.nanoseconds / 1000)
        sizes[place] = UInt16(clamping: bytes)
        return next
    }

    /// When a packet was sent, in microseconds, and how large it was; nil for one that is not known or was told of before.
    mutating func take(_ number: UInt16, at now: Instant) -> (sentAt: Int64, bytes: Int)? {
        guard next &- 1 &- number < UInt16(Self.capacity) else { return nil }
        let place = Int(number) % Self.capacity
        guard sizes[place] > 0 else { return nil }
        defer { sizes[place] = 0 }
        let microseconds = now.nanoseconds / 1000
        return (microseconds - Int64(UInt32(truncatingIfNeeded: microseconds) &- times[place]), Int(sizes[place]))
    }
}
