import NIOCore
import NIOPosix

/// What a stage took, in milliseconds.
struct Latencies: Sendable {
    private var values: [Double] = []
    var failures = 0
    /// Attempts that had to be made again.
    var again = 0

    mutating func add(since start: NIODeadline, until end: NIODeadline = .now()) {
        values.append(Double((end - start).nanoseconds) / 1e6)
    }

    mutating func add(_ others: Latencies) {
        values += others.values
        failures += others.failures
    }

    var count: Int { values.count }
    /// The longest.
    var last: Double? { values.max() }

    func report(over seconds: Double) {
        let sorted = values.sorted()
        func at(_ share: Double) -> Double { sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        load.report([
            "count": Double(count), "failures": Double(failures), "again": Double(again), "perSecond": Double(count) / seconds,
            "p50": at(0.5), "p90": at(0.9), "p95": at(0.95), "p99": at(0.99), "max": sorted.last ?? 0,
        ])
    }
}

/// Calls `act` with a counter at a constant rate, whatever happened to the earlier ones: a slow answer delays nobody behind it.
func atRate(_ perSecond: Int, for seconds: Int, _ act: (Int) -> Void) async throws {
    let start = ContinuousClock.now
    for number in 0..<(perSecond * seconds) {
        let due = start + .microseconds(number * 1_000_000 / perSecond)
        if due > .now { try await Task.sleep(until: due, clock: .continuous) }
        act(number)
    }
}

/// Waits until `isDone`, or as long as one may wait for a server under load.
func until(within patience: Duration = .seconds(10), _ isDone: () -> Bool) async {
    let deadline = ContinuousClock.now + patience
    while !isDone(), ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
}
