import ArgumentParser

/// `sotto version`
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() async throws {
        print("sotto \(Version.number)")
    }
}
