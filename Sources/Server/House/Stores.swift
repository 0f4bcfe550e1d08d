import Foundation
package import Logging
package import Storage
package import Vocabulary

/// The data and, apart from it, the keys that open it.
package struct Stores: Sendable {
    package let data: Database
    package let keys: Database
    package let ring: KeyRing

    /// Opens both as the settings say, making folders, files and root key on the first start.
    package static func open(_ settings: Settings, clock: any WallClock, logger: Logger) async throws -> Stores {
        try PrivateFile.makeFolder(settings.keysDirectory)
        let roots = try RootKeys.load(settings, makes: true)
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
