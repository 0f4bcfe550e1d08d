/// The labels of one series, by name.
struct MetricLabels: Hashable, Sendable {
    private let pairs: [String: String]

    init(_ pairs: [(String, String)]) {
        self.pairs = Dictionary(pairs.map { (MetricLabels.name($0), $1) }, uniquingKeysWith: { $1 })
    }

    /// `{method="GET",route="/"}`, or nothing when there are none.
    func text(and more: (String, String)? = nil) -> String {
        let sorted = pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + (more.map { [$0] } ?? [])
        guard !sorted.isEmpty else { return "" }
        return "{" + sorted.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
    }

    /// A name with only the characters Prometheus allows.
    static func name(_ text: String) -> String {
        let bytes = text.utf8.map { SentCookies.isOurs($0) && $0 != UInt8(ascii: "-") || $0 == UInt8(ascii: ":") ? $0 : UInt8(ascii: "_") }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.first?.isNumber ?? true ? "_" + name : name
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
