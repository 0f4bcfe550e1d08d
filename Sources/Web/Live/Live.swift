package import Cluster
package import Vocabulary

/// How domains reach browsers. Sending never waits: one slow browser harms only itself.
package protocol Live: Sendable {
    /// Sends a transient event to every connection of these people, on every node. Nothing is kept: who is away misses it.
    func send(_ event: some Encodable & Sendable, to people: some Collection<PersonID> & Sendable)

    /// Sends a transient event to one connection, on whatever node it is.
    func send(_ event: some Encodable & Sendable, toConnection connection: ID<LiveSender>)

    /// The same for many connections. **It is written once**, however many they are.
    func send(_ event: some Encodable & Sendable, toConnections connections: [ID<LiveSender>])

    /// The same for an event whose JSON is written already.
    func send(json: [UInt8], toConnection connection: ID<LiveSender>)

    /// What each of these people shows of themself right now, merged over their connections on all nodes. Whoever is missing is offline.
    func presence(of people: [PersonID]) async -> [PersonID: Availability]

    /// Two people came to see each other's presence, or ceased to: tells each what they see now.
    func sightChanged(between first: PersonID, and second: PersonID) async

    /// False once the connection has ended, or its node has vanished: known some seconds after, never while in doubt.
    func isConnected(_ connection: ID<LiveSender>) async -> Bool

    /// Ends the person's connections of one session, or all of them, with a reason.
    func disconnect(_ person: PersonID, session: String?, because reason: LiveGoodbye)

    /// The person may not hear a shared stream any more: their pages are told, and hear nothing further of it.
    func unlisten(_ person: PersonID, to stream: StreamID)

    /// Tells that durable events were committed to this stream; every node sends its connections exactly what they miss.
    func wake(_ stream: StreamID)

    /// The same for one event, which this node need not read again.
    func wake(with event: Appended)
}

/// A domain that wants to know when live links come and go.
package protocol LiveObserver: Sendable {
    /// The link is up and welcomed.
    func opened(_ sender: LiveSender) async
    /// The link is down, whatever the reason, and every command of it is done. Called on the node that had it, so not when that
    /// node vanished: `Live.isConnected` tells.
    ///
    /// - Parameter isDead: whether the link was given up after a long silence, and not closed.
    func closed(_ sender: LiveSender, isDead: Bool) async
}
