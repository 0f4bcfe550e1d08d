import Accounts
import Foundation
package import Storage
package import Vocabulary
package import Web

extension Problem {
    package static let fileTooLarge = Problem(
        .contentTooLarge, "problem.fileTooLarge", values: ["limit": String(Attachment.largest / 1024 / 1024)])
    package static let fileUnknown = Problem(.unsupportedMediaType, "problem.fileUnknown")
    package static let pictureBroken = Problem(.unprocessableContent, "problem.pictureBroken")
    /// The scanner found something (its word for it is not repeated).
    package static let fileHarmful = Problem(.unprocessableContent, "problem.fileHarmful")
    /// Files are to be scanned, and the scanner does not answer.
    package static let scannerMissing = Problem(.serviceUnavailable, "problem.scannerMissing", retryAfter: 30)
    package static let tooManyFiles = Problem(
        .unprocessableContent, "problem.tooManyFiles", values: ["limit": String(Attachment.mostInMessage)])
    /// The disk or what this server gives to files is used up.
    package static let noRoom = Problem(.init(code: 507, reasonPhrase: "Insufficient Storage"), "problem.noRoom")
    /// So many files of this person wait to be said.
    package static let tooManyUnsent = Problem(
        .unprocessableContent, "problem.tooManyUnsent", values: ["limit": String(Attachment.mostUnsent)])
    /// A piece that does not follow the last one.
    package static let wrongOffset = Problem(.conflict, "problem.wrongOffset")
}

extension Conversations {
    /// Begins to take a file of so many bytes.
    ///
    /// - Parameter mostUnsent: how many files the person may have that are not said; nil for whoever brings in years of them.
    package func beginAttachment(
        named name: String, bytes: Int, in conversation: ConversationID, by person: PersonID, mostUnsent: Int? = Attachment.mostUnsent
    ) async throws -> ID<Attachment> {
        let (place, found) = try await place(of: person, in: conversation)
        guard place.part.speaks else { throw Problem.forbidden }
        guard found.state == .open else { throw Problem.conversationClosed }
        guard bytes > 0 else { throw Problem.malformed }
        guard bytes <= Attachment.largest else { throw Problem.fileTooLarge }
        let guarded = try SensitiveData.apply(found.guardPolicy, to: Attachment.tidy(name))
        let now = ground.clock.now
        let id = ID<Attachment>(at: now)
        let sealed = try await ground.keys.seal(guarded.text, for: found.keeper, as: Attachment.nameColumn)
        try await room.check(bytes, for: place.part, in: ground.database, at: now)
        try await writing { transaction in
            for listener in listeners.all { try listener.attaching(in: found, by: place, in: transaction) }
            if let mostUnsent {
                guard try transaction.unsentAttachments(of: person) < mostUnsent else { throw Problem.tooManyUnsent }
            }
            guard try transaction.attached(to: conversation) + bytes <= Attachment.mostInConversation else { throw Problem.noRoom }
            try transaction.add(id, in: conversation, of: person, name: sealed, bytes: bytes, at: now)
        }
        return id
    }

    /// The person's own file that is not said yet.
    package func unsentAttachment(_ id: ID<Attachment>, of person: PersonID) async throws -> Attachment {
        let found = try await ground.database.read { try $0.attachment(id) }
        guard let found, found.owner == person, found.state != .sent else { throw Problem.notFound }
        _ = try await place(of: person, in: found.conversation) as (Participant, Conversation)
        return found
    }

