/// The datagrams that are to be sent, in memory that is used again and again: one forwarded to hundreds costs no allocation.
package final class OutgoingBatch {
    /// What travels the Internet in one piece, with room for the heads of IP and UDP.
    package static let longest = 1472
    private static let slabLength = 64

    private var slabs: [UnsafeMutableRawBufferPointer] = []
    private var entries: [Entry] = []
    /// Counts how often the batch was emptied, so that places of before mean nothing.
    private var era: UInt64 = 0
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    /// What did not fit or could not be sealed.
    package private(set) var failures: UInt64 = 0

    private struct Entry {
        let path: Path
        let length: Int
        /// The next datagram of the same connection.
        var next: Int?
        let isFollower: Bool
    }

    /// The last datagram of a connection in this batch, by which the next one is coupled to it.
    struct Train {
        fileprivate var era: UInt64 = .max
        fileprivate var last = 0
    }

    package init() {}

    deinit {
        for slab in slabs { slab.deallocate() }
        scratch.deallocate()
    }

    package var count: Int { entries.count }

    package func path(_ place: Int) -> Path { entries[place].path }

    package func length(_ place: Int) -> Int { entries[place].length }

    /// Where the next datagram of the same connection is, on the same way. **A batch holds many for many, one after the other; whoever
    /// sends what belongs together with one call begins at the places that follow nobody.**
    package func next(_ place: Int) -> Int? { entries[place].next }

    package func isFollower(_ place: Int) -> Bool { entries[place].isFollower }

    /// The bytes of a datagram, until the batch is emptied.
    package func datagram(_ place: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory(place)[..<entries[place].length])
    }

    package func removeAll() {
        entries.removeAll(keepingCapacity: true)
        era &+= 1
    }

    /// Adds what the closure writes, behind what the same train brought
    /// before. False, and nothing added, when it says so or writes nothing.
    @discardableResult
    func write(to path: Path, behind train: inout Train, _ body: (inout OutputRawSpan) -> Bool) -> Bool {
        let follows = train.era == era && entries[train.last].path == path ? train.last : nil
        guard write(to: path, isFollower: follows != nil, body) else { return false }
        if let follows { entries[follows].next = entries.count - 1 }
        train = Train(era: era, last: entries.count - 1)
        return true
    }

    /// Adds what the closure writes, by itself.
    @discardableResult
    func write(to path: Path, _ body: (inout OutputRawSpan) -> Bool) -> Bool {
        write(to: path, isFollower: false, body)
    }

    private func write(to path: Path, isFollower: Bool, _ body: (inout OutputRawSpan) -> Bool) -> Bool {
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
        entries.append(Entry(path: path, length: length, next: nil, isFollower: isFollower))
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
