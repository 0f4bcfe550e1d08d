import ArgumentParser
import Foundation
import Storage

/// `sotto restore`: puts a copy back where the settings say.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a copy back into an empty place.",
        discussion: """
            Stop the server first. What is there already is never overwritten: move it away. Keys that were destroyed after the copy was made \
            stay destroyed, as far as the copies know.
            """)

    @OptionGroup var arguments: SettingsArguments

    @Argument(help: "The folder that `sotto backup` filled.")
    var folder: String

    @ArgumentParser.Option(
        name: .customLong("keys"), help: ArgumentHelp("Put people's keys back too, from this folder.", valueName: "folder"))
    var keyFolder: String?

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                try PrivateFile.makeFolder(settings.keysDirectory)
                let erased = try await Backup(folder: folder, keyFolder: keyFolder).restore(
                    data: settings.dataAddress, keys: keyFolder == nil ? nil : settings.keysAddress)
                print("The data is back.")
                if keyFolder != nil { print("People's keys are back; \(erased) of people who left since were destroyed again.") }
            } catch {
                throw Failure(copying: error)
            }
        }
    }
}
