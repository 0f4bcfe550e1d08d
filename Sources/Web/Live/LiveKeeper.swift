import Cluster
import Logging
package import ServiceLifecycle

/// The background work of the live link: hears other nodes, looks for lost wakes, trims what has been kept long enough.
package struct LiveKeeper: Service {
    /// Messages of other nodes that may wait. When more come the rest is dropped, and a sweep makes it good.
    static let waiting = 100_000
    /// How often lost wakes are looked for.
    static let sweepEvery = Duration.seconds(60)
    static let trimEvery = Duration.hours(1)
    /// Answers are remembered this long after a person's last command.
    static let answersRemembered = Duration.minutes(15)

    let link: LiveLink

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listen(to: LiveLink.topic) { link.hear($0) } }
                group.addTask { await self.listen(to: PresenceService.topic) { link.presence.hear($0) } }
                group.addTask { await self.every(PresenceService.turn) { await self.takePresenceTurn() } }
                group.addTask { await self.watchBus() }
                group.addTask { for await _ in self.link.bus.gaps() { self.link.tellDoubt() } }
                group.addTask { await self.every(Self.sweepEvery) { self.link.doubt.yield() } }
                group.addTask { await self.sweep() }
                group.addTask { await self.every(Self.trimEvery, atOnce: true) { try await self.trim() } }
                await group.waitForAll()
            }
        }
        link.presence.leave()
    }

    private func listen(to topic: Topic, _ hear: ([UInt8]) -> Void) async {
        while !Task.isCancelled {
            do {
                let messages = try await link.bus.subscribe(to: topic, limit: Self.waiting)
                link.listens(to: topic)
                for await bytes in messages { hear(bytes) }
                return
            } catch {
                link.logger.error("other nodes cannot be heard", metadata: ["reason": "\(type(of: error))"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// While other nodes cannot be heard, or more comes than can be heard, streams are looked up every second instead.
    private func watchBus() async {
        var dropped = 0
        await every(.seconds(1)) {
            let state = link.bus.state
            if !state.isConnected || state.dropped > dropped { link.doubt.yield() }
            dropped = state.dropped
        }
    }

    private func takePresenceTurn() async {
        // A node that vanished may have committed what it could not tell any more.
        if await link.presence.take(at: .now) { link.doubt.yield() }
    }

    private func sweep() async {
        for await _ in link.doubts {
            do {
                try await link.delivery.sweep()
            } catch {
                link.logger.error("streams cannot be looked up", metadata: ["reason": "\(type(of: error))"])
            }
        }
    }

    private func trim() async throws {
        link.memory.forget(before: .now - Self.answersRemembered)
        guard let current = link.current else { return }
        try await link.store.trim(current.opening.streams)
    }

    private func every(_ period: Duration, atOnce: Bool = false, _ body: () async throws -> Void) async {
        var mustWait = !atOnce
        while !Task.isCancelled {
            if mustWait { try? await Task.sleep(for: period) }
            guard !Task.isCancelled else { return }
            mustWait = true
            do {
                try await body()
            } catch {
                link.logger.error("upkeep of the live link failed", metadata: ["reason": "\(type(of: error))"])
            }
        }
    }
}

extension LiveLink {
    package var services: [any Service] { [LiveKeeper(link: self)] }
}
