package import Cluster
import Foundation
import Synchronization
package import Vocabulary

/// Visitors who **chose** to be seen by the team, while they are there. In memory and on the bus only: there is no table, and whoever
/// leaves is forgotten at once, or after `patience` when their browser could not say so.
package final class VisitorsHere: Sendable {
    static let patience = Duration.seconds(45)
    /// More than any team looks at; whoever invents visitors pushes out invented ones.
    static let limit = 5000

    package struct Here: Codable, Sendable, Equatable {
        /// Made by the browser each time it is switched on.
        package let id: String
        /// The site's key.
        package let site: String
        /// Where they are, without a query.
        package let page: String?
        package let since: Timestamp
        /// Who of the team offered help. Once is all: nobody is asked twice.
        package var invitedBy: String?
        fileprivate var heardAt: Timestamp
        fileprivate var isGone = false

        init(id: String, site: String, page: String?, since: Timestamp, isGone: Bool = false) {
            self.id = id
            self.site = site
            self.page = page
            self.since = since
            heardAt = since
            self.isGone = isGone
        }
    }

    private struct Invitation: Codable {
        let visitor: String
        let name: String
    }

    private let bus: any Bus
    private let here = Mutex<[String: Here]>([:])

    package init(bus: any Bus) {
        self.bus = bus
    }

    /// Tells every node, this one included once it listens.
    ///
    /// - Returns: whether the team has something to learn: somebody came, went, or is on another page.
    @discardableResult
    func tell(_ visitor: Here) -> Bool {
        let known = here.withLock { $0[visitor.id] }
        publish(visitor, to: .visitorHere)
        return visitor.isGone ? known != nil : known?.page != visitor.page || known == nil
    }

    /// Offers help in somebody's name, on every node.
    func invite(_ visitor: String, by name: String) {
        publish(Invitation(visitor: visitor, name: name), to: .visitorInvited)
    }

    private func publish(_ value: some Encodable, to topic: Topic) {
        guard let payload = try? JSONEncoder().encode(value) else { return }
        bus.publish(Array(payload), to: topic)
    }

    /// Hears what is told until the server stops.
    func listen() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await payload in try await self.bus.subscribe(to: .visitorHere, limit: 1000) {
                    guard let visitor = try? JSONDecoder().decode(Here.self, from: Data(payload)) else { continue }
                    self.take(visitor)
                }
            }
            group.addTask {
                for await payload in try await self.bus.subscribe(to: .visitorInvited, limit: 1000) {
                    guard let invitation = try? JSONDecoder().decode(Invitation.self, from: Data(payload)) else { continue }
                    self.here.withLock { $0[invitation.visitor]?.invitedBy = invitation.name }
                }
            }
        }
    }

    private func take(_ visitor: Here) {
        here.withLock { here in
            let known = here[visitor.id]
            guard !visitor.isGone else {
                here[visitor.id] = nil
                return
            }
            if known == nil, here.count >= Self.limit { here.removeAll() }
            var fresh = Here(id: visitor.id, site: visitor.site, page: visitor.page, since: known?.since ?? visitor.since)
            fresh.heardAt = visitor.heardAt
            fresh.invitedBy = known?.invitedBy
            here[visitor.id] = fresh
        }
    }

    /// Who offered help to this visitor.
    func inviter(of visitor: String) -> String? {
        here.withLock { $0[visitor]?.invitedBy }
    }

    /// Who is there now on these sites, longest first.
    package func all(on sites: Set<String>, at now: Timestamp) -> [Here] {
        here.withLock { here in
            here = here.filter { now - $0.value.heardAt < Self.patience }
            return here.values.filter { sites.contains($0.site) }.sorted { $0.since < $1.since }
        }
    }
}

extension Topic {
    fileprivate static let visitorHere = Topic("desk.visitorHere")
    fileprivate static let visitorInvited = Topic("desk.visitorInvited")
}
