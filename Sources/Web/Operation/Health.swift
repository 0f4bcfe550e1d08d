package import Cluster
import HTTPTypes
import Hummingbird
package import Storage

/// Whether this node lives, and whether it should be sent work.
package struct Health: Sendable {
    /// One thing that readiness depends on.
    package struct Check: Sendable {
        package let name: String
        /// Whether the node is of no use without it. What is not essential is only shown.
        package let isEssential: Bool
        package let isWell: @Sendable () async -> Bool

        package init(_ name: String, isEssential: Bool = true, isWell: @escaping @Sendable () async -> Bool) {
            self.name = name
            self.isEssential = isEssential
            self.isWell = isWell
        }
    }

    /// A check that takes longer has failed.
    static let deadline = Duration.seconds(2)

    private let checks: [Check]

    package init(_ checks: [Check]) {
        self.checks = checks
    }

    /// What a program reads. Names and states only: why something failed is in the log.
    package struct Report: Codable, Sendable, Equatable {
        /// `ready`, `degraded` (something inessential fails) or `failing`.
        package let status: String
        /// `well` or `failing`, by check.
        package let checks: [String: String]
    }

    package func report() async -> Report {
        let results = await withTaskGroup(of: (Check, Bool).self) { group in
            for check in checks { group.addTask { (check, await Self.run(check)) } }
            return await group.reduce(into: [(Check, Bool)]()) { $0.append($1) }
        }
        let failing = results.filter { !$0.1 }.map(\.0)
        let status = failing.isEmpty ? "ready" : failing.contains(where: \.isEssential) ? "failing" : "degraded"
        return Report(status: status, checks: Dictionary(uniqueKeysWithValues: results.map { ($0.0.name, $0.1 ? "well" : "failing") }))
    }

    private static func run(_ check: Check) async -> Bool {
        let isWell = try? await Deadline.leaving(after: deadline) { await check.isWell() }
        return isWell ?? false
    }

    /// `/health/live` and `/health/ready`.
    package var routes: [Route] {
        [
            Route(
                .get, "/health/live", .everyone, limit: Route.Limit.none, isAnonymous: true,
                purpose: "Tells a supervisor that the process answers."
            ) {
                _, _ in
                .json(["status": "live"])
            },
            Route(
                .get, "/health/ready", .everyone, limit: .reading, isAnonymous: true,
                purpose: "Tells a load balancer whether to send people here."
            ) {
                _, _ in
                let report = await self.report()
                let isReady = report.status == "ready" || report.status == "degraded"
                return .json(report, status: isReady ? .ok : .serviceUnavailable)
            },
        ]
    }
}

extension Health.Check {
    /// The database answers.
    package static func database(_ database: Database) -> Self {
        .init("database") { (try? await database.read { try $0.first("SELECT 1 AS one") }) != nil }
    }

    /// The other nodes can be reached. Without them this node goes on by itself.
    package static func bus(_ bus: any Bus) -> Self {
        .init("bus", isEssential: false) { bus.state.isConnected }
    }
}
