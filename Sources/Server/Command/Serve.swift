import ArgumentParser
import Foundation
package import Logging

/// `sotto serve`: the server itself.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Every setting can be given as --set NAME=VALUE, in the environment, or in the settings file; the first of these counts.

            \(Settings.help)
            """)

    @OptionGroup var arguments: SettingsArguments

    @Flag(help: "For other machines on this network too: listen everywhere, with a certificate made here.")
    var lan = false

    func run() async throws {
        try await orExit {
            var settings = try await arguments.load()
            if lan { settings.openToNetwork() }
            let logger = settings.logger
            let house: House
            do {
                house = try await House.build(settings, logger: logger)
            } catch let problem as SettingsProblem {
                throw Failure(problem.description, code: .configuration)
            } catch {
                throw Failure("Sotto could not start: \(error)", code: .unavailable)
            }
            try await house.run { await house.greet() }
        }
    }
}

extension Settings {
    /// What `--lan` means.
    mutating func openToNetwork() {
        set(\.address, to: "0.0.0.0")
        if !speaksTLS { set(\.tlsSelfSigned, to: true) }
    }

    package var logger: Logger {
        Logger(label: "sotto") { LineLog(label: $0, format: self.logFormat, level: self.logLevel.level) }
    }
}

extension House {
    /// Says on standard output where to go.
    func greet() async {
        print("Sotto is at \(site.origin)")
        if settings.tlsSelfSigned, let certificate { print("Its certificate has the SHA-256 fingerprint\n  \(certificate.fingerprint)") }
        fflush(nil)
    }
}
