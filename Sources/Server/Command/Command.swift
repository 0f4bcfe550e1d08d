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

    /// How whoever started this program calls it again: as they did where they named a file below their folder (`bin/serve` does),
    /// else by its name alone, which tells strangers nothing about the machine.
    static func name(of started: String) -> String {
        started.contains("/") && !started.hasPrefix("/") ? started : String(started.split(separator: "/").last ?? "sotto")
    }

    static let name = name(of: CommandLine.arguments.first ?? "")
}
