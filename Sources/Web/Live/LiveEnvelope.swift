import Cluster
import NIOCore
import Vocabulary

/// What nodes tell each other about the live link, in one topic: a byte of kind, 8 bytes of node, then what the kind needs.
enum LiveEnvelope: Equatable {
    case wake(StreamID)
    /// JSON text for every connection of these people.
    case people([PersonID], json: [UInt8])
    case connection(ConnectionID, json: [UInt8])
    case disconnect(PersonID, session: String?, LiveGoodbye)
    /// The person may not hear the stream any more.
    case unlisten(PersonID, StreamID)
    /// What the sender told lately may be lost: streams are to be looked up.
    case doubt

    /// A message to more people is sent in parts: NATS carries at most 1 MB at once.
    static let mostPeople = 20_000
}

extension LiveEnvelope {
    func bytes(from node: NodeLife) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(kind)
        buffer.writeInteger(node.bits)
        switch self {
        case .wake(let stream):
            buffer.write(stream)
        case .unlisten(let person, let stream):
            buffer.write(person)
            buffer.write(stream)
        case .people(let people, let json):
            buffer.writeInteger(UInt32(people.count))
            for person in people { buffer.write(person) }
            buffer.writeBytes(json)
        case .connection(let connection, let json):
            buffer.write(connection)
            buffer.writeBytes(json)
        case .disconnect(let person, let session, let goodbye):
            buffer.write(person)
            buffer.writeInteger(goodbye.rawValue)
            buffer.writeInteger(UInt8(session == nil ? 0 : 1))
            buffer.writeString(session ?? "")
        case .doubt: break
        }
        return Array(buffer.readableBytesView)
    }

    private var kind: UInt8 {
        switch self {
        case .wake: 1
        case .people: 2
        case .connection: 3
        case .disconnect: 4
        case .doubt: 5
        case .unlisten: 6
        }
    }

    /// Reads what `bytes` writes and from which node it came. Nil for anything else, such as an envelope of a newer version.
    static func read(_ bytes: [UInt8]) -> (LiveEnvelope, from: NodeLife)? {
        var buffer = ByteBuffer(bytes: bytes)
        guard let kind = buffer.readInteger(as: UInt8.self), let node = buffer.readInteger(as: UInt64.self),
            let envelope = read(kind, from: &buffer)
        else { return nil }
        return (envelope, NodeLife(bits: node))
    }

    private static func read(_ kind: UInt8, from buffer: inout ByteBuffer) -> LiveEnvelope? {
        switch kind {
        case 1:
            return buffer.readStream().map(LiveEnvelope.wake)
        case 2:
            guard let count = buffer.readInteger(as: UInt32.self), count <= mostPeople else { return nil }
            let people = (0..<count).compactMap { _ in buffer.readID(of: Person.self) }
            guard people.count == count else { return nil }
            return .people(people, json: Array(buffer.readableBytesView))
        case 3: return buffer.readID(of: LiveSender.self).map { .connection($0, json: Array(buffer.readableBytesView)) }
        case 4:
            guard let person = buffer.readID(of: Person.self), let goodbye = buffer.readInteger(as: UInt8.self).flatMap(LiveGoodbye.init),
                let hasSession = buffer.readInteger(as: UInt8.self)
            else { return nil }
            return .disconnect(person, session: hasSession == 1 ? String(buffer: buffer) : nil, goodbye)
        case 5: return .doubt
        case 6:
            guard let person = buffer.readID(of: Person.self), let stream = buffer.readStream() else { return nil }
            return .unlisten(person, stream)
        default: return nil
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ id: ID<some Any>) {
        writeInteger(id.high)
        writeInteger(id.low)
    }

    fileprivate mutating func write(_ stream: StreamID) {
        writeBytes(stream.owner)
        writeInteger(UInt8(stream.isShared ? 1 : 0))
        writeString(stream.name)
    }

    /// Reads a stream that is the last thing in the buffer.
    fileprivate mutating func readStream() -> StreamID? {
        guard let owner = readBytes(length: 16), let isShared = readInteger(as: UInt8.self) else { return nil }
        return StreamID(String(buffer: self), owner: owner, isShared: isShared == 1)
    }

    fileprivate mutating func readID<Noun>(of noun: Noun.Type) -> ID<Noun>? {
        guard let (high, low) = readMultipleIntegers(as: (UInt64, UInt64).self) else { return nil }
        return ID(high: high, low: low)
    }
}
