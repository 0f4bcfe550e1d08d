package import Media

/// How much of what there is a media server takes, in hundredths: of its thread's time, of the datagrams that the system takes, and of the
/// bytes that the line carries.
package struct MediaLoad: Sendable, Equatable {
    /// Above it no new meeting begins. **Those inside one never pay for it.**
    package static let most = 80

    package var work = 0
    package var packets = 0
    package var bytes = 0

    package var isHigh: Bool { max(work, packets, bytes) >= Self.most }

    package init(work: Int = 0, packets: Int = 0, bytes: Int = 0) {
        (self.work, self.packets, self.bytes) = (work, packets, bytes)
    }
}

/// What the way to a media server carries, as far as somebody says so.
package struct MediaLimits: Sendable, Equatable {
    /// Bits a second, in each direction. Nil where nobody knows.
    package var bits: UInt64?
    /// Datagrams a second, in and out together. Nil where nobody knows.
    package var packets: UInt64?

    /// - Parameters:
    ///   - megabits: Mbit/s in each direction; zero where nobody says
    ///   - packets: datagrams a second; zero where nobody says
    package init(megabits: Int = 0, packets: Int = 0) {
        bits = megabits > 0 ? UInt64(megabits) * 1_000_000 : nil
        self.packets = packets > 0 ? UInt64(packets) : nil
    }

    /// With what the system says where nobody else does.
    func filled(by line: LineSpeed?) -> MediaLimits {
        var filled = self
        if bits == nil, let line { filled.bits = UInt64(line.megabits) * 1_000_000 }
        return filled
    }
}

/// What has gone through since the start.
struct MediaTraffic: Equatable {
    var packetsIn: UInt64 = 0
    var packetsOut: UInt64 = 0
    /// With the heads of UDP and IP.
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// Datagrams for which the system had no room, in either direction.
    var lost: UInt64 = 0

    static func + (one: MediaTraffic, other: MediaTraffic) -> MediaTraffic {
        MediaTraffic(
            packetsIn: one.packetsIn &+ other.packetsIn, packetsOut: one.packetsOut &+ other.packetsOut,
            bytesIn: one.bytesIn &+ other.bytesIn, bytesOut: one.bytesOut &+ other.bytesOut, lost: one.lost &+ other.lost)
    }
}

/// Makes shares of what has gone through.
///
/// How many datagrams a machine takes is known to nobody beforehand. **What it could not take tells**: a second in which a hundredth was
/// lost for want of room has shown the capacity, which is believed for a minute, as something else may have been the reason.
struct LoadMeter {
    /// How long a shown capacity is believed.
    static let stands: Duration = .seconds(60)
    /// Losses in a second below which it was chance.
    static let fewestLost: UInt64 = 50

    private let limits: MediaLimits
    private var last: (time: Instant, traffic: MediaTraffic)?
    /// Datagrams a second that went through when others did not.
    private var shown: (capacity: UInt64, at: Instant)?

    init(_ limits: MediaLimits) { self.limits = limits }

    /// - Parameter work: hundredths of the time since it was last asked
    mutating func load(_ traffic: MediaTraffic, work: Int, at now: Instant) -> MediaLoad {
        defer { last = (now, traffic) }
        guard let last, now > last.time else { return MediaLoad(work: work) }
        let passed = UInt64(now.nanoseconds - last.time.nanoseconds)
        func rate(_ count: KeyPath<MediaTraffic, UInt64>) -> UInt64 {
            let grown = traffic[keyPath: count] &- last.traffic[keyPath: count]
            return UInt64(Double(grown) * 1e9 / Double(passed))
        }
        let (packets, lost) = (rate(\.packetsIn) + rate(\.packetsOut), rate(\.lost))
        learn(packets, lost: lost, at: now)
        let capacity = [limits.packets, shown?.capacity].compactMap(\.self).min()
        let bits = max(rate(\.bytesIn), rate(\.bytesOut)) * 8
        return MediaLoad(work: work, packets: Self.share(packets, of: capacity), bytes: Self.share(bits, of: limits.bits))
    }

    private mutating func learn(_ packets: UInt64, lost: UInt64, at now: Instant) {
        if lost >= Self.fewestLost, lost * 100 >= packets + lost {
            shown = (packets, now)
        } else if let known = shown {
            shown = now - known.at >= Self.stands ? nil : (max(known.capacity, packets), known.at)
        }
    }

    /// Zero of what nobody knows.
    private static func share(_ rate: UInt64, of capacity: UInt64?) -> Int {
        guard let capacity else { return 0 }
        return Int(min(rate * 100 / max(capacity, 1), 1_000))
    }
}
