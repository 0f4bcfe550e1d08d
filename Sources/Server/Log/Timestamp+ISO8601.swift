package import Vocabulary

#if canImport(Glibc)
    import Glibc
#endif

extension Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-21T04:05:06.789Z`.
    package var iso8601: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), to: 2) }
        let date = "\(parts.tm_year + 1900)-\(fields[0])-\(fields[1])"
        return "\(date)T\(fields[2]):\(fields[3]):\(fields[4]).\(Self.padded(Int(milliseconds % 1000), to: 3))Z"
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
