package import Storage
package import Vocabulary

/// The pieces of a file in order, opened one by one. Throws when one is missing, moved or cut.
package struct AttachmentPieces: Sendable {
    let database: Database
    let keys: KeyRing
    let file: Attachment
    let keeper: PersonID
    private(set) var position = 0

    package mutating func next() async throws -> [UInt8]? {
        guard position < file.bytes else { return nil }
        let (id, start) = (file.id, position)
        guard let sealed = try await database.read({ try $0.piece(of: id, at: start) }) else { throw SealError.tampered }
        let plain = try await keys.open(sealed, of: keeper, as: Attachment.pieceColumn)
        let head = Self.head(of: id, at: start, isLast: start + plain.count - Self.headLength == file.bytes)
        guard plain.count > Self.headLength, plain.starts(with: head) else { throw SealError.tampered }
        position += plain.count - Self.headLength
        return Array(plain.dropFirst(Self.headLength))
    }

    /// The file, the place in it, and whether it ends here: under the seal, so that none of it can be changed.
    static func head(of id: ID<Attachment>, at start: Int, isLast: Bool) -> [UInt8] {
        id.bytes + withUnsafeBytes(of: UInt64(start).bigEndian, Array.init) + [isLast ? 1 : 0]
    }

    private static let headLength = 25

    init(database: Database, keys: KeyRing, file: Attachment, keeper: PersonID) {
        (self.database, self.keys, self.file, self.keeper) = (database, keys, file, keeper)
    }
}

extension Conversations {
    func pieces(of file: Attachment, keeper: PersonID) -> AttachmentPieces {
        AttachmentPieces(database: ground.database, keys: ground.keys, file: file, keeper: keeper)
    }

    func seal(_ piece: [UInt8], at start: Int, of id: ID<Attachment>, upTo count: Int, keeper: PersonID) async throws -> Sealed {
        let head = AttachmentPieces.head(of: id, at: start, isLast: start + piece.count == count)
        return try await ground.keys.seal(head + piece, for: keeper, as: Attachment.pieceColumn)
    }
}

/// Looks for harmful files, where the operator runs such a program.
package protocol FileScanner: Sendable {
    /// Throws when it cannot be asked.
    func isHarmless(_ pieces: AttachmentPieces) async throws -> Bool
}
