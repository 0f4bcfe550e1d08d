package import Foundation
package import Storage
package import Vocabulary

/// How domains reach browsers. Sending never waits: one slow browser harms only itself.
package protocol Live: Sendable {
    /// Sends a transient event to every connection of these people, on every node. Nothing is kept: who is away misses it.
    func send(_ event: some Encodable & Sendable, to people: some Collection<PersonID> & Sendable)

    /// Sends a transient event to one connection, on whatever node it is.
    func send(_ event: some Encodable & Sendable, toConnection connection: ID<LiveSender>)

    /// What each of these people shows of themself right now, merged over their connections on all nodes. Whoever is missing is offline.
    func presence(of people: [PersonID]) async -> [PersonID: Availability]

    /// Ends the person's connections of one session, or all of them, with a reason.
    func disconnect(_ person: PersonID, session: String?, because reason: LiveGoodbye)

    /// Tells that durable events were committed to this stream; every node sends its connections exactly what they miss.
    func wake(_ stream: StreamID)
}

/// What a person shows of themself. Who is invisible is `offline` to everybody else.
package enum Availability: String, Sendable, Codable, CaseIterable {
    case online, busy, away, offline
}

/// A domain that wants to know when live links come and go.
package protocol LiveObserver: Sendable {
    /// The link is up and welcomed.
    func opened(_ sender: LiveSender) async
    /// The link is down, whatever the reason. Also called for links of a node that vanished.
    func closed(_ sender: LiveSender) async
}

/// Why the server ends a connection, and what the browser should do next.
package enum LiveGoodbye: String, Sendable, Codable {
    /// The node restarts: come back at once.
    case restart
    /// The session ended: go to the sign-in page.
    case signedOut
    /// The browser was too slow: come back and catch up.
    case slow
    /// Too many connections or commands: come back later.
    case limit
    /// The browser broke the protocol: do not come back.
    case violation
}

/// A durable stream: events with a sequence without holes, from 1 (clause of the live link: nothing acknowledged is lost, doubled or reordered).
///
/// Each person has one, `notices`. Conversations are streams too.
package struct StreamID: Hashable, Sendable {
    /// The noun's 16 bytes: a person for `notices`, a conversation for messages.
    package let owner: [UInt8]
    /// What kind of stream: `notices`.
    package let name: String

    package init(_ name: String, of owner: ID<some Any>) {
        self.owner = owner.bytes
        self.name = name
    }
}

/// An event of a stream, sealed for the stream's reader before it is stored.
package struct StreamEvent: Sendable {
    package let sequence: Int
    package let kind: String
    package let body: Sealed
    package let at: Timestamp
}

/// Appends to streams, inside the transaction of the change that the event tells about.
package protocol Streams: Sendable {
    /// Seals `body` for `reader`, who owns the stream's key.
    func prepare(_ kind: String, _ body: some Encodable & Sendable, in stream: StreamID, for reader: PersonID) async throws -> PreparedEvent

    /// Appends with the next sequence. An event whose `id` is already in the stream is not appended again.
    /// Call `Live.wake` with the stream after the commit.
    @discardableResult
    func append(_ event: PreparedEvent, in transaction: Transaction) throws -> Int

    /// The latest events of a stream before `sequence` (nil: from the end), latest first, at most `limit`.
    func latest(_ stream: StreamID, before sequence: Int?, limit: Int) async throws -> [StreamEvent]

    /// The last sequence of a stream, 0 when nothing was ever appended.
    func last(_ stream: StreamID, in transaction: Transaction) throws -> Int

    /// The JSON of an event's body, opened with its reader's key.
    func open(_ event: StreamEvent, in stream: StreamID, for reader: PersonID) async throws -> Data
}

/// An event ready to be appended.
package struct PreparedEvent: Sendable {
    package let id: [UInt8]
    package let stream: StreamID
    package let reader: PersonID
    package let kind: String
    package let body: Sealed
    package let at: Timestamp

    package init(id: [UInt8], stream: StreamID, reader: PersonID, kind: String, body: Sealed, at: Timestamp) {
        self.id = id
        self.stream = stream
        self.reader = reader
        self.kind = kind
        self.body = body
        self.at = at
    }
}
