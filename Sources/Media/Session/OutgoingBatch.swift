/// The datagrams that are to be sent, in memory that is used again and again: one forwarded to hundreds costs no allocation.
package final class OutgoingBatch {
    /// What travels the Internet in one piece, with room for the heads of IP and UDP.
    package static let longest = 1472
    private static let slabLength = 64

    private var slabs: [UnsafeMutableRawBufferPointer] = []
    private var entries: [(path: Path, length: Int)] = []
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    /// What did not fit or could not be sealed.
    package private(set) var failures: UInt64 = 0

    package init() {}

    deinit {
        for slab in slabs { slab.deallocate() }
        scratch.deallocate()
    }

    package var count: Int { entries.count }

    package func path(_ place: Int) -> Path { entries[place].path }

    /// The bytes of a datagram, until the batch is emptied.
    package func datagram(_ place: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory(place)[..<entries[place].length])
    }

    package func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// Adds what the closure writes. False, and nothing added, when it says so or writes nothing.
    @discardableResult
    func write(to path: Path, _ body: (inout OutputRawSpan) -> Bool) -> Bool {
        if entries.count == slabs.count * Self.slabLength {
            slabs.append(.allocate(byteCount: Self.slabLength * Self.longest, alignment: 16))
        }
        let memory = memory(entries.count)
        var output = OutputRawSpan(buffer: memory, initializedCount: 0)
        let isGood = body(&output)
        let length = output.finalize(for: memory)
        guard isGood, length > 0 else {
            failures &+= isGood ? 0 : 1
            return false
        }
        entries.append((path, length))
        return true
    }

    /// Lends memory for something that is put together before it is sealed. **It is not lent twice at a time.**
    func compose(_ write: (inout OutputRawSpan) -> Void, then use: (RawSpan) -> Void) {
        var output = OutputRawSpan(buffer: scratch, initializedCount: 0)
        write(&output)
        let length = output.finalize(for: scratch)
        use(UnsafeRawBufferPointer(rebasing: scratch[..<length]).bytes)
    }

    private func memory(_ place: Int) -> UnsafeMutableRawBufferPointer {
        let start = place % Self.slabLength * Self.longest
        return UnsafeMutableRawBufferPointer(rebasing: slabs[place / Self.slabLength][start..<start + Self.longest])
    }
}
