import Media
import Synchronization

/// What the media server does, in numbers that say nothing about anybody.
package final class MediaStatistics: Sendable {
    private let arrived = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let strangers = Atomic<UInt64>(0)
    private let connected = Atomic<Int>(0)
    private let tcp = Atomic<Int>(0)
    private let load = Atomic<Int>(0)

    /// Datagrams since the start.
    package var datagramsIn: UInt64 { arrived.load(ordering: .relaxed) }
    package var datagramsOut: UInt64 { sent.load(ordering: .relaxed) }
    /// What the system did not take, and what belonged to nobody.
    package var datagramsRefused: UInt64 { refused.load(ordering: .relaxed) }
    package var datagramsOfStrangers: UInt64 { strangers.load(ordering: .relaxed) }
    package var connections: Int { connected.load(ordering: .relaxed) }
    /// TCP connections that are open, of those who have no other way and of strangers for their first seconds.
    package var streams: Int { tcp.load(ordering: .relaxed) }

    /// How much of the last second the thread was at work, in hundredths.
    package var busy: Int { load.load(ordering: .relaxed) }

    func worked(_ hundredths: Int) { load.store(hundredths, ordering: .relaxed) }

    func received(_ count: Int) { arrived.wrappingAdd(UInt64(count), ordering: .relaxed) }

    func note(_ engine: MediaEngine, _ socket: DatagramSocket, _ streams: StreamTable) {
        sent.store(socket.accepted, ordering: .relaxed)
        refused.store(socket.refused &+ streams.refused, ordering: .relaxed)
        tcp.store(streams.count, ordering: .relaxed)
        strangers.store(engine.strangers, ordering: .relaxed)
        connected.store(engine.connectionCount, ordering: .relaxed)
    }
}
