import ArgumentParser

/// Where a command's settings come from besides the environment.
struct SettingsArguments: ParsableArguments {
    @ArgumentParser.Option(name: .customLong("settings"), help: ArgumentHelp("The settings file (JSON).", valueName: "file"))
    var file: String?

    @ArgumentParser.Option(
        name: .customLong("set"), help: ArgumentHelp("One setting by its name; may be given often.", valueName: "name=value"))
    var overrides: [String] = []

    @Flag(help: "For other machines on this network too: listen everywhere, with a certificate made here.")
    var lan = false

    /// Reads the settings, or ends the program with a line for each mistake.
    func load() async throws -> Settings {
        do {
            var settings = try await Settings.load(file: file, overrides: overrides)
            if lan { settings.openToNetwork() }
            return settings
        } catch {
            throw Failure(error.lines.joined(separator: "\n"), code: .configuration)
        }
    }
}

extension Settings {
    /// What `--lan` means.
    fileprivate mutating func openToNetwork() {
        set(\.address, to: "0.0.0.0")
        if !speaksTLS { set(\.tlsSelfSigned, to: true) }
    }
}
