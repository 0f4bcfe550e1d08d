import Cluster
import Logging
package import Vocabulary

extension LiveLink {
    package func send(_ event: some Encodable & Sendable, to people: some Collection<PersonID> & Sendable) {
        guard !people.isEmpty, let json = encode(event) else { return }
        hub.send(LiveFrame(json: json), to: people)
        var rest = Array(people)[...]
        while !rest.isEmpty {
            tell(.people(Array(rest.prefix(LiveEnvelope.mostPeople)), json: json))
            rest = rest.dropFirst(LiveEnvelope.mostPeople)
        }
    }

    package func send(_ event: some Encodable & Sendable, toConnection connection: ConnectionID) {
        if let json = encode(event) { send(json: json, toConnection: connection) }
    }

    package func send(_ event: some Encodable & Sendable, toConnections connections: [ConnectionID]) {
        guard !connections.isEmpty, let json = encode(event) else { return }
        let frame = LiveFrame(json: json)
        for connection in connections {
            if connection.node == hub.node {
                hub.send(frame, to: connection)
            } else {
                tell(.connection(connection, json: json))
            }
        }
    }

    package func send(json: [UInt8], toConnection connection: ConnectionID) {
        if connection.node == hub.node {
            hub.send(LiveFrame(json: json), to: connection)
        } else {
            tell(.connection(connection, json: json))
        }
    }

    package func disconnect(_ person: PersonID, session: String?, because reason: LiveGoodbye) {
        hub.disconnect(person, session: session, because: reason)
        tell(.disconnect(person, session: session, reason))
    }

    package func unlisten(_ person: PersonID, to stream: StreamID) {
        hub.unlisten(person, to: stream)
        tell(.unlisten(person, stream))
    }

    package func wake(_ stream: StreamID) {
        delivery.wake(stream)
        tell(.wake(stream))
    }

    package func wake(with event: Appended) {
        delivery.deliver(event)
        tell(.wake(event.event.stream))
    }

    /// This node was cut off for a while: what it told may be lost, and so may what it was told.
    func tellDoubt() {
        doubt.yield()
        tell(.doubt)
    }

    /// Tells the other nodes.
    private func tell(_ envelope: LiveEnvelope) {
        bus.publish(envelope.bytes(from: hub.node), to: Self.topic)
    }

    /// Does what another node told.
    func hear(_ bytes: [UInt8]) {
        guard let (envelope, node) = LiveEnvelope.read(bytes), node != hub.node else { return }
        switch envelope {
        case .wake(let stream): delivery.wake(stream)
        case .people(let people, let json): hub.send(LiveFrame(json: json), to: people)
        case .connection(let connection, let json):
            if connection.node == hub.node { hub.send(LiveFrame(json: json), to: connection) }
        case .disconnect(let person, let session, let goodbye): hub.disconnect(person, session: session, because: goodbye)
        case .unlisten(let person, let stream): hub.unlisten(person, to: stream)
        case .doubt: doubt.yield()
        }
    }

    private func encode(_ event: some Encodable) -> [UInt8]? {
        do {
            return try LiveJSON.encode(event)
        } catch {
            logger.error("an event cannot be written", metadata: ["event": "\(type(of: event))"])
            return nil
        }
    }
}
