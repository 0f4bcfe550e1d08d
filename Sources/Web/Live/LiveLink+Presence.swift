package import Cluster
import Logging
package import Vocabulary

extension LiveLink {
    package func presence(of people: [PersonID]) async -> [PersonID: Availability] {
        presence.availability(of: people)
    }

    package func isConnected(_ connection: ConnectionID) async -> Bool {
        guard connection.node == hub.node else { return presence.mayLive(connection.node) }
        return await hub.ask(connection) { _ in true } ?? false
    }

    package func sightChanged(between first: PersonID, and second: PersonID) async {
        do {
            let watchers = try await current?.opening.audience?.watchers(of: [first, second]) ?? [:]
            let availability = presence.availability(of: [first, second])
            for (watched, watcher) in [(first, second), (second, first)] {
                let sees = watchers[watched]?.contains(watcher) == true
                let state = sees ? availability[watched] ?? .offline : .offline
                send(PresenceChange(person: watched, state: state.rawValue), to: [watcher])
            }
        } catch {
            // Nothing is shown that was not, and what must be hidden is: the safe side of not knowing.
            for (watched, watcher) in [(first, second), (second, first)] {
                send(PresenceChange(person: watched, state: Availability.offline.rawValue), to: [watcher])
            }
            logger.error("presence cannot be read", metadata: ["reason": "\(type(of: error))"])
        }
    }

    /// A member's connection was welcomed: shows the member, and shows them whom they may see.
    func appear(_ sender: LiveSender) async {
        guard case .member = sender.principal else { return }
        do {
            let choice = try await presence.choice(of: sender.person)
            // On the connection's loop, so that nobody appears whose connection is gone already.
            guard await hub.ask(sender.connection, { $0.appear(choice) }) != nil else { return }
            let visible = try await presence.visible(to: sender.person)
            hub.run(at: sender.connection) { [presence] connection in
                if let overview = presence.overview(for: sender.person, seeing: visible) { connection.send(overview) }
            }
        } catch {
            logger.error("presence cannot be read", metadata: ["reason": "\(type(of: error))"])
            // The page would show everybody as offline for as long as it stays.
            hub.run(at: sender.connection) { $0.leave(because: .restart) }
        }
    }

    /// `presence.set`: chooses what to show, on all of one's devices.
    var setPresence: LiveHandler {
        LiveHandler("presence.set", .members) { [self] command in
            let wish: PresenceWish = try command.decode()
            let person = command.sender.person
            try await presence.choose(wish.state, for: person)
            send(PresenceChange(person: person, state: wish.state.rawValue), to: [person])
            return nil
        }
    }
}

private struct PresenceWish: Decodable {
    let state: PresenceChoice
}

/// What somebody shows; to themself, what they chose.
private struct PresenceChange: Encodable, Sendable {
    let type = "presence"
    let person: PersonID
    let state: String
}
