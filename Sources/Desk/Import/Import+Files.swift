import Conversations
import Foundation
import Storage
import Vocabulary
import Web

extension Import {
    /// Hands a message's files over as if they came from its author's browser: looked at, scanned, pictures made anew.
    ///
    /// - Returns: the files, and the names of those that are not taken.
    mutating func hand(
        over message: ExportMessage, _ paths: [String: String], in conversation: ConversationID, by author: PersonID,
        _ entry: ExportIndex.Entry
    ) async throws -> ([ID<Attachment>], [String]) {
        var (taken, missing): ([ID<Attachment>], [String]) = ([], [])
        for file in message.files {
            guard let path = paths[file.id] else {
                missing.append(file.name)
                continue
            }
            do {
                guard taken.count < Attachment.mostInMessage else { throw Problem.tooManyFiles }
                // A name without an end takes that of the file beside the export.
                let name = file.name == file.id ? (path as NSString).lastPathComponent : file.name
                taken.append(try await hand(over: path, named: name, in: conversation, by: author))
                report.files += 1
            } catch let problem as Problem where problem != .scannerMissing && problem != .noRoom {
                missing.append(file.name)
                await skipped(skip(entry, .fileRefused, id: file.id))
            }
        }
        return (taken, missing)
    }

    private func hand(over path: String, named name: String, in conversation: ConversationID, by author: PersonID) async throws
        -> ID<Attachment>
    {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        let bytes = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        let id = try await desk.conversations.beginAttachment(named: name, bytes: bytes, in: conversation, by: author, mostUnsent: nil)
        var start = 0
        while let piece = try handle.read(upToCount: Attachment.largestPiece), !piece.isEmpty {
            _ = try await desk.conversations.receive(Array(piece), at: start, of: id, by: author)
            start += piece.count
        }
        return id
    }
}
