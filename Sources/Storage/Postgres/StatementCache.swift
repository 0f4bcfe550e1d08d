/// Names of the statements prepared on one connection; the one unused longest makes room.
struct StatementCache {
    /// Most statements kept on one connection. Each costs the server some 10 kB; Sotto has a few hundred, and lists of many lengths.
    let limit: Int
    private var entries: [String: (name: String, used: UInt64)] = [:]
    private var uses: UInt64 = 0

    init(limit: Int = 512) {
        self.limit = limit
    }

    /// The name of a statement that is prepared.
    mutating func name(of key: String) -> String? {
        guard let entry = entries[key] else { return nil }
        uses += 1
        entries[key] = (entry.name, uses)
        return entry.name
    }

    /// A name for a statement about to be prepared, and the name of one to forget for it.
    mutating func insert(_ key: String) -> (name: String, evicted: String?) {
        var evicted: String?
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            evicted = oldest.value.name
            entries[oldest.key] = nil
        }
        uses += 1
        let name = "s\(uses)"
        entries[key] = (name, uses)
        return (name, evicted)
    }

    mutating func remove(_ key: String) {
        entries[key] = nil
    }
}
