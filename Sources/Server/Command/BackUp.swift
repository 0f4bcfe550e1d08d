import ArgumentParser
import Storage
import Vocabulary

/// `sotto backup`: a copy while the server runs.
struct BackUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the data to a new folder, and the keys to another.",
        discussion: "The server may go on meanwhile. Keep data, keys and root key apart: together they can be read, alone they cannot.")

    @OptionGroup var arguments: SettingsArguments

    @Argument(help: "A folder that does not exist yet.")
    var folder: String

    @ArgumentParser.Option(
        name: .customLong("keys"), help: ArgumentHelp("Copy people's keys too, to this new folder.", valueName: "folder"))
    var keyFolder: String?

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                let stores = try await Stores.open(settings, makes: false, clock: SystemClock(), logger: settings.logger)
                _ = try await Backup.make(of: stores.data, keys: stores.ring, to: folder, keyFolder: keyFolder)
                await stores.close()
            } catch {
                throw Failure(copying: error)
            }
            print("The data was copied to \(folder). Personal values in it are sealed.")
            if let keyFolder {
                print("People's keys were copied to \(keyFolder). Keep them apart from the data, and no longer than a day or two.")
            } else {
                print("People's keys were not copied; --keys FOLDER does that.")
            }
        }
    }
}

extension Failure {
    init(copying error: any Error) {
        switch error {
        case StorageError.exists(let path): self.init("\(path) exists already. Nothing was changed.", code: .unavailable)
        case StorageError.full: self.init("The disk is full.", code: .unavailable)
        case StorageError.toolMissing(let tool):
            self.init("\(tool) is not installed; on Debian: apt install postgresql-client", code: .unavailable)
        case StorageError.unavailable(let reason): self.init("That did not work: \(reason)", code: .unavailable)
        default: self.init("That did not work: \(error)", code: .unavailable)
        }
    }
}
