import ArgumentParser

/// `sotto doctor`: says what is wrong and how to mend it.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything the server needs, and say in plain words what is wrong and how to mend it.",
        discussion: "Ends with status 1 when something is wrong; warnings alone end with 0.")

    @OptionGroup var arguments: SettingsArguments

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            var (wrong, warnings) = (0, 0)
            await Checkup(settings).run { finding in
                print(finding.text)
                if finding.state == .wrong { wrong += 1 }
                if finding.state == .warning { warnings += 1 }
            }
            print(wrong == 0 ? "\nNothing is wrong; \(warnings) to know about." : "\n\(wrong) to mend, \(warnings) to know about.")
            if wrong > 0 { throw ExitCode(1) }
        }
    }
}
