import ArgumentParser
import Storage
import Vocabulary

/// `sotto keys`: the root keys, which open people's keys.
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Change the root key.", subcommands: [Rotate.self, Prune.self])

    /// `sotto keys rotate`
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Make a new root key and wrap every key anew under it, while servers go on.",
            discussion: """
                The old root key stays in the file, behind the new one, for older copies of people's keys; `sotto keys prune` removes it. \
                With several nodes: --only-renew on one, copy the file to all, then --only-rewrap on one.
                """)

        @OptionGroup var arguments: SettingsArguments
        @Flag(help: "Only put a new root key in front of the file.") var onlyRenew = false
        @Flag(help: "Only wrap every key anew under the first root key.") var onlyRewrap = false

        func validate() throws {
            if onlyRenew && onlyRewrap { throw ValidationError("Choose one of --only-renew and --only-rewrap, or neither for both.") }
        }

        func run() async throws {
            try await orExit {
                let settings = try await arguments.load()
                do {
                    if !onlyRewrap { try renew(settings) }
                    if !onlyRenew { try await rewrap(settings) }
                } catch let failure as Failure {
                    throw failure
                } catch {
                    throw Failure(starting: error, settings)
                }
            }
        }

        private func renew(_ settings: Settings) throws {
            guard settings.rootKeyCommand.isEmpty else {
                throw Failure(
                    "The root key comes from keys.rootCommand: let it print a new line before the old one (`\(RootKeys.form)`), then use --only-rewrap.",
                    code: .configuration)
            }
            guard let renewed = try RootKeys.load(settings, makes: false).renewed else { return }
            try PrivateFile.replace(settings.rootKey, with: renewed.text)
            print("\(settings.rootKey) has a new root key in front. Make a copy of the file now, and keep it away from the data.")
        }

        private func rewrap(_ settings: Settings) async throws {
            let stores = try await Stores.open(settings, makes: false, clock: SystemClock(), logger: settings.logger)
            let count = try await stores.ring.rotate(to: try RootKeys.load(settings, makes: false))
            await stores.close()
            print("\(count) keys were wrapped anew.")
        }
    }

    /// `sotto keys prune`
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune", abstract: "Remove old root keys from the file.",
            discussion: "Copies of people's keys that were made before the last rotation cannot be opened any more afterwards.")

        @OptionGroup var arguments: SettingsArguments

        func run() async throws {
            try await orExit {
                let settings = try await arguments.load()
                do {
                    let stores = try await Stores.open(settings, makes: false, clock: SystemClock(), logger: settings.logger)
                    let roots = try RootKeys.load(settings, makes: false)
                    let used = try await stores.ring.rootsInUse()
                    await stores.close()
                    guard used.isSubset(of: [roots.current]) else {
                        throw Failure(
                            "Some keys are still wrapped under an old root key: run `sotto keys rotate --only-rewrap` first.",
                            code: .unavailable)
                    }
                    try PrivateFile.replace(settings.rootKey, with: roots.pruned.text)
                    print("Only the newest root key is left in \(settings.rootKey).")
                } catch let failure as Failure {
                    throw failure
                } catch {
                    throw Failure(starting: error, settings)
                }
            }
        }
    }
}

extension RootKeys {
    /// What a line of the text form looks like.
    fileprivate static let form = "8 characters, a space, 32 bytes in base64"
}
