import Foundation
import Logging
import Storage

/// Data and keys: there, whole, of this version, and openable.
extension Checkup {
    func database() async -> [Finding] {
        if isFresh { return [.well("Database", "will be made at the first start"), rootKey()] }
        let quiet = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        do {
            let stores = try await Stores.open(settings, makes: false, clock: clock, logger: quiet)
            let findings = [await data(stores), await keys(stores)]
            await stores.close()
            return findings
        } catch let problem as RootKeyProblem {
            return [.wrong("Root key", problem.description, mend: "Without it nothing sealed can be opened. Put back your copy of it.")]
        } catch SealError.rootKeyMissing(let id) {
            return [
                .wrong(
                    "Root key", "the keys were wrapped under root key \(id), which is not in \(settings.rootKey)",
                    mend: "Put back your copy of it.")
            ]
        } catch SealError.tampered {
            return [.wrong("Root key", "it does not open the keys", mend: "Put back the root key that belongs to this data.")]
        } catch {
            return [.wrong("Database", Self.words(error), mend: Self.mending(error))]
        }
    }

    private var isFresh: Bool {
        settings.databaseURL.isEmpty && !FileManager.default.fileExists(atPath: settings.dataDirectory + "/sotto.sqlite")
    }

    private func rootKey() -> Finding {
        do {
            guard settings.rootKeyCommand.isEmpty, !FileManager.default.fileExists(atPath: settings.rootKey) else {
                _ = try RootKeys.load(settings, makes: false)
                return .well("Root key", "can be read")
            }
            return .well("Root key", "\(settings.rootKey) will be made at the first start")
        } catch {
            return .wrong("Root key", "\(error)", mend: "See keys.root and keys.rootCommand.")
        }
    }

    private func data(_ stores: Stores) async -> Finding {
        do {
            let pending = try await stores.data.pending(Migrations.all)
            if stores.data.engine == .sqlite {
                let words = try await stores.data.read { try $0.first("PRAGMA quick_check(1)")?.get("quick_check", as: String.self) }
                guard words == "ok" else {
                    return .wrong(
                        "Database", "the file is damaged: \(words ?? "")", mend: "Stop the server and put back a copy: sotto restore.")
                }
            } else if !Self.programExists("pg_dump") {
                return .warning(
                    "Database", "PostgreSQL answers, but pg_dump is missing", mend: "apt install postgresql-client, for copies.")
            }
            let kind = stores.data.engine == .sqlite ? "SQLite, whole" : "PostgreSQL answers"
            return .well("Database", pending.isEmpty ? kind : "\(kind); \(pending.count) steps will be applied at the next start")
        } catch {
            return .wrong("Database", Self.words(error), mend: Self.mending(error))
        }
    }

    private func keys(_ stores: Stores) async -> Finding {
        do {
            let used = try await stores.ring.rootsInUse()
            let rest = used.subtracting([stores.ring.roots.current]).count
            guard rest == 0 else {
                return .warning("Root key", "some keys are wrapped under an older root key", mend: "sotto keys rotate --only-rewrap")
            }
            return .well("Root key", "opens people's keys")
        } catch {
            return .wrong("Root key", "\(error)", mend: "Put back your copy of \(settings.rootKey).")
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case StorageError.newerSchema: "it was written by a newer Sotto"
        case StorageError.changedMigration: "its schema was made by another build of Sotto"
        case StorageError.unavailable(let reason): reason
        case StorageError.corrupt: "it is damaged"
        case StorageError.busy: "another program holds it"
        default: "\(error)"
        }
    }

    private static func mending(_ error: any Error) -> String {
        switch error {
        case StorageError.newerSchema, StorageError.changedMigration:
            "Run the Sotto that wrote it, or put back an older copy: sotto restore."
        case StorageError.unavailable: "See database.url, keys.url and data.directory; is PostgreSQL running?"
        case StorageError.corrupt: "Stop the server and put back a copy: sotto restore."
        default: "See database.url and data.directory."
        }
    }

    private static func programExists(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }
}
