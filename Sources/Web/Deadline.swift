/// Limits on how long something may take.
enum Deadline {
    /// Runs `work`, but not longer than `limit`; nil when it took longer. Waits until cancelled work has stopped.
    static func stopping<Value: Sendable>(
        after limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Runs `work`, but waits no longer than `limit`; nil when it took longer.
    /// Work that does not heed its cancellation, such as a stuck database, goes on alone and its result is dropped.
    static func leaving<Value: Sendable>(
        after limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let (results, first) = AsyncStream.makeStream(of: Result<Value, any Error>?.self, bufferingPolicy: .bufferingOldest(1))
        let worker = Task {
            do {
                first.yield(.success(try await work()))
            } catch {
                first.yield(.failure(error))
            }
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            first.yield(nil)
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        for await result in results { return try result?.get() }
        throw CancellationError()
    }
}
