import ArgumentParser

/// Where a command's settings come from besides the environment.
struct SettingsArguments: ParsableArguments {
    @ArgumentParser.Option(name: .customLong("settings"), help: ArgumentHelp("The settings file (JSON).", valueName: "file"))
    var file: String?

    @ArgumentParser.Option(
        name: .customLong("set"), help: ArgumentHelp("One setting by its name; may be given often.", valueName: "name=value"))
    var overrides: [String] = []

    /// Reads the settings, or ends the program with a line for each mistake.
    func load() async throws -> Settings {
        do {
            return try await Settings.load(file: file, overrides: overrides)
        } catch {
            throw Failure(error.lines.joined(separator: "\n"), code: .configuration)
        }
    }
}
