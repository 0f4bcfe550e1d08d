public import ArgumentParser

/// The command line: `sotto`.
public struct Command: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "sotto", abstract: "Live communication that keeps its word.", version: "sotto \(Version.number)",
        subcommands: [
            Serve.self, Owner.self, Token.self, ImportCommand.self, Doctor.self, Migrate.self, BackUp.self, Restore.self, Keys.self,
            SettingsCommand.self,
            VersionCommand.self,
        ])

    public init() {}
}
