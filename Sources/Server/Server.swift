import ArgumentParser

/// The one executable: `sotto`.
@main
struct Server: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sotto", abstract: "Live communication that keeps its word.", subcommands: [])
}
