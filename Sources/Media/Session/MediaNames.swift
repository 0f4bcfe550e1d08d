/// Which participant; the domain of meetings gives the numbers, which name nobody.
package struct MediaPeerID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }
}

package struct MediaRoomID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }
}

/// Random numbers from outside, as this target rolls no dice.
package struct MediaRandom: RandomNumberGenerator {
    private let draw: () -> UInt64

    package init(_ draw: @escaping () -> UInt64) { self.draw = draw }

    package mutating func next() -> UInt64 { draw() }
}

/// What somebody wants to see, and how large.
package struct PictureWish: Hashable, Sendable {
    package var peer: MediaPeerID
    package var track: TrackName
    /// The largest encoding that its tile is worth, counted from the smallest.
    package var encoding: UInt8

    package init(_ peer: MediaPeerID, _ track: TrackName, encoding: UInt8 = 2) {
        self.peer = peer
        self.track = track
        self.encoding = encoding
    }
}

/// Whom a slot shows.
package struct SlotView: Equatable, Sendable {
    package let mid: String
    /// Nil for an empty one.
    package let peer: MediaPeerID?
    package let track: TrackName?
    /// Whether there is no room on the way for even the smallest picture.
    package let isPaused: Bool
    /// Whether it is in a codec that this participant cannot decode.
    package let isForeign: Bool
}

/// What happened that people should know.
package enum MediaEvent: Equatable, Sendable {
    package enum Side: Equatable, Sendable { case publishing, receiving }

    case connection(MediaRoomID, MediaPeerID, Side, Connection.State)
    /// Who speaks now, the loudest first.
    case speakers(MediaRoomID, [MediaPeerID])
    case slots(MediaRoomID, MediaPeerID, [SlotView])
    /// How many of its encodings, counted from the smallest, anybody wants
    /// of a picture. Its page stops the others, which saves its line and
    /// its battery.
    case encodings(MediaRoomID, MediaPeerID, TrackName, Int)
    /// Somebody cannot decode a picture; in this codec all could. Its page
    /// goes over to that.
    case codec(MediaRoomID, MediaPeerID, TrackName, Codec)
    /// Somebody's connection has become poor, for this reason, or is good again (nil).
    case trouble(MediaRoomID, MediaPeerID, LinkTrouble?)
}

/// Why somebody cannot join.
package enum JoinFault: Error, Equatable, Sendable {
    case noRoom
    case offer(SDPFault)
    /// The same participant twice, or more than the server takes.
    case taken, full
    /// No memory.
    case failed
}
