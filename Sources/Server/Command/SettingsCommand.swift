import ArgumentParser

/// `sotto settings`: every setting with its default and meaning.
struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "settings", abstract: "List every setting, its default and its meaning.")

    @Flag(help: "As the table in docs/operating.md.")
    var markdown = false

    func run() async throws {
        print(markdown ? Settings.markdown : Settings.help, terminator: markdown ? "" : "\n")
    }
}
