package import Media
import Synchronization
package import Web

/// What the media server does, in numbers that say nothing about anybody.
package final class MediaStatistics: Sendable {
    private let arrived = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let strangers = Atomic<UInt64>(0)
    private let connected = Atomic<Int>(0)
    private let tcp = Atomic<Int>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)
    private let unread = Atomic<UInt64>(0)
    private let turnedAway = Atomic<UInt64>(0)
    private let shares = Mutex(MediaLoad())
    private let figures = Mutex<[RoomFigures]>([])

    /// Datagrams since the start.
    package var datagramsIn: UInt64 { arrived.load(ordering: .relaxed) }
    package var datagramsOut: UInt64 { sent.load(ordering: .relaxed) }
    /// What the system did not take, and what belonged to nobody.
    package var datagramsRefused: UInt64 { refused.load(ordering: .relaxed) }
    package var datagramsOfStrangers: UInt64 { strangers.load(ordering: .relaxed) }
    package var connections: Int { connected.load(ordering: .relaxed) }
    /// TCP connections that are open, of those who have no other way and of strangers for their first seconds.
    package var streams: Int { tcp.load(ordering: .relaxed) }

    /// What came and was lost before it was read, as the system had no room for it.
    package var datagramsUnread: UInt64 { unread.load(ordering: .relaxed) }
    /// Meetings that did not begin as there was too much to do.
    package var roomsRefused: UInt64 { turnedAway.load(ordering: .relaxed) }

    /// Of the last second.
    package var load: MediaLoad { shares.withLock(\.self) }

    /// The rooms of this node, once a second.
    package var rooms: [RoomFigures] { figures.withLock(\.self) }

    func note(_ rooms: [RoomFigures]) { figures.withLock { $0 = rooms } }

    func note(_ load: MediaLoad) { shares.withLock { $0 = load } }

    func note(_ traffic: MediaTraffic, unread count: UInt64) {
        bytesIn.store(traffic.bytesIn, ordering: .relaxed)
        bytesOut.store(traffic.bytesOut, ordering: .relaxed)
        unread.store(count, ordering: .relaxed)
    }

    func refusedRoom() { turnedAway.wrappingAdd(1, ordering: .relaxed) }

    func received(_ count: Int) { arrived.wrappingAdd(UInt64(count), ordering: .relaxed) }

    func note(_ engine: MediaEngine, _ socket: DatagramSocket, _ streams: StreamTable) {
        sent.store(socket.accepted, ordering: .relaxed)
        refused.store(socket.refused &+ streams.refused, ordering: .relaxed)
        tcp.store(streams.count, ordering: .relaxed)
        strangers.store(engine.strangers, ordering: .relaxed)
        connected.store(engine.connectionCount, ordering: .relaxed)
    }
}

extension MediaStatistics {
    /// Rooms that have numbers of their own; what is said of the others is added up. A label costs whoever collects them memory, for good.
    static let mostRoomsNamed = 100

    /// For the operator's monitoring. A room is named by its place among those since the start, which says nothing about the meeting in it.
    package var families: [MetricFamily] {
        let (rooms, load) = (rooms, load)
        func ofRooms(_ name: String, _ value: (RoomFigures) -> Double) -> MetricFamily {
            let rest = rooms.dropFirst(Self.mostRoomsNamed)
            let named = rooms.prefix(Self.mostRoomsNamed).map { MetricFamily.Sample([("room", String($0.number))], value($0)) }
            let others = rest.isEmpty ? [] : [MetricFamily.Sample([("room", "others")], rest.reduce(0) { $0 + value($1) })]
            return MetricFamily(gauge: "sotto_media_room_\(name)", named + others)
        }
        return [
            MetricFamily(
                counter: "sotto_media_datagrams_total",
                [.init([("direction", "in")], Double(datagramsIn)), .init([("direction", "out")], Double(datagramsOut))]),
            MetricFamily(counter: "sotto_media_datagrams_refused_total", [.init([], Double(datagramsRefused))]),
            MetricFamily(counter: "sotto_media_datagrams_of_strangers_total", [.init([], Double(datagramsOfStrangers))]),
            MetricFamily(counter: "sotto_media_datagrams_unread_total", [.init([], Double(datagramsUnread))]),
            MetricFamily(
                counter: "sotto_media_bytes_total",
                [
                    .init([("direction", "in")], Double(bytesIn.load(ordering: .relaxed))),
                    .init([("direction", "out")], Double(bytesOut.load(ordering: .relaxed))),
                ]),
            MetricFamily(gauge: "sotto_media_connections", [.init([], Double(connections))]),
            MetricFamily(gauge: "sotto_media_tcp_connections", [.init([], Double(streams))]),
            MetricFamily(
                gauge: "sotto_media_load_percent",
                [("work", load.work), ("packets", load.packets), ("bytes", load.bytes)].map { .init([("of", $0.0)], Double($0.1)) }),
            MetricFamily(counter: "sotto_media_rooms_refused_total", [.init([], Double(roomsRefused))]),
            MetricFamily(gauge: "sotto_media_rooms", [.init([], Double(rooms.count))]),
            ofRooms("people") { Double($0.people) },
            ofRooms("senders") { Double($0.senders) },
            ofRooms("receivers") { Double($0.receivers) },
            ofRooms("poor_connections") { Double($0.poor) },
            ofRooms("sent_bits_per_second") { Double($0.bitsPerSecond) },
        ]
    }
}
