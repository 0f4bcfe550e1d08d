import ArgumentParser
import Foundation
package import Logging
import NIOCore
import Storage

/// `sotto serve`: the server itself.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Every setting can be given as --set NAME=VALUE, in the environment, or in the settings file; the first of these counts.

            \(Settings.help)
            """)

    @OptionGroup var arguments: SettingsArguments

    @Flag(help: "A throw-away server full of invented people, to look around in.")
    var demo = false

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                demo ? try await serveDemo(settings) : try await serve(settings)
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(starting: error, settings)
            }
        }
    }
}

extension Serve {
    private func serve(_ settings: Settings) async throws {
        let house = try await House.build(settings, logger: settings.logger)
        try await house.run { await house.greet() }
    }

    private func serveDemo(_ settings: Settings) async throws {
        let demo = try Demo()
        defer { demo.remove() }
        let settings = demo.settings(settings)
        let house = try await House.build(settings, isDemo: true, logger: settings.logger)
        let shop = DemoShopWindow(
            port: try FreePort.any(on: "127.0.0.1"), folder: try settings.browserFolder() + "/demo")
        let script = try await demo.fill(house, shop: shop)
        let window = try shop.service(script: script, from: house.site.origin)
        try await house.run(beside: [window]) {
            await house.greet()
            print(demo.introduction(shop: shop.origin))
            fflush(nil)
        }
    }
}

extension Failure {
    /// Why the server did not start, in words that help.
    init(starting error: any Error, _ settings: Settings) {
        switch error {
        case let problem as SettingsProblem: self.init(problem.description, code: .configuration)
        case let error as IOError where error.errnoCode == EADDRINUSE:
            let other = settings.port == 8081 ? 8082 : 8081
            self.init(
                """
                Port \(settings.port) of \(settings.address) is taken by another program: end that one, or choose another port, \
                by `--set port=\(other)` (`bin/serve -- --set port=\(other)`) or SOTTO_PORT=\(other) in the environment.
                """, code: .unavailable)
        case let error as IOError where error.errnoCode == EACCES:
            self.init(
                "Port \(settings.port) needs the right to listen below 1024 (CAP_NET_BIND_SERVICE); see docs/operating.md.",
                code: .unavailable)
        case StorageError.newerSchema:
            self.init("The database was written by a newer Sotto: run that one, or put back an older copy.", code: .unavailable)
        default: self.init("Sotto could not start: \(error)", code: .unavailable)
        }
    }
}

extension Settings {
    package var logger: Logger {
        Logger(label: "sotto") { LineLog(label: $0, format: self.logFormat, level: self.logLevel.level) }
    }
}

extension House {
    /// Says on standard output where to go.
    func greet() async {
        print("Sotto is at \(site.origin)")
        do {
            if try await !accounts.hasOwner() {
                print("Nobody owns it yet. This link makes whoever opens it the owner, once:\n  \(try await accounts.makeOwnerLink())")
            }
        } catch {
            logger.error("no link for the owner could be made; try `\(site.command) owner`", metadata: ["error": "\(error)"])
        }
        if settings.tlsSelfSigned, let certificate {
            print(
                """
                Its certificate was made here, so every browser warns once: choose "Advanced", then to go on.
                Whoever wants to be sure compares the certificate's SHA-256 fingerprint first:
                  \(certificate.fingerprint)
                """)
        }
        fflush(nil)
    }
}