    /// Takes the next piece; with the last one the file is looked at. Nil while some of it is missing.
    package func receive(_ piece: [UInt8], at start: Int, of id: ID<Attachment>, by person: PersonID) async throws -> AttachmentSummary? {
        let file = try await unsentAttachment(id, of: person)
        let (place, conversation) = try await place(of: person, in: file.conversation)
        guard file.state == .receiving else { return try await summary(of: file, keeper: conversation.keeper) }
        guard piece.count <= Attachment.largestPiece else { throw Problem.tooLarge }
        guard start == file.received, start + piece.count <= file.bytes else { throw Problem.wrongOffset }
        if !piece.isEmpty {
            let sealed = try await seal(piece, at: start, of: file.id, upTo: file.bytes, keeper: conversation.keeper)
            try await room.check(piece.count, for: place.part, in: ground.database, at: ground.clock.now)
            let isNext = try await writing { transaction in
                guard try transaction.attached(to: file.conversation) + piece.count <= Attachment.mostInConversation else {
                    throw Problem.noRoom
                }
                return try transaction.receive(sealed, count: piece.count, at: start, of: id)
            }
            guard isNext else { throw Problem.wrongOffset }
            room.took(piece.count)
        }
        guard start + piece.count == file.bytes else { return nil }
        do {
            try await lookAt(file, keeper: conversation.keeper)
        } catch let problem as Problem where problem != .scannerMissing && problem != .noRoom {
            // What is not taken does not stay.
            try await ground.database.write { try $0.erase([id], in: file.conversation) }
            throw problem
        }
        return try await summary(of: try await unsentAttachment(id, of: person), keeper: conversation.keeper)
    }

    /// Takes an unsent file back.
    package func dropAttachment(_ id: ID<Attachment>, of person: PersonID) async throws {
        let file = try await unsentAttachment(id, of: person)
        try await ground.database.write { try $0.erase([id], in: file.conversation) }
    }

    /// Sniffs, scans and, if it is a picture, makes it anew.
    private func lookAt(_ file: Attachment, keeper: PersonID) async throws {
        let name = try await ground.keys.openText(file.name, of: keeper, as: Attachment.nameColumn)
        var start: [UInt8] = []
        var pieces = self.pieces(of: file, keeper: keeper)
        while start.count < AttachmentType.needed, let piece = try await pieces.next() { start += piece }
        guard let type = AttachmentType(of: Array(start.prefix(AttachmentType.needed)), named: name) else { throw Problem.fileUnknown }
        if let scanner {
            let verdict: Bool
            do {
                verdict = try await scanner.isHarmless(self.pieces(of: file, keeper: keeper))
            } catch {
                ground.logger.error("a file cannot be scanned: the scanner does not answer")
                throw Problem.scannerMissing
            }
            guard verdict else { throw Problem.fileHarmful }
        }
        guard type.isPicture else {
            _ = try await writing { try $0.finish(file.id, as: type) }
            return
        }
        guard file.bytes <= Attachment.largestPicture else { throw Problem.fileTooLarge }
        var upload: [UInt8] = []
        upload.reserveCapacity(file.bytes)
        var all = self.pieces(of: file, keeper: keeper)
        while let piece = try await all.next() { upload += piece }
        let picture: SharedPicture
        do {
            picture = try await SharedPicture.remakeApart(upload)
        } catch ProfilePicture.Failure.noLibrary {
            ground.logger.error("pictures cannot be read: the package libgd3 is missing")
            throw Problem.unavailable
        } catch {
            throw Problem.pictureBroken
        }
        var sealed: [(start: Int, bytes: Sealed)] = []
        for start in stride(from: 0, to: picture.bytes.count, by: Attachment.largestPiece) {
            let piece = Array(picture.bytes[start..<min(start + Attachment.largestPiece, picture.bytes.count)])
            sealed.append((start, try await seal(piece, at: start, of: file.id, upTo: picture.bytes.count, keeper: keeper)))
        }
        _ = try await writing { [sealed] transaction in
            try transaction.finish(
                file.id, as: picture.type, pieces: sealed, count: picture.bytes.count, width: picture.width, height: picture.height)
        }
    }

    func summary(of file: Attachment, keeper: PersonID) async throws -> AttachmentSummary {
        AttachmentSummary(
            id: file.id.description, name: try await ground.keys.openText(file.name, of: keeper, as: Attachment.nameColumn),
            type: file.type,
            bytes: file.bytes, width: file.width, height: file.height)
    }

    /// A write in which a full disk has words of its own.
    private func writing<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        do {
            return try await ground.database.write(body)
        } catch StorageError.full {
            throw Problem.noRoom
        }
    }
}
