/// One thing that reads what strangers send. **It may refuse, but never crash, hang or contradict itself.**
package struct Fuzzer: Sendable {
    package let name: String
    package let feed: @Sendable ([UInt8]) -> Void

    package init(name: String, feed: @escaping @Sendable ([UInt8]) -> Void) {
        (self.name, self.feed) = (name, feed)
    }
}

/// An input as it is read from its beginning.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> UInt8? { rest.popFirst() }

    /// Zero behind the end.
    mutating func number() -> Int { Int(byte() ?? 0) }

    mutating func pair() -> UInt16 { UInt16(number()) << 8 | UInt16(number()) }

    /// As many bytes as there are of so many.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
