import ArgumentParser
import Vocabulary

/// `sotto owner`: the way in for whoever runs the machine.
struct Owner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner", abstract: "Print a link that makes whoever opens it the owner, once.",
        discussion: "When there is an owner already, the link gives them a new password. An earlier link ends.")

    @OptionGroup var arguments: SettingsArguments

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                let house = try await House.build(settings, logger: settings.logger)
                let link = try await house.accounts.makeOwnerLink()
                await house.close()
                print(link)
            } catch {
                throw Failure(starting: error, settings)
            }
        }
    }
}
