import Vocabulary

extension PresenceMessage {
    /// The message as nodes send it: a byte of kind, 8 bytes of node, then what the kind needs; numbers are big-endian.
    package func bytes(from node: NodeLife) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .change(let number, let entries):
            bytes.begin(1, node, number)
            bytes.append(entries)
        case .beat(let number): bytes.begin(2, node, number)
        case .ask(let life): bytes.begin(3, node, Int(life.bits))
        case .everybody(let number, let part, let count, let entries):
            bytes.begin(4, node, number)
            bytes.append(UInt64(part))
            bytes.append(UInt64(count))
            bytes.append(entries)
        case .bye: bytes.begin(5, node, 0)
        }
        return bytes
    }

    /// Reads what `bytes` writes and from which node it came. Nil for anything else, such as a message of a newer version.
    package static func read(_ bytes: [UInt8]) -> (PresenceMessage, from: NodeLife)? {
        var rest = bytes[...]
        guard let kind = rest.popFirst(), let node = rest.readWord(), let number = rest.readWord() else { return nil }
        guard let message = read(kind, Int(truncatingIfNeeded: number), from: &rest) else { return nil }
        return (message, NodeLife(bits: node))
    }

    private static func read(_ kind: UInt8, _ number: Int, from rest: inout ArraySlice<UInt8>) -> PresenceMessage? {
        switch kind {
        case 1: return rest.readEntries().map { .change(number: number, $0) }
        case 2: return .beat(number: number)
        case 3: return .ask(NodeLife(bits: UInt64(bitPattern: Int64(number))))
        case 4:
            guard let part = rest.readWord(), let count = rest.readWord(), part < count, count < 10_000 else { return nil }
            return rest.readEntries().map { .everybody(number: number, part: Int(part), of: Int(count), $0) }
        case 5: return .bye
        default: return nil
        }
    }
}

extension [UInt8] {
    fileprivate mutating func begin(_ kind: UInt8, _ node: NodeLife, _ number: Int) {
        append(kind)
        append(node.bits)
        append(UInt64(bitPattern: Int64(number)))
    }

    fileprivate mutating func append(_ word: UInt64) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ entries: [PresenceMessage.Entry]) {
        reserveCapacity(count + entries.count * 25)
        for entry in entries {
            append(entry.person.high)
            append(entry.person.low)
            append(entry.standing.flatMap { PresenceChoice.allCases.firstIndex(of: $0.choice) }.map { UInt8($0 + 1) } ?? 0)
            append(UInt64(bitPattern: entry.standing?.chosenAt ?? 0))
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func readWord() -> UInt64? {
        guard count >= 8 else { return nil }
        defer { self = dropFirst(8) }
        return prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Everything that is left, in entries of 25 bytes.
    fileprivate mutating func readEntries() -> [PresenceMessage.Entry]? {
        guard count % 25 == 0 else { return nil }
        var entries: [PresenceMessage.Entry] = []
        entries.reserveCapacity(count / 25)
        while let high = readWord(), let low = readWord(), let choice = popFirst(), let chosenAt = readWord() {
            guard choice <= PresenceChoice.allCases.count else { return nil }
            let standing =
                choice == 0
                ? nil : PresenceMessage.Standing(PresenceChoice.allCases[Int(choice) - 1], chosenAt: Int64(bitPattern: chosenAt))
            entries.append(.init(person: PersonID(high: high, low: low), standing: standing))
        }
        return entries
    }
}
