import ArgumentParser
import Vocabulary

/// `sotto migrate`: what the start does to the databases, alone.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the databases up to date without starting the server.")

    @OptionGroup var arguments: SettingsArguments

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                let stores = try await Stores.open(settings, clock: SystemClock(), logger: settings.logger)
                let count = try await stores.migrate(settings, clock: SystemClock(), logger: settings.logger)
                await stores.close()
                print(count == 0 ? "The database is up to date." : "The database was brought up to date in \(count) steps.")
            } catch {
                throw Failure(starting: error, settings)
            }
        }
    }
}
