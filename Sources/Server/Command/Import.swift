import ArgumentParser
import Desk
import Foundation
import Storage

/// `sotto import`: brings in what was said elsewhere.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in conversations from another program's export.",
        discussion: """
            FORMAT is one of: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")). The server may go on meanwhile. Ended at any \
            moment and begun again, nothing comes twice and nothing is missed. docs/import.md says what is read and what is not.
            """)

    @Argument(help: "The program it comes from.") var format: String
    @Argument(help: "A file of the export, or a folder with all of it.") var path: String
    @ArgumentParser.Option(help: "The site whose visitors they were; needed when there are several.") var site: String?
    @ArgumentParser.Option(help: "The queue into which they go; the site's own otherwise.") var queue: String?
    @ArgumentParser.Option(help: "A word for where it comes from, if you bring in two exports of the same program.") var source = ""
    @Flag(help: "Change nothing; say what would be taken.") var dryRun = false

    @OptionGroup var arguments: SettingsArguments

    func validate() throws {
        guard ExportFormat(rawValue: format) != nil else { throw ValidationError("There is no format \(format).") }
    }

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                let house = try await House.build(settings, logger: settings.logger)
                do {
                    try await bringIn(house.desk)
                    await house.close()
                } catch {
                    await house.close()
                    throw error
                }
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(starting: error, settings)
            }
        }
    }

    /// Records after which it says how far it is.
    private static let stride = 100

    private func bringIn(_ desk: Desk) async throws {
        guard let format = ExportFormat(rawValue: format) else { return }
        let (sites, queues) = try await desk.ground.database.read { (try $0.supportSites(), try $0.queues()) }
        guard let site = sites.count == 1 && site == nil ? sites.first : sites.first(where: { $0.name == site }) else {
            throw Failure(
                sites.isEmpty
                    ? "Add a site first, under Administration." : "Say which site: \(sites.map(\.name).joined(separator: ", ")).",
                code: .configuration)
        }
        guard let queue = queues.first(where: { queue == nil ? $0.id == site.queue : $0.name == queue }) else {
            throw Failure("There is no such queue. There are: \(queues.map(\.name).joined(separator: ", ")).", code: .configuration)
        }
        guard queue.keepsTranscript else {
            throw Failure("The queue \(queue.name) keeps no words of ended conversations: nothing can be brought in.", code: .configuration)
        }
        let folder: ExportFolder
        do {
            folder = try ExportFolder(at: path)
        } catch let trouble as ExportFolder.Trouble {
            throw Failure(
                trouble == .nothingThere ? "There is nothing at \(path)." : "There is no .json, .jsonl, .ndjson or .csv file in \(path).",
                code: .configuration)
        }
        var plan = ImportPlan(format, site: site, queue: queue)
        (plan.source, plan.isDry) = (source, dryRun)
        var done = 0
        let report = try await Import.run(plan, from: folder, at: desk) {
            done += 1
            // So that somebody who waits sees that it goes on, also through a pipe.
            if done.isMultiple(of: Self.stride) {
                print("\(done) conversations and saved replies were looked at.")
                fflush(nil)
            }
        } tell: {
            print($0.line)
        }
        print(report.summary(isDry: dryRun))
    }
}

extension ImportReport.Skip {
    /// Names a record by its place and id: nothing that anybody wrote.
    var line: String { "\(file), record \(record)\(id.map { " (\($0))" } ?? ""): \(reason.rawValue)" }
}

extension ImportReport {
    func summary(isDry: Bool) -> String {
        let taken = "\(conversations) conversations, \(messages) messages, \(notes) notes, \(files) files, \(replies) saved replies"
        let reasons = skipped.sorted { $0.key.rawValue < $1.key.rawValue }.map { "  \($0.value) × \($0.key.rawValue)" }
        return
            ([isDry ? "Nothing was changed. It would take \(taken)." : "Taken: \(taken)."]
            + (masked > 0 ? ["In \(masked) messages a card number or the like was replaced."] : [])
            + (reasons.isEmpty ? [] : ["Not taken:"] + reasons)).joined(separator: "\n")
    }
}
