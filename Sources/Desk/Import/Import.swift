package import Conversations
import Foundation
package import Storage
package import Vocabulary
package import Web

/// What is to be brought in, and into what.
package struct ImportPlan: Sendable {
    package let format: ExportFormat
    package let site: SupportSite
    package let queue: Queue
    /// Tells one installation of the same program from another: both number from 1.
    package var source = ""
    /// Whether it is only said what would happen.
    package var isDry = false

    package init(_ format: ExportFormat, site: SupportSite, queue: Queue) {
        (self.format, self.site, self.queue) = (format, site, queue)
    }
}

/// What came of an import. Records are named by id and place: no word of anybody's is in it.
package struct ImportReport: Sendable, Equatable {
    package struct Skip: Sendable, Equatable {
        package let file: String
        /// Its number in the file, from 1; 0 for the file as a whole.
        package let record: Int
        package let id: String?
        package let reason: SkipReason
    }

    package var conversations = 0
    package var messages = 0
    package var notes = 0
    package var files = 0
    package var replies = 0
    /// Messages in which a card number or the like was replaced.
    package var masked = 0
    package var skipped: [SkipReason: Int] = [:]
}

/// Brings an export in: record by record, each whole in one transaction, so that it can be ended at any moment and begun again.
package struct Import {
    let desk: Desk
    let plan: ImportPlan
    let folder: ExportFolder
    let index: ExportIndex
    /// Hears of every record that is not taken, as it comes by.
    let tell: (ImportReport.Skip) async -> Void
    /// Called after each record is done: where a test ends it.
    var step: () async throws -> Void = {}

    var handles = OpenFiles()
    package var report = ImportReport()
    /// Agents of the export who are agents here.
    var agents: [String: (person: PersonID?, name: String)] = [:]

    /// Entries that are put into the index at once.
    private static let batch = 512

    /// Runs it to the end.
    package static func run(
        _ plan: ImportPlan, from folder: ExportFolder, at desk: Desk, step: @escaping () async throws -> Void = {},
        tell: @escaping (ImportReport.Skip) async -> Void
    ) async throws -> ImportReport {
        let index = try await ExportIndex()
        var run = Import(desk: desk, plan: plan, folder: folder, index: index, tell: tell, step: step)
        do {
            try await run.go()
        } catch {
            run.handles.close()
            await index.close()
            throw error
        }
        run.handles.close()
        await index.close()
        return run.report
    }

    private mutating func go() async throws {
        for file in folder.files.indices { try await enter(file) }
        try await tellOrphans()
        var last: Int64 = 0
        while let entries = try await next(.reply, &last) {
            for entry in entries {
                try await takeReply(entry)
                try await step()
            }
        }
        last = 0
        while let entries = try await next(.conversation, &last) {
            for entry in entries {
                try await takeConversation(entry)
                try await step()
            }
        }
    }

    private func next(_ kind: ExportIndex.Kind, _ last: inout Int64) async throws -> [ExportIndex.Entry]? {
        let entries = try await index.entries(kind, after: last)
        last = entries.last?.number ?? last
        return entries.isEmpty ? nil : entries
    }

    /// Looks through a file once and remembers where what stands.
    private mutating func enter(_ number: Int) async throws {
        let file = folder.files[number]
        var record = 0
        var entries: [ExportIndex.Entry] = []
        var skips: [ImportReport.Skip] = []
        var handles = OpenFiles()
        defer { handles.close() }
        var isHead = file.columns != nil
        try await folder.split(number) { found in
            for one in found {
                guard !isHead else {
                    isHead = false
                    continue
                }
                record += 1
                let place: RecordPlace
                switch one {
                case .record(let found): place = found
                case .tooLong:
                    skips.append(.init(file: file.name, record: record, id: nil, reason: .tooLong))
                    continue
                case .broken:
                    skips.append(.init(file: file.name, record: record, id: nil, reason: .broken))
                    continue
                }
                guard let value = try folder.value(in: file, at: place, handles: &handles) else {
                    skips.append(.init(file: file.name, record: record, id: nil, reason: .notJSON))
                    continue
                }
                func entry(_ kind: ExportIndex.Kind, _ id: String, of parent: String = "") -> ExportIndex.Entry {
                    .init(kind: kind, id: id, parent: parent, file: number, record: record, place: place)
                }
                switch plan.format.read(value) {
                case .conversation(let conversation): entries.append(entry(.conversation, conversation.id))
                case .message(let message, let conversation): entries.append(entry(.message, message.id, of: conversation))
                case .agent(let person): entries.append(entry(.agent, person.id))
                case .contact(let person): entries.append(entry(.contact, person.id))
                case .reply(let id, _, _): entries.append(entry(.reply, id))
                case .skipped(let id, let reason): skips.append(.init(file: file.name, record: record, id: id, reason: reason))
                }
            }
            if entries.count >= Self.batch {
                skips += try await put(entries)
                entries = []
            }
            for skip in skips { await skipped(skip) }
            skips = []
        }
        for skip in try await put(entries) { await skipped(skip) }
    }

    private func put(_ entries: [ExportIndex.Entry]) async throws -> [ImportReport.Skip] {
        try await index.add(entries).map { skip($0, .twice) }
    }

    private mutating func tellOrphans() async throws {
        var last: Int64 = 0
        while true {
            let entries = try await index.orphans(after: last)
            guard let end = entries.last else { return }
            last = end.number
            for entry in entries { await skipped(skip(entry, .noConversation)) }
        }
    }

    func skip(_ entry: ExportIndex.Entry, _ reason: SkipReason, id: String? = nil) -> ImportReport.Skip {
        .init(file: folder.files[entry.file].name, record: entry.record, id: id ?? entry.id, reason: reason)
    }

    mutating func skipped(_ skip: ImportReport.Skip) async {
        report.skipped[skip.reason, default: 0] += 1
        await tell(skip)
    }

    /// What the record is, read again.
    mutating func read(_ entry: ExportIndex.Entry) throws -> ExportRecord? {
        try folder.value(in: folder.files[entry.file], at: entry.place, handles: &handles).map(plan.format.read)
    }
}
