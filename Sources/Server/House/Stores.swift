import Foundation
package import Logging
package import Storage
package import Vocabulary

/// The data and, apart from it, the keys that open it.
package struct Stores: Sendable {
    package let data: Database
    package let keys: Database
    package let ring: KeyRing

    /// Opens both as the settings say.
    ///
    /// - Parameter makes: whether folders and root key are made when they are missing, as on the first start.
    package static func open(_ settings: Settings, makes: Bool = true, clock: any WallClock, logger: Logger) async throws -> Stores {
        if makes { try PrivateFile.makeFolder(settings.keysDirectory) }
        let roots = try RootKeys.load(settings, makes: makes)
        let backups = MigrationBackups(in: settings.keysDirectory + "/before-updates", clock: clock, logger: logger)
        let data = try await Database.open(settings.dataAddress)
        do {
            let keys = try await Database.open(settings.keysAddress)
            do {
                let ring = try await KeyRing.open(keys, roots: roots, backups: backups) { try RootKeys.load(settings, makes: false) }
                return Stores(data: data, keys: keys, ring: ring)
            } catch {
                await keys.close()
                throw error
            }
        } catch {
            await data.close()
            throw error
        }
    }

    /// Brings the data up to date, after a copy. Returns the number of steps.
    package func migrate(_ settings: Settings, clock: any WallClock, logger: Logger) async throws -> Int {
        let backups = MigrationBackups(in: settings.dataDirectory + "/before-updates", clock: clock, logger: logger)
        let count = try await data.migrate(Migrations.all, backups: backups)
        if count > 0 { logger.notice("the database was brought up to date", metadata: ["steps": "\(count)"]) }
        return count
    }

    package func close() async {
        await data.close()
        await keys.close()
    }
}

extension Settings {
    /// The data as `Database.open` takes it.
    package var dataAddress: String { self.databaseURL.isEmpty ? "sqlite:" + self.dataDirectory + "/sotto.sqlite" : self.databaseURL }

    /// The keys as `Database.open` takes it. In a folder of their own, which a backup of the data does not hold.
    package var keysAddress: String { self.keysURL.isEmpty ? "sqlite:" + keysDirectory + "/keys.sqlite" : self.keysURL }

    var keysDirectory: String { self.dataDirectory + "/keys" }
}
