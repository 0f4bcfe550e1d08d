package import Logging
import Storage
package import Vocabulary

#if canImport(Glibc)
    import Glibc
#endif

/// Writes log lines to standard error, one `write` a line, for people or as JSON for programs.
///
/// **Nothing about a person is in them**: personal values are `Redacted` by type and print as a dot.
package struct LineLog: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let clock: any WallClock
    private let write: @Sendable (String) -> Void

    package init(
        label: String, format: LogFormat, level: Logger.Level, clock: any WallClock = SystemClock(),
        write: @escaping @Sendable (String) -> Void = LineLog.toStandardError
    ) {
        self.label = label
        self.format = format
        self.logLevel = level
        self.clock = clock
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        // An error's own text may repeat what a person typed; StorageError's never does.
        if let error = event.error { values["error"] = (error as? StorageError).map { "\($0)" } ?? "\(type(of: error))" }
        let pairs = values.map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
        switch format {
        case .text: write(text(event, pairs))
        case .json: write(json(event, pairs))
        }
    }

    private func text(_ event: LogEvent, _ pairs: [(String, String)]) -> String {
        let level = event.level.rawValue.uppercased()
        let words = pairs.map { name, value in
            let isPlain =
                !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0.value != 0x7F }
            return " \(name)=\(isPlain ? value : Self.quoted(value))"
        }
        // A line break inside a message would let it forge a line of its own.
        let message = String(String.UnicodeScalarView(event.message.description.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        return "\(clock.now.iso8601) \(level) \(label): \(message)\(words.joined())\n"
    }

    private func json(_ event: LogEvent, _ pairs: [(String, String)]) -> String {
        let fixed = [("time", clock.now.iso8601), ("level", event.level.rawValue), ("part", label), ("message", event.message.description)]
        let reserved = Set(fixed.map(\.0))
        let members = fixed + pairs.map { reserved.contains($0.0) ? ("_" + $0.0, $0.1) : $0 }
        return "{" + members.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}\n"
    }

    /// A JSON string (RFC 8259 §7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    package static let toStandardError: @Sendable (String) -> Void = { line in
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(2, start, rest.count)
                // A log that nobody reads any more must not stop the server.
                guard written > 0 || errno == EINTR else { return }
                if written > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[written...]) }
            }
        }
    }
}

extension LogLevel {
    package var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
