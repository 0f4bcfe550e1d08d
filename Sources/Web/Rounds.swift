package import Logging
package import ServiceLifecycle

/// Does something at the start and then again and again until the server stops, for what time ends and nobody could tell of.
///
/// A round that fails is told and tried again with the next: **one failure never ends the upkeep**.
package struct Rounds: Service {
    let interval: Duration
    let logger: Logger
    let round: @Sendable () async throws -> Void

    /// - Parameter interval: the pause between the end of a round and the next.
    package init(every interval: Duration, logger: Logger, _ round: @escaping @Sendable () async throws -> Void) {
        self.interval = interval
        self.logger = logger
        self.round = round
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await round()
                } catch {
                    logger.warning("a round of upkeep failed, it is tried again", metadata: ["error": "\(error)"])
                }
                // What falls due does so by itself, or on another node: there is nothing here to wake up for.
                try? await Task.sleep(for: interval)
            }
        }
    }
}
