import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What the kernel says about this process, under the names that Prometheus' own client libraries use.
enum ProcessMetrics {
    static func lines() -> [String] {
        var lines: [String] = []
        if let bytes = residentBytes() { lines += gauge("process_resident_memory_bytes", Double(bytes)) }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            lines += gauge("process_open_fds", Double(files))
        }
        lines += ["# TYPE process_cpu_seconds_total counter", "process_cpu_seconds_total \(processorSeconds().metricText)"]
        return lines
    }

    private static func gauge(_ name: String, _ value: Double) -> [String] {
        ["# TYPE \(name) gauge", "\(name) \(value.metricText)"]
    }

    /// Second field of `/proc/self/statm`, in pages.
    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
