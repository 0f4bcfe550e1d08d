/// Numbers of one name that are asked for when they are read, as what a part of the server keeps for itself.
package struct MetricFamily: Sendable {
    package struct Sample: Sendable {
        let labels: [(String, String)]
        let value: Double

        package init(_ labels: [(String, String)] = [], _ value: Double) {
            (self.labels, self.value) = (labels, value)
        }
    }

    let name: String
    /// Only ever goes up.
    let isCounter: Bool
    let samples: [Sample]

    package init(counter name: String, _ samples: [Sample]) {
        (self.name, isCounter, self.samples) = (name, true, samples)
    }

    package init(gauge name: String, _ samples: [Sample]) {
        (self.name, isCounter, self.samples) = (name, false, samples)
    }

    var lines: [String] {
        guard !samples.isEmpty else { return [] }
        let name = MetricLabels.name(name)
        return ["# TYPE \(name) \(isCounter ? "counter" : "gauge")"]
            + samples.map { "\(name)\(MetricLabels($0.labels).text()) \($0.value.metricText)" }
    }
}
