import Metrics
import Synchronization

/// One number, or one distribution, behind a set of labels.
protocol MetricCell: AnyObject, Sendable {
    /// Lines of the Prometheus text format for a metric of this name and these labels.
    func lines(_ name: String, _ labels: MetricLabels) -> [String]
}

/// Only ever goes up.
final class CounterCell: MetricCell, CounterHandler, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        ["\(name)\(labels.text()) \(value.withLock { $0 }.metricText)"]
    }
}

/// Goes up and down.
final class GaugeCell: MetricCell, RecorderHandler, MeterHandler {
    private let value = Mutex(0.0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        ["\(name)\(labels.text()) \(value.withLock { $0 }.metricText)"]
    }
}

/// How often values of each size occurred.
final class HistogramCell: MetricCell, RecorderHandler, TimerHandler {
    /// Upper bounds for durations in seconds, from a look-up in memory to a request that times out.
    static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    /// Upper bounds for sizes and numbers of things.
    static let amounts = [1.0, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262_144, 1_048_576]

    private struct State {
        var counts: [Int]
        var total = 0
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: .init(repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] += 1 }
            state.total += 1
            state.sum += value
        }
    }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        let state = state.withLock { $0 }
        var below = 0
        var lines: [String] = []
        for (bound, count) in zip(bounds, state.counts) {
            below += count
            lines.append("\(name)_bucket\(labels.text(and: ("le", bound.metricText))) \(below)")
        }
        lines.append("\(name)_bucket\(labels.text(and: ("le", "+Inf"))) \(state.total)")
        lines.append("\(name)_sum\(labels.text()) \(state.sum.metricText)")
        lines.append("\(name)_count\(labels.text()) \(state.total)")
        return lines
    }
}

extension Double {
    /// As the Prometheus text format writes it: whole numbers without a fraction.
    var metricText: String {
        self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self)
    }
}
