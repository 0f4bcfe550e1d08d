package import Logging
import Synchronization

/// A log that keeps every line at every level.
package struct LogLines: LogHandler {
    private final class Store: Sendable {
        let lines = Mutex<[String]>([])
    }

    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.trace
    private let store = Store()

    package init() {}

    package var logger: Logger { Logger(label: "test") { _ in self } }
    package var text: String { store.lines.withLock { $0.joined(separator: "\n") } }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        store.lines.withLock { $0.append("\(event.level) \(event.message) \(values) \(event.error.map { "\($0)" } ?? "")") }
    }
}
