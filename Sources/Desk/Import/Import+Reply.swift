import Conversations
import Storage
import Foundation
import Vocabulary

extension Import {
    private static let longestReply = 8000

    /// Takes a reply that the team gives often, once: what the team makes of it here stays.
    mutating func takeReply(_ entry: ExportIndex.Entry) async throws {
        guard case .reply(let id, let shortcut, let text)? = try read(entry) else { return await skipped(skip(entry, .notJSON)) }
        let record = fingerprint("reply", id)
        guard try await !desk.isImported(record) else { return await skipped(skip(entry, .there)) }
        let word = shortcut.drop { $0 == "/" || $0 == "!" || $0 == "#" }.filter { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
        guard (1...Desk.longestWord).contains(word.count), !text.isEmpty, text.count <= Self.longestReply else {
            return await skipped(skip(entry, .badReply))
        }
        report.replies += 1
        guard !plan.isDry else { return }
        let now = desk.ground.clock.now
        let reply = SavedReply(id: .init(at: now), queue: plan.queue.id, shortcut: word, text: plan.format.reply(text))
        try await desk.ground.database.write { transaction in
            guard try transaction.finishImport(record, at: now, isBegun: false) else { return }
            try transaction.put(reply)
        }
    }
}
