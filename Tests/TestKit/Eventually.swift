/// Waiting for what another thread or process is about to do.
package enum Eventually {
    package struct NeverHappened: Error {}

    /// Returns as soon as `condition` holds; throws `NeverHappened` after `patience`.
    package static func holds(
        within patience: Duration = .seconds(60), _ condition: @Sendable () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw NeverHappened() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
