package import Metrics
import Synchronization

/// Keeps the numbers that parts of the server count, and writes them in Prometheus' text format (version 0.0.4).
///
/// **Labels come from short fixed lists**: routes' templates, methods, statuses. Were one ever to be taken from a request by mistake,
/// the number of series stays bounded: those past the limit are counted together.
package final class PrometheusMetrics: MetricsFactory {
    /// Series kept; each takes about 400 bytes.
    static let seriesLimit = 5000

    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        let kind: Kind
        var cells: [MetricLabels: any MetricCell] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var series = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions, .counter, make: CounterCell.init)
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        cell(label, dimensions, .counter, make: CounterCell.init)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions, .gauge, make: GaugeCell.init)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return cell(label, dimensions, .gauge, make: GaugeCell.init) }
        return cell(label, dimensions, .histogram) { HistogramCell(bounds: HistogramCell.amounts) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, .histogram) { HistogramCell(bounds: HistogramCell.seconds) }
    }

    // A counter that is let go of keeps what it counted: Prometheus counters never go back.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func cell<Cell: MetricCell>(_ label: String, _ dimensions: [(String, String)], _ kind: Kind, make: () -> Cell) -> Cell {
        let name = MetricLabels.name(label)
        let labels = MetricLabels(dimensions)
        return state.withLock { state in
            if let known = state.families[name]?.cells[labels] { return known as? Cell ?? make() }
            // Two metrics of one name but different kinds are our own mistake; the second is not shown.
            if let family = state.families[name], family.kind != kind { return make() }
            let isFull = state.series >= Self.seriesLimit
            let kept = isFull ? MetricLabels([("overflow", "true")]) : labels
            if let overflow = state.families[name]?.cells[kept] { return overflow as? Cell ?? make() }
            let cell = make()
            state.families[name, default: Family(kind: kind)].cells[kept] = cell
            state.series += 1
            return cell
        }
    }

    /// Everything, in Prometheus' text format.
    ///
    /// - Parameter others: numbers that a part of the server keeps for itself.
    package func text(and others: [MetricFamily] = []) -> String {
        let families = state.withLock { $0.families }
        let lines = families.sorted { $0.key < $1.key }.flatMap { name, family in
            ["# TYPE \(name) \(family.kind.rawValue)"]
                + family.cells.map { ($0.key.text(), $0.value.lines(name, $0.key)) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
        return (lines + others.flatMap(\.lines) + ProcessMetrics.lines()).joined(separator: "\n") + "\n"
    }
}
