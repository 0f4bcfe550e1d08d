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

    private let bus: any Bus
    private let here = Mutex<[String: Here]>([:])

    package init(bus: any Bus) {
        self.bus = bus
    }

    /// Tells every node, this one included once it listens.
    func tell(_ visitor: Here) {
        guard let payload = try? JSONEncoder().encode(visitor) else { return }
        bus.publish(Array(payload), to: .visitorHere)
    }

    /// Hears what is told until the server stops.
    func listen() async throws {
        for await payload in try await bus.subscribe(to: .visitorHere, limit: 1000) {
            guard let visitor = try? JSONDecoder().decode(Here.self, from: Data(payload)) else { continue }
            take(visitor)
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
            here[visitor.id] = fresh
        }
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
}
