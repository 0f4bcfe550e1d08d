import Metrics
package import Web

/// The numbers of this process. All parts count here, so there is one for all servers of a process.
package enum Measures {
    package static let shared: PrometheusMetrics = {
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()
}
